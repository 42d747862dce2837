"""Suspected pictures: the button, the case page and “My work”."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import Referral, Report, Suspicion, Upload
from hotline.referral import services as referrals
from hotline.referral.quarantine.services import files_for_handover, mark_handed_over, suspect_upload
from hotline.review.claims import claim_case
from hotline.review.welfare import daily_exposure
from tests.clients.staff import Person, signed_in
from tests.clock import travelling
from tests.hotline.referral.quarantine.conftest import make_picture
from tests.hotline.review.conftest import NOW, address, make_case

pytestmark = pytest.mark.django_db

NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"
DATA = re.compile(r"data:image/webp;base64,[\w+/=]+")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with travelling(NOW):
        yield


def person(name: str, role: str) -> Person:
    signed = signed_in(name, role)
    signed.client.post("/admin/language/", {"language": "en"})
    return signed


@pytest.fixture
def ana() -> Person:
    return person("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return person("vera", "supervisor")


@pytest.fixture
def case() -> Report:
    return make_case(category="cyberbullying")


@pytest.fixture
def picture(case: Report) -> Upload:
    return make_picture(case)


def text(who: Person, path: str) -> str:
    response = who.client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(who: Person, path: str, **form: str) -> tuple[int, str]:
    response = who.client.post(path, form)
    return response.status_code, " ".join(response.content.decode().split())


class TestButton:
    def test_pressing_it_locks_the_picture_for_all_users(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        button = f'action="{address(case, f"suspect/{picture.pk}/")}"'
        assert button in text(ana, address(case))
        claim_case(report_id=case.pk, actor=ana.user, now=NOW)
        status, revealed = send(ana, address(case, f"reveal/{picture.pk}/"))
        assert (status, bool(DATA.search(revealed)), button in revealed) == (200, True, True)
        answer = ana.client.post(address(case, f"suspect/{picture.pk}/"), {"item": "1"})
        assert (answer.status_code, answer["Location"]) == (303, address(case) + "?item=1")
        assert Suspicion.objects.get().author == ana.user
        for who in (ana, vera):
            claim_case(report_id=case.pk, actor=who.user, now=NOW, reason="agreed")
            assert f"reveal/{picture.pk}/" not in text(who, address(case))
            for form in ({}, {"unblurred": "1"}):
                status, refused = send(who, address(case, f"reveal/{picture.pk}/"), **form)
                assert (status, DATA.search(refused)) == (422, None)

    def test_a_picture_of_another_case_is_not_there(self, ana: Person, picture: Upload) -> None:
        other = address(make_case(), f"suspect/{picture.pk}/")
        assert ana.client.post(other).status_code == 404
        assert not Suspicion.objects.exists()


class TestSupervisor:
    def locked_by(self, who: Person, upload: Upload) -> None:
        suspect_upload(upload=upload, actor=who.user, now=NOW)

    def test_handing_over_from_the_case_to_the_marker_that_stays(
        self, ana: Person, vera: Person, case: Report, picture: Upload
    ) -> None:
        self.locked_by(ana, picture)
        hand = address(case, "pictures/")
        assert f'action="{hand}"' not in text(ana, address(case))
        assert send(ana, hand)[0] == 422
        assert f'action="{hand}"' in text(vera, address(case))
        assert vera.client.post(hand).status_code == 303
        assert f"case/{case.pk}/" in text(vera, "/admin/hotline/desk/")
        assert f"case/{case.pk}/" not in text(ana, "/admin/hotline/desk/")
        assert send(vera, hand)[0] == 422
        files_for_handover(report=case, package=picture.uuid, now=NOW)
        referrals.mark_sent(referral=Referral.objects.get(), now=NOW)
        mark_handed_over(package=picture.uuid, now=NOW)
        Upload.objects.update(erased_at=NOW)
        assert "2 March 2026" in text(ana, address(case))
        assert f"case/{case.pk}/" not in text(vera, "/admin/hotline/desk/")


class TestShowing:
    @pytest.fixture(autouse=True)
    def _mine(self, ana: Person, case: Report) -> None:
        claim_case(report_id=case.pk, actor=ana.user, now=NOW)

    def test_blurred_first_unless_a_person_chooses_otherwise_and_counted_once(
        self, ana: Person, case: Report, picture: Upload
    ) -> None:
        reveal = address(case, f"reveal/{picture.pk}/")
        blurred, sharp = send(ana, reveal)[1], send(ana, reveal, unblurred="1")[1]
        assert "Show sharp" in blurred
        assert "Show sharp" not in sharp
        assert DATA.search(blurred)[0] != DATA.search(sharp)[0]  # type: ignore[index]
        assert AuditEvent.objects.filter(action="upload.revealed").count() == 2
        assert daily_exposure(ana.user, timezone.now()).total == 1
        send(ana, reveal)
        assert daily_exposure(ana.user, timezone.now()).total == 2

    def test_no_response_with_a_picture_is_cacheable(self, ana: Person, case: Report, picture: Upload) -> None:
        for act in ("reveal", "suspect", "free"):
            answer = ana.client.post(address(case, f"{act}/{picture.pk}/"))
            assert answer["Cache-Control"] == NO_STORE
            assert "ETag" not in answer
            assert "Last-Modified" not in answer
