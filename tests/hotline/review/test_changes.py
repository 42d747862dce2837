"""An open case page learns of changes by other people, and acting on a changed case says so."""

import json
from collections.abc import Iterator

import pytest

from hotline.models import Report
from hotline.review import claims
from tests.clients.staff import Person
from tests.clock import travelling
from tests.factories.openings import open_everything_as
from tests.hotline.review.conftest import NOT_ILLEGAL, NOW, address, make_case

pytestmark = pytest.mark.django_db
ANSWERS = {f"q-{question}": answer for question, answer in NOT_ILLEGAL.items()}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travelling(NOW):
        yield


@pytest.fixture
def case(ana: Person) -> Report:
    """A case that Ana holds."""
    return claims.claim_case(report_id=make_case().pk, actor=ana.user, now=NOW)


def version(person: Person, case: Report) -> tuple[int, str]:
    response = person.client.get(address(case, "changes/"))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    found = json.loads(response.content)
    return found["version"], found["change"]


def note(person: Person, case: Report, text: str = "pozvati sutra") -> None:
    assert person.client.post(address(case, "note/"), {"note": text}).status_code == 302


class TestPolling:
    def test_only_an_action_of_another_person_creates_a_version(self, ana: Person, vera: Person, case: Report) -> None:
        until = Report.objects.get(pk=case.pk).claimed_until
        before = version(ana, case)
        note(ana, case)
        assert version(ana, case) == before
        assert f'name="seen" value="{before[0]}"' in ana.client.get(address(case)).content.decode()
        # Polling does not extend a claim.
        with travelling(NOW.replace(minute=50)):
            version(ana, case)
        assert Report.objects.get(pk=case.pk).claimed_until == until
        note(vera, case, "marker-note-7d1")
        after, change = version(ana, case)
        assert after > before[0]
        assert "vera" in change
        assert b"marker-note-7d1" not in ana.client.get(address(case, "changes/")).content

    def test_nothing_new_is_an_empty_answer(self, ana: Person, vera: Person, case: Report) -> None:
        etag = ana.client.get(address(case, "changes/"))["ETag"]
        assert ana.client.get(address(case, "changes/"), headers={"If-None-Match": etag}).status_code == 304
        note(vera, case)
        assert ana.client.get(address(case, "changes/"), headers={"If-None-Match": etag}).status_code == 200


class TestActing:
    def test_a_decision_about_a_changed_case_is_refused_once_and_stays(
        self, ana: Person, vera: Person, case: Report
    ) -> None:
        open_everything_as(ana, case)
        page_version, item = version(ana, case)[0], case.items.get()
        note(vera, case)
        refused = ana.client.post(address(case, f"assess/{item.pk}/"), {**ANSWERS, "seen": page_version})
        html = refused.content.decode()
        assert refused.status_code == 422
        assert "vera" in html
        assert 'value="not_illegal"' in html[: html.index(" checked")][-200:]
        assert not item.assessments.exists()
        again = ana.client.post(address(case, f"assess/{item.pk}/"), {**ANSWERS, "seen": version(ana, case)[0]})
        assert again.status_code == 302
        assert item.assessments.count() == 1

    def test_taken_over_case_names_the_new_holder(self, ana: Person, boris: Person, case: Report) -> None:
        page_version = version(ana, case)[0]
        boris.client.post(address(case, "claim/"), {"reason": "urgent"})
        refused = ana.client.post(address(case, "set-aside/"), {"state": "spam", "seen": page_version}).content.decode()
        assert "boris" in refused
        case.refresh_from_db()
        assert case.state == "in_review"

    @pytest.mark.parametrize("page_version", ["", "²", "9" * 40])
    def test_a_strange_version_is_no_error(self, ana: Person, case: Report, page_version: str) -> None:
        answer = ana.client.post(address(case, f"assess/{case.items.get().pk}/"), {**ANSWERS, "seen": page_version})
        assert answer.status_code in {302, 422}
