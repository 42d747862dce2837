"""Pages of rules, holds and the erasure schedule, with permissions."""

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import LegalHold, LegalMinimum, RetentionRule
from hotline.retention import purge
from hotline.review import notes, sealed_content
from hotline.review.exceptions import Anonymised
from tests.clients.staff import Person, signed_in
from tests.hotline.retention.conftest import ended
from tests.hotline.review.conftest import NOW, make_case

pytestmark = pytest.mark.django_db
RULES, HOLDS, PLAN = "/admin/hotline/retentionrule/", "/admin/hotline/legalhold/", "/admin/hotline/retention/"


@pytest.fixture
def vera() -> Person:
    return _in_english(signed_in("vera", "supervisor"))


@pytest.fixture
def ana() -> Person:
    return _in_english(signed_in("ana", "analyst"))


def _in_english(person: Person) -> Person:
    person.client.cookies["lang"] = "en"
    return person


def page(response: HttpResponse) -> str:
    return response.content.decode()


class TestRules:
    def test_a_supervisor_makes_changes_and_removes_one(self, vera: Person) -> None:
        data = {"part": "words", "category": "csam", "state": "", "police": "on", "days": "1000"}
        assert vera.client.post(f"{RULES}add/", data).status_code == 302
        rule = RetentionRule.objects.get(category="csam")
        assert (rule.police, rule.days) == (True, 1000)
        assert vera.client.post(f"{RULES}{rule.pk}/change/", data | {"days": "1200"}).status_code == 302
        assert vera.client.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not RetentionRule.objects.filter(category="csam").exists()
        events = AuditEvent.objects.filter(action__startswith="retention_rule.").order_by("id")
        assert [(event.action, event.data["days"]) for event in events] == [
            ("retention_rule.created", 1000),
            ("retention_rule.changed", 1200),
            ("retention_rule.removed", 1200),
        ]

    def test_shorter_than_the_law_is_refused_at_the_field_with_the_law(self, vera: Person) -> None:
        data = {"part": "words", "category": "other", "state": "", "police": "on", "days": "89"}
        response = vera.client.post(f"{RULES}add/", data)
        assert response.status_code == 200
        errors = response.context["adminform"].form.errors
        assert list(errors) == ["days"]
        assert "at least 90 days: Convention on Cybercrime" in errors["days"][0]
        assert 'value="89"' in page(response)
        assert RetentionRule.objects.count() == 3

    @pytest.mark.parametrize("days", ["0", "-1", "3651", "99999", "x", ""])
    def test_no_sensible_number_of_days(self, days: str, vera: Person) -> None:
        data = {"part": "contact", "category": "other", "state": "", "days": days}
        response = vera.client.post(f"{RULES}add/", data)
        assert (response.status_code, list(response.context["adminform"].form.errors)) == (200, ["days"])

    def test_one_rule_a_kind(self, vera: Person) -> None:
        response = vera.client.post(f"{RULES}add/", {"part": "words", "category": "", "state": "", "days": "30"})
        assert (response.status_code, RetentionRule.objects.count()) == (200, 3)

    def test_a_general_rule_keeps_its_scope_and_is_not_deleted(self, vera: Person) -> None:
        general = RetentionRule.objects.get(part="words")
        changed = {"part": "contact", "category": "csam", "state": "spam", "police": "on", "days": "200"}
        assert vera.client.post(f"{RULES}{general.pk}/change/", changed).status_code == 302
        general.refresh_from_db()
        assert (general.part, general.is_general, general.days) == ("words", True, 200)
        assert vera.client.post(f"{RULES}{general.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_a_law_of_later_days_shows_beside_the_rule(self, vera: Person) -> None:
        LegalMinimum.objects.create(part="contact", days=100, source_sr="закон", source_en="Some law, art. 1")
        ended(days=120)
        shown = page(vera.client.get(PLAN))
        assert "90 by the rule" in shown
        assert "Some law, art. 1" in shown


class TestDueReports:
    def test_now_and_within_a_month(self, vera: Person) -> None:
        now = timezone.now()
        for days in (80, 100, 340, 400):
            report = ended(contact="")
            report.__class__.objects.filter(pk=report.pk).update(closed_at=now - timezone.timedelta(days=days))
        held = ended()
        LegalHold.objects.create(report=held, reason="police", set_by=vera.user, set_at=now)
        response = vera.client.get(PLAN)
        rows = {name: [(row.part, row.reports) for row in response.context[name]] for name in ("due", "soon")}
        assert rows == {
            "due": [("contact", 3), ("words", 1), ("identity", 1)],
            "soon": [("contact", 4), ("words", 2), ("identity", 2)],
        }
        assert "a legal hold is in force" in page(response)

    def test_empty(self, vera: Person) -> None:
        LegalMinimum.objects.all().delete()
        shown = page(vera.client.get(PLAN))
        assert "Nothing." in shown
        assert "No entries." in shown

    def test_analysts_do_not_see_it(self, ana: Person) -> None:
        assert [ana.client.get(path).status_code for path in (PLAN, RULES, HOLDS)] == [403, 403, 200]


class TestHolds:
    def test_on_the_case(self, vera: Person, ana: Person) -> None:
        case = make_case()
        path = f"/admin/hotline/case/{case.pk}/"
        assert "Set the legal hold" in page(vera.client.get(path))
        assert "Legal hold" not in page(ana.client.get(path)).replace("Legal holds", "")
        data = {"held": "other", "hold_words": "Letter 17 of the court"}
        assert vera.client.post(f"{path}legal-hold/", data).status_code == 302
        hold = LegalHold.objects.get()
        shown = page(ana.client.get(path))
        assert "this case is not erased." in shown
        assert "another reason (in writing)" in shown
        assert "Release the legal hold" not in shown
        assert "Letter 17" not in page(vera.client.get(path))
        assert "Letter 17 of the court" in page(vera.client.post(f"{path}legal-hold/{hold.pk}/reason/"))
        assert "Legal hold: another reason" in page(vera.client.get(path))
        assert vera.client.post(f"{path}legal-hold/{hold.pk}/release/").status_code == 302
        assert vera.client.post(f"{path}legal-hold/{hold.pk}/release/").status_code == 422
        assert "Set the legal hold" in page(vera.client.get(path))

    def test_refused_form_keeps_its_text(self, vera: Person) -> None:
        case = make_case()
        response = vera.client.post(f"/admin/hotline/case/{case.pk}/legal-hold/", {"hold_words": "Letter 17"})
        assert response.status_code == 422
        assert "Choose the reason for the legal hold." in page(response)
        assert ">Letter 17</textarea>" in page(response)

    def test_analysts_are_refused(self, ana: Person, vera: Person) -> None:
        case = make_case()
        path = f"/admin/hotline/case/{case.pk}/legal-hold/"
        assert ana.client.post(path, {"held": "police"}).status_code == 403
        hold = LegalHold.objects.create(report=case, reason="police", set_by=vera.user, set_at=NOW)
        assert ana.client.post(f"{path}{hold.pk}/release/").status_code == 403
        assert ana.client.post(f"{path}{hold.pk}/reason/").status_code == 403
        other = make_case()
        assert vera.client.post(f"/admin/hotline/case/{other.pk}/legal-hold/{hold.pk}/release/").status_code == 404

    @pytest.mark.parametrize("count", [1, 12])
    def test_the_number_of_queries_of_the_list(
        self, count: int, vera: Person, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(count):
            LegalHold.objects.create(report=make_case(), reason="police", set_by=vera.user, set_at=NOW)
        with django_assert_max_num_queries(10):
            assert vera.client.get(HOLDS).status_code == 200


def test_an_anonymised_case_accepts_no_text(vera: Person, supervisor: User) -> None:
    report = ended()
    purge.erase_due(now=NOW)
    path = f"/admin/hotline/case/{report.pk}/"
    shown = page(vera.client.get(path))
    assert "All data that could identify a person is erased." in shown
    assert "Erased after the retention period: text and pictures" in shown
    for label in ("Open this case again", "Save note", "Set the legal hold", f'action="{path}reply/"'):
        assert label not in shown
    assert vera.client.post(f"{path}reply/", {"text": "x"}).status_code == 422
    with pytest.raises(Anonymised):
        sealed_content.send_reply(report=report, actor=supervisor, text="x", now=NOW)
    with pytest.raises(Anonymised):
        notes.write_note(report=report, actor=supervisor, text="x", row=report.uuid, now=NOW)
