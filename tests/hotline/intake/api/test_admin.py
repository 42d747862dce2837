"""Partners and keys in the staff site: creating, showing once and revoking."""

import re

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.models import AuditEvent
from hotline.intake.api import selectors
from hotline.models import Partner, PartnerKey, Report
from hotline.triage.services import triage_report
from tests.clients.staff import Person, signed_in
from tests.hotline.intake.api.program import REPORT, XARF, Program, make_partner

pytestmark = pytest.mark.django_db
LIST = "/admin/hotline/partner/"


@pytest.fixture
def lead(settings: Settings) -> Person:
    person = signed_in("lead", "supervisor")
    person.client.cookies["lang"] = "en"
    return person


def page(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def events() -> list[tuple[str, int | None, dict[str, object]]]:
    return list(
        AuditEvent.objects.filter(action__startswith="partner").order_by("id").values_list("action", "actor_id", "data")
    )


def test_a_partner_is_made_and_changed_with_a_trace(lead: Person) -> None:
    form = {"name": "Линија", "contact": "x@example.org", "active": "on", "reports_per_hour": ""}
    assert lead.client.post(f"{LIST}add/", form).status_code == 302
    partner = Partner.objects.get()
    assert (partner.name, partner.active, partner.reports_per_hour) == ("Линија", True, None)
    assert (
        lead.client.post(f"{LIST}{partner.pk}/change/", {"name": "Линија", "reports_per_hour": "5"}).status_code == 302
    )
    partner.refresh_from_db()
    assert (partner.active, partner.reports_per_hour) == (False, 5)
    assert events() == [
        ("partner.created", lead.user.pk, {"active": True, "reports_per_hour": None}),
        ("partner.changed", lead.user.pk, {"active": False, "reports_per_hour": 5}),
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("name", "Пример партнер"), ("reports_per_hour", "0"), ("contact", "x@"), ("reports_per_hour", "9" * 30)]
)  # fmt: skip
def test_an_invalid_field_is_refused_and_the_others_stay(
    lead: Person, partner: Partner, field: str, value: str
) -> None:
    form = {"name": "Нова линија", "contact": "typed@example.org", "reports_per_hour": "17"} | {field: value}
    answer = lead.client.post(f"{LIST}add/", form)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    valid_values = {"name": "Нова линија", "contact": "typed@example.org", "reports_per_hour": "17"}
    assert all(f'value="{text}"' in page(answer) for name, text in valid_values.items() if name != field)
    assert Partner.objects.count() == 1


def test_a_key_is_shown_once_and_works(lead: Person, partner: Partner) -> None:
    address = f"{LIST}{partner.pk}/make-key/"
    assert lead.client.get(address).status_code == 200
    response = lead.client.post(address, {"label": " скенер "})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    (text,) = set(re.findall(r"npk_[a-z2-7]{8}_[a-z2-7]{32}", page(response)))
    key = PartnerKey.objects.get()
    assert (key.label, key.created_by) == ("скенер", lead.user)
    assert selectors.find_key(text) == key
    for again in (lead.client.get(address), lead.client.get(f"{LIST}{partner.pk}/change/"), lead.client.get(LIST)):
        assert text not in page(again)
        assert text.rpartition("_")[2] not in page(again)
    assert f"npk_{key.prefix}" in page(lead.client.get(f"{LIST}{partner.pk}/change/"))
    assert Program(text).send(REPORT).status_code == 201
    assert events()[0] == ("partner_key.created", lead.user.pk, {"key": key.pk, "prefix": key.prefix})


def test_a_bad_label_or_the_form_sent_twice_makes_no_key(lead: Person, partner: Partner) -> None:
    address = f"{LIST}{partner.pk}/make-key/"
    lead.client.post(address, {"label": "скенер"})
    for label in ("скенер", "", "я" * 61, "a\x00b"):
        answer = lead.client.post(address, {"label": label})
        assert answer.status_code == 422
        assert 'id="id_label_error"' in page(answer)
        assert "\x00" in label or not label or f'value="{label}"' in page(answer)
    assert PartnerKey.objects.count() == 1


def test_a_key_is_revoked_at_once(lead: Person, partner: Partner, program: Program) -> None:
    key = PartnerKey.objects.get()
    address = f"{LIST}{partner.pk}/revoke-key/{key.pk}/"
    assert lead.client.get(address).status_code == 200
    assert program.send(REPORT).status_code == 201
    assert "revoked on" in page(lead.client.post(address, follow=True))
    assert program.send(REPORT).status_code == 401
    assert "already revoked" in page(lead.client.post(address, follow=True))
    assert "already revoked" in page(lead.client.get(address))
    assert [event[0] for event in events()] == ["partner_key.created", "partner.reported", "partner_key.revoked"]


def test_a_key_of_another_partner_is_not_found(lead: Person, partner: Partner, program: Program) -> None:
    other = make_partner("други")
    address = f"{LIST}{other.pk}/revoke-key/{PartnerKey.objects.get().pk}/"
    assert lead.client.get(address).status_code == lead.client.post(address).status_code == 404
    assert PartnerKey.objects.get().revoked_at is None


def test_the_case_names_the_partner_and_shows_the_xarf_report(lead: Person, partner: Partner, program: Program) -> None:
    program.send({**XARF, "internal_note": "из оригинала"})
    report = Report.objects.get()
    case = f"/admin/hotline/case/{report.pk}/"
    assert re.search(f"{partner.name}<.*>{XARF['report_id']}<", page(lead.client.get(case)))
    assert triage_report(report_id=report.pk, now=timezone.now())
    lead.client.post(f"{case}claim/")
    assert "&quot;internal_note&quot;: &quot;из оригинала&quot;" in page(lead.client.post(f"{case}open/"))


def test_the_list_and_the_page_cost_the_same_for_many(lead: Person, django_assert_max_num_queries: object) -> None:
    for number in range(3):
        program = Program.of(make_partner(f"партнер {number}"))
        assert program.send(REPORT).status_code == 201
    for path in (LIST, f"{LIST}{Partner.objects.earliest('pk').pk}/change/"):
        # Fills the cache of content types.
        assert lead.client.get(path).status_code == 200
        with django_assert_max_num_queries(10):  # type: ignore[operator]
            assert lead.client.get(path).status_code == 200
