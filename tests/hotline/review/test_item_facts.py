"""Hosting and site type on the case page, and repeated look-ups."""

import re
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import AbuseContact, ContentItem, Host, NetworkFileState, Report
from hotline.review import case_services
from hotline.review.exceptions import InvalidAnswers, NotClaimHolder
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user

pytestmark = pytest.mark.django_db


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


def box(person: Person, case: Report, which: str = "hosting-box") -> str:
    """The text of a box of the case page."""
    page = person.client.get(f"/admin/hotline/case/{case.pk}/").content.decode()
    found = re.search(rf'<(section|details) class="box" id="{which}".*?\n  +</\1>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|&nbsp;", " ", found[0]).split()) if found else ""


def act(person: Person, case: Report, address: str, **form: object) -> tuple[int, str]:
    response = person.client.post(f"/admin/hotline/case/{case.pk}/{address}", form)
    return response.status_code, response.content.decode()


# --- What the case shows ---


def test_the_lookup_of_a_host_is_shown(ana: Person, item: ContentItem) -> None:
    Host.objects.create(
        name="www.example.rs",
        addresses=[
            {"ip": "192.31.196.7", "country": "RS", "asn": 64500, "organisation": "Primer"},
            {"ip": "10.0.0.1", "special": "private"},
            {"ip": "192.175.48.7", "country": "DE", "asn": 64503, "organisation": "Beispiel"},
        ],
        address_count=5,
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
    case = make_case(item)
    for words in (
        "Hosting Serbia · AS64500 Primer hosting",
        "Same host 1 × illegal",
        "Same network 1 × illegal , 1 × not illegal",
    ):
        assert words in box(ana, case, "content-box")
    shown = box(ana, case)
    for words in (
        "Host www.example.rs",
        "Addresses 192.31.196.7 10.0.0.1 private network 192.175.48.7 Germany AS64503 Beispiel and 2 more",
        "DNS aliases edge.example.rs",
        "Registrar Primer Registrar",
        "Registry Регистар националног интернет домена Србије (РНИДС)",
        "Report to Primer abuse (network (AS number)) abuse@primer.example.org",
    ):
        assert words in shown
    assert "CDN" not in shown


def test_counts_link_to_filtered_lists(ana: Person, item: ContentItem) -> None:
    Host.objects.create(name="www.example.rs", asn=64500, looked_up_at=NOW, expires_at=NOW)
    near = make_item(host="www.example.rs", verdict="illegal")
    far = make_item(host="b.example.rs", network=64500, verdict="illegal")
    case = make_case(item)
    page = ana.client.get(f"/admin/hotline/case/{case.pk}/").content.decode()
    links = re.findall(r'href="(/admin/hotline/contentitem/\?[^"]+)"', page)
    shown = [list(ana.client.get(link.replace("&amp;", "&")).context["cl"].queryset) for link in links]
    assert shown == [[near], [far]]


def test_a_cdn_network_is_marked(ana: Person, item: ContentItem) -> None:
    Host.objects.create(name="www.example.rs", asn=13335, looked_up_at=NOW, expires_at=NOW)
    assert "delivers content for other providers (CDN)" in box(ana, make_case(item))


def test_failed_lookup_is_shown_with_its_next_attempt(ana: Person, item: ContentItem) -> None:
    case = make_case(item)
    host = Host.objects.create(
        name="www.example.rs", problem="timeout", tries=1, next_lookup_at=timezone.now() + timedelta(hours=1)
    )
    shown = box(ana, case)
    assert "The check failed: the name server did not answer. Next attempt" in shown
    assert "Checked never succeeded" in shown
    Host.objects.filter(pk=host.pk).update(next_lookup_at=None)
    assert "It is not retried automatically." in box(ana, case)
    Host.objects.filter(pk=host.pk).update(next_lookup_at=NOW)
    assert "The next attempt is in progress." in box(ana, case)


def test_unknown_hosting_is_shown_as_such(ana: Person, item: ContentItem) -> None:
    case = make_case(item)
    assert "Checked not yet" in box(ana, case)
    Host.objects.create(name="www.example.rs", next_lookup_at=NOW)
    assert "Checked in progress" in box(ana, case)


def test_an_onion_service_is_hidden_and_a_description_has_no_place(ana: Person) -> None:
    assert "its location is hidden" in box(ana, make_case(make_item(kind="onion", host=f"{'a' * 56}.onion")))
    assert "no host to check" in box(ana, make_case(make_item(kind="app", host="")))
    assert box(ana, make_case(make_item(kind="described", host=""))) == ""


def test_names_and_addresses_are_never_put_into_another_script(ana: Person, item: ContentItem) -> None:
    Host.objects.create(
        name="www.example.rs", organisation="Пример", asn=64500, country="RS", looked_up_at=NOW, expires_at=NOW
    )
    ana.client.cookies["lang"] = "sr-latn"
    shown = box(ana, make_case(item), "content-box")
    assert "Пример" in shown
    assert "Srbija" in shown


# --- Looking up again ---


def test_any_case_worker_can_repeat_a_lookup(ana: Person, item: ContentItem, woken: list[str]) -> None:
    case = make_case(make_item(), item)
    status, _ = act(ana, case, f"look-up/{item.pk}/", item="2")
    assert (status, Host.objects.get().name, woken) == (303, "www.example.rs", ["hotline.look_up_hosts"])
    assert AuditEvent.objects.get(action="host.lookup_requested").data == {"item": item.pk}
    assert "New host check requested" in box(ana, case, "timeline-box")


def test_a_do_not_fetch_rule_prevents_lookups(ana: Person, woken: list[str]) -> None:
    item = make_item(do_not_fetch=True)
    status, page = act(ana, make_case(item), f"look-up/{item.pk}/")
    assert (status, "A rule forbids automatic requests for this content." in page) == (422, True)
    assert (Host.objects.count(), woken) == (0, [])


@pytest.mark.parametrize(("kind", "host"), [("onion", f"{'a' * 56}.onion"), ("described", "")])
def test_item_without_host_has_no_lookup(ana: Person, woken: list[str], kind: str, host: str) -> None:
    item = make_item(kind=kind, host=host)
    status, _ = act(ana, make_case(item), f"look-up/{item.pk}/")
    assert (status, Host.objects.count()) == (422, 0)


def test_an_item_of_another_case_is_not_there(ana: Person, item: ContentItem) -> None:
    make_case(item)
    assert act(ana, make_case(), f"look-up/{item.pk}/")[0] == 404
    assert act(ana, make_case(), f"site-type/{item.pk}/", site_type="6")[0] == 404


# --- Site type ---


def test_the_claim_holder_sets_the_site_type(ana: Person) -> None:
    item = make_item(site_type=6, site_type_guessed=True)
    case = make_case(item)
    assert "forum a guess" in box(ana, case, "content-box")
    ana.client.post("/admin/hotline/desk/take/")
    assert act(ana, case, f"site-type/{item.pk}/", site_type="20", item="1")[0] == 303
    item.refresh_from_db()
    assert (item.site_type, item.site_type_guessed) == (20, False)
    assert AuditEvent.objects.get(action="item.site_type").data == {"item": item.pk, "from": 6, "to": 20}
    assert "a guess" not in box(ana, case, "content-box")
    assert "Site type: image host" in box(ana, case, "timeline-box")


@pytest.mark.parametrize("typed", ["", "5000", "12", "x", "-1", "²", "9" * 400])
def test_a_kind_that_there_is_not_is_refused_at_its_field(ana: Person, typed: str) -> None:
    item = make_item(site_type=6, site_type_guessed=True)
    case = make_case(item)
    ana.client.post("/admin/hotline/desk/take/")
    status, page = act(ana, case, f"site-type/{item.pk}/", site_type=typed)
    assert (status, "Choose a site type from the list." in page) == (422, True)
    item.refresh_from_db()
    assert (item.site_type, item.site_type_guessed, AuditEvent.objects.filter(action="item.site_type").count()) == (
        6,
        True,
        0,
    )


def test_only_the_claim_holder_sets_the_site_type() -> None:
    item = make_item()
    with pytest.raises(NotClaimHolder):
        case_services.set_site_type(
            report=make_case(item), item=item, actor=make_user("ana", "analyst"), site_type="6", now=NOW
        )


def test_a_refused_kind_writes_nothing() -> None:
    item = make_item()
    case, actor = make_case(item), make_user("ana", "analyst")
    Report.objects.filter(pk=case.pk).update(claimed_by=actor, claimed_until=NOW + timedelta(minutes=5))
    with pytest.raises(InvalidAnswers):
        case_services.set_site_type(report=case, item=item, actor=actor, site_type="7000", now=NOW)
    case.refresh_from_db()
    assert case.claimed_until == NOW + timedelta(minutes=5)


# --- The desk of a supervisor ---


def test_supervisors_see_obstacles_to_lookups() -> None:
    vera, ana = signed_in("vera", "supervisor"), signed_in("ana", "analyst")
    NetworkFileState.objects.create(kind="asn", problem="broken", in_use=True, changed_at=NOW)
    NetworkFileState.objects.create(kind="country", changed_at=NOW)
    Host.objects.create(name="a.test", next_lookup_at=timezone.now() - timedelta(hours=2))
    pages = {}
    for person in (vera, ana):
        person.client.cookies["lang"] = "en"
        pages[person] = person.client.get("/admin/hotline/desk/").content.decode()
    for words in (
        "networks of addresses: the file is damaged or incomplete",
        "The earlier version stays in use.",
        "Host checks have stopped",
    ):
        assert (words in pages[vera], words in pages[ana]) == (True, False)
