"""Hosting, site type and category on the case page, and repeated look-ups."""

import re
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.categories import CSAM
from hotline.lifecycle.exceptions import WrongState
from hotline.models import AbuseContact, ContentItem, Host, Report
from hotline.priority import PriorityReason, priority_of
from hotline.review import case_services
from hotline.review.case_services import change_category
from hotline.review.claims import claim_case
from hotline.review.exceptions import InvalidAnswers, NotClaimHolder
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user, page, send

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks given to the broker."""
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: names.append(name))
    return names


@pytest.fixture
def ana() -> Person:
    person = signed_in("ana", "analyst")
    person.client.cookies["lang"] = "en"
    return person


@pytest.fixture
def item() -> ContentItem:
    return make_item(host="www.example.rs", registrable_domain="example.rs", network=64500)


def text_of(person: Person, case: Report) -> str:
    """The text of the case page."""
    return " ".join(re.sub(r"<[^>]+>|&nbsp;", " ", page(person, case)).split())


# --- What the case shows ---


def test_the_lookup_of_a_host_is_shown(ana: Person, item: ContentItem) -> None:
    Host.objects.create(
        name="www.example.rs",
        addresses=[
            {"ip": "10.0.0.1", "special": "private"},
            {"ip": "192.175.48.7", "country": "DE", "asn": 64503, "organisation": "Beispiel"},
        ],
        address_count=4,
        aliases=["edge.example.rs"],
        country="RS",
        asn=64500,
        organisation="Primer hosting",
        registrar="Primer Registrar",
        looked_up_at=NOW,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    AbuseContact.objects.create(kind="asn", key="64500", name="Primer abuse", email="abuse@primer.example.org")
    make_item(host="www.example.rs", network=64500, verdict="illegal")
    make_item(host="b.example.rs", network=64500, verdict="not_illegal")
    shown = text_of(ana, make_case(item))
    for words in (
        "AS64500 Primer hosting",
        "Same host 1 × illegal",
        "Same network 1 × illegal , 1 × not illegal",
        "10.0.0.1 private network 192.175.48.7 Germany AS64503 Beispiel and 2 more",
        "edge.example.rs",
        "Primer Registrar",
        "abuse@primer.example.org",
    ):
        assert words in shown
    assert "CDN" not in shown
    Host.objects.update(asn=13335)
    assert "CDN" in text_of(ana, make_case(item))


def test_counts_link_to_filtered_lists(ana: Person, item: ContentItem) -> None:
    Host.objects.create(name="www.example.rs", asn=64500, looked_up_at=NOW, expires_at=NOW)
    near = make_item(host="www.example.rs", verdict="illegal")
    far = make_item(host="b.example.rs", network=64500, verdict="illegal")
    case = make_case(item)
    links = re.findall(r'href="(/admin/hotline/contentitem/\?[^"]+)"', page(ana, case))
    shown = [list(ana.client.get(link.replace("&amp;", "&")).context["cl"].queryset) for link in links]
    assert shown == [[near], [far]]


def test_a_missing_or_failed_lookup_is_shown(ana: Person, item: ContentItem) -> None:
    case = make_case(item)
    assert "Checked not yet" in text_of(ana, case)
    Host.objects.create(name="www.example.rs", problem="timeout", tries=1, next_lookup_at=timezone.now() + HOUR)
    assert "Next attempt" in text_of(ana, case)
    Host.objects.update(next_lookup_at=None)
    assert "not retried" in text_of(ana, case)
    Host.objects.update(next_lookup_at=NOW)
    assert "in progress" in text_of(ana, case)


# --- Looking up again ---


def test_any_case_worker_can_repeat_a_lookup(ana: Person, item: ContentItem, woken: list[str]) -> None:
    case = make_case(make_item(), item)
    status, _ = send(ana, case, f"look-up/{item.pk}/", item="2")
    assert (status, Host.objects.get().name, woken) == (303, "www.example.rs", ["hotline.look_up_hosts"])
    assert AuditEvent.objects.get(action="host.lookup_requested").data == {"item": item.pk}


@pytest.mark.parametrize(
    "columns",
    [{"do_not_fetch": True}, {"kind": "onion", "host": f"{'a' * 56}.onion"}, {"kind": "described", "host": ""}],
)
def test_item_without_host_or_with_a_do_not_fetch_rule_has_no_lookup(
    ana: Person, woken: list[str], columns: dict[str, Any]
) -> None:
    item = make_item(**columns)
    assert send(ana, make_case(item), f"look-up/{item.pk}/")[0] == 422
    assert send(ana, make_case(), f"look-up/{item.pk}/")[0] == 404
    assert (Host.objects.count(), woken) == (0, [])


# --- Site type ---


def test_the_claim_holder_sets_the_site_type(ana: Person) -> None:
    item = make_item(site_type=6, site_type_guessed=True)
    case = make_case(item)
    ana.client.post("/admin/hotline/desk/take/")
    assert send(ana, case, f"site-type/{item.pk}/", site_type="20", item="1")[0] == 303
    item.refresh_from_db()
    assert (item.site_type, item.site_type_guessed) == (20, False)
    assert AuditEvent.objects.get(action="item.site_type").data == {"item": item.pk, "from": 6, "to": 20}


@pytest.mark.parametrize("typed", ["", "7000", "x", "²", "9" * 400])
def test_a_refused_kind_writes_nothing(typed: str) -> None:
    item = make_item(site_type=6, site_type_guessed=True)
    case, actor = make_case(item), make_user("ana", "analyst")
    with pytest.raises(NotClaimHolder):
        case_services.set_site_type(report=case, item=item, actor=actor, site_type="6", now=NOW)
    Report.objects.filter(pk=case.pk).update(claimed_by=actor, claimed_until=NOW + timedelta(minutes=5))
    with pytest.raises(InvalidAnswers):
        case_services.set_site_type(report=case, item=item, actor=actor, site_type=typed, now=NOW)
    case.refresh_from_db()
    item.refresh_from_db()
    assert (case.claimed_until, item.site_type, item.site_type_guessed) == (NOW + timedelta(minutes=5), 6, True)
    assert not AuditEvent.objects.filter(action="item.site_type").exists()


# --- The desk of a supervisor ---


@pytest.fixture
def mailed(analyst: User) -> Report:
    """As triage leaves it, in the analyst's hands."""
    reasons = [PriorityReason.DANGER_NOW.value, CSAM.code, PriorityReason.REPEATED.value]
    report = make_case(
        channel="email", category="csam", category_assumed=True, priority_reasons=reasons, priority=priority_of(reasons)
    )
    return claim_case(report_id=report.pk, actor=analyst, now=NOW)


