"""Pages of rules, holds and the erasure schedule, with permissions."""

import pytest
from django.http import HttpResponse
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import LegalHold, RetentionRule
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
    return signed_in("vera", "supervisor")


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


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

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"days": "89"}, "days"), ({"days": "0"}, "days"), ({"days": "x"}, "days"), ({"category": ""}, "__all__")],
    )
    def test_refused_days_and_a_second_rule(self, change: dict[str, str], field: str, vera: Person) -> None:
        """89 days are shorter than the law for cases of the police."""
        police = {"police": "on"} if change.get("category", "other") else {}
        data = {"part": "words", "category": "other", "state": "", "days": "365", **police, **change}
        response = vera.client.post(f"{RULES}add/", data)
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [field]
        assert f'value="{data["days"]}"' in page(response)
        assert RetentionRule.objects.count() == 3

    def test_a_general_rule_keeps_its_scope_and_is_not_deleted(self, vera: Person) -> None:
        general = RetentionRule.objects.get(part="words")
        changed = {"part": "contact", "category": "csam", "state": "spam", "police": "on", "days": "200"}
        assert vera.client.post(f"{RULES}{general.pk}/change/", changed).status_code == 302
        general.refresh_from_db()
        assert (general.part, general.is_general, general.days) == ("words", True, 200)
        assert vera.client.post(f"{RULES}{general.pk}/delete/", {"post": "yes"}).status_code == 403


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


class TestHolds:
    def test_on_the_case(self, vera: Person, ana: Person) -> None:
        path = f"/admin/hotline/case/{make_case().pk}/"
        form = f'action="{path}legal-hold/"'
        assert form in page(vera.client.get(path))
        assert form not in page(ana.client.get(path))
        data = {"held": "other", "hold_words": "Letter 17 of the court"}
        assert vera.client.post(f"{path}legal-hold/", data).status_code == 302
        hold = LegalHold.objects.get()
        release = f"{path}legal-hold/{hold.pk}/release/"
        assert release not in page(ana.client.get(path))
        shown = page(vera.client.get(path))
        assert (release in shown, "Letter 17" in shown) == (True, False)
        assert "Letter 17 of the court" in page(vera.client.post(f"{path}legal-hold/{hold.pk}/reason/"))
        assert vera.client.post(release).status_code == 302
        assert vera.client.post(release).status_code == 422
        assert form in page(vera.client.get(path))

    def test_refused_form_keeps_its_text(self, vera: Person) -> None:
        case = make_case()
        response = vera.client.post(f"/admin/hotline/case/{case.pk}/legal-hold/", {"hold_words": "Letter 17"})
        assert response.status_code == 422
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


def test_an_anonymised_case_accepts_no_text(vera: Person, supervisor: User) -> None:
    report = ended()
    purge.erase_due(now=NOW)
    path = f"/admin/hotline/case/{report.pk}/"
    shown = page(vera.client.get(path))
    assert [
        action for action in ("reply", "note", "reopen", "legal-hold") if f'action="{path}{action}/"' in shown
    ] == []
    assert vera.client.post(f"{path}reply/", {"text": "x"}).status_code == 422
    with pytest.raises(Anonymised):
        sealed_content.send_reply(report=report, actor=supervisor, text="x", now=NOW)
    with pytest.raises(Anonymised):
        notes.write_note(report=report, actor=supervisor, text="x", row=report.uuid, now=NOW)