@pytest.mark.parametrize(
    ("category", "reasons"),
    [
        ("csam", ["danger_now", "csam", "repeated"]),
        ("cyberbullying", ["danger_now", "repeated", "cyberbullying"]),
        ("other", ["danger_now", "repeated"]),
    ],
)
def test_changing_the_category_updates_the_priority(
    mailed: Report, analyst: User, category: str, reasons: list[str]
) -> None:
    change_category(report=mailed, category=category, actor=analyst, now=NOW)
    mailed.refresh_from_db()
    assert (mailed.category, mailed.category_assumed) == (category, False)
    assert (mailed.priority_reasons, mailed.priority) == (reasons, priority_of(reasons))
    event = AuditEvent.objects.get(action="category.changed")
    assert (event.actor_id, event.subject_id, event.data) == (analyst.pk, mailed.pk, {"from": "", "category": category})


def test_a_mistake_is_mended_and_the_same_again_is_nothing(mailed: Report, analyst: User) -> None:
    for category in ("other", "other", "cyberbullying"):
        change_category(report=mailed, category=category, actor=analyst, now=NOW)
    changes = AuditEvent.objects.filter(action="category.changed").order_by("id").values_list("data", flat=True)
    assert list(changes) == [{"from": "", "category": "other"}, {"from": "other", "category": "cyberbullying"}]
    mailed.refresh_from_db()
    assert mailed.priority_reasons == ["danger_now", "repeated", "cyberbullying"]


def test_an_unknown_category_and_another_person_are_refused(mailed: Report, analyst: User, colleague: User) -> None:
    with pytest.raises(InvalidAnswers):
        change_category(report=mailed, category="CSAM", actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        change_category(report=mailed, category="other", actor=colleague, now=NOW)
    mailed.refresh_from_db()
    assert mailed.category_assumed


def test_category_chosen_by_the_reporter_cannot_be_changed(analyst: User) -> None:
    report = make_case(channel="web", category="csam")
    claim_case(report_id=report.pk, actor=analyst, now=NOW)
    with pytest.raises(WrongState):
        change_category(report=report, category="other", actor=analyst, now=NOW)
    report.refresh_from_db()
    assert report.category == "csam"


def test_on_the_case_page() -> None:
    """Before that the case shows no category. Only the holder of the case sees the form."""
    person = signed_in("ana", "analyst")
    case = make_case(channel="email", category="csam", category_assumed=True, priority_reasons=["csam"], priority=22)
    place = f"/admin/hotline/case/{case.pk}/"
    assert "mail-category" not in person.client.get(place).content.decode()
    claim_case(report_id=case.pk, actor=person.user, now=timezone.now())
    page = person.client.get(place).content.decode()
    assert "mail-category" in page
    pills = page.partition('class="pills"')[2].partition("</p>")[0]
    assert str(CSAM.reason) not in pills
    refused = person.client.post(f"{place}category/", {})
    assert (refused.status_code, 'id="error-category"' in refused.content.decode()) == (422, True)
    response = person.client.post(f"{place}category/", {"category": "hate-speech"}, follow=True)
    assert response.redirect_chain == [(place, 302)]
    case.refresh_from_db()
    assert (case.category, case.category_assumed) == ("hate-speech", False)
