"""Abuse contacts, site-type rules and their pages in the staff site."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clicksafely.common.models import AuditEvent
from hotline.hosting.abuse_contacts import contacts_responsible_for, normal_key
from hotline.hosting.site_type_rules import best_rule, guess_site_type
from hotline.models import AbuseContact, Host, SiteTypeRule
from tests.clients.staff import Person, signed_in

pytestmark = pytest.mark.django_db
CONTACTS, HINTS, HOSTS = "/admin/hotline/abusecontact/", "/admin/hotline/sitetyperule/", "/admin/hotline/host/"


def contact(kind: str, key: str, **columns: object) -> AbuseContact:
    return AbuseContact.objects.create(kind=kind, key=key, name=f"{kind} {key}", **columns)


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def events(action: str) -> list[object]:
    return list(AuditEvent.objects.filter(action=action).values_list("data", flat=True))


# --- Spelling ---


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        ("host", "WWW.Example.ORG", "www.example.org"),
        ("host", "пример.срб", "xn--e1afmkfd.xn--90a3ac"),
        ("host", "[2001:DB8::1]", "[2001:db8::1]"),
        ("domain", " example.org ", "example.org"),
        ("asn", " as 064500", "64500"),
        ("asn", "4294967295", "4294967295"),
        ("registrar", "  Primer   Registrar DOO ", "primer registrar doo"),
        ("tld", ".rs", "rs"),
        ("tld", "срб", "xn--90a3ac"),
        ("country", "rs", "RS"),
        ("country", "XK", "XK"),
    ],
)
def test_a_key_has_one_spelling(kind: str, typed: str, key: str) -> None:
    assert normal_key(kind, typed) == key


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("host", "example.org/path"),
        ("host", "user@example.org"),
        ("host", "example.org:8080"),
        ("host", ""),
        ("domain", "exa%mple"),
        ("asn", "0"),
        ("asn", "4294967296"),
        ("asn", "AS"),
        ("asn", "٣"),
        ("tld", "co.rs"),
        ("country", "ZZ"),
    ],
)
def test_invalid_key_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(ValidationError):
        normal_key(kind, typed)


# --- Who is responsible ---


def test_contacts_of_a_host_are_ordered_by_specificity() -> None:
    host = Host.objects.create(name="www.example.rs", asn=64500, country="RS", registrar="Primer Registrar")
    AbuseContact.objects.all().delete()
    expected = [
        contact("host", "www.example.rs"),
        contact("domain", "example.rs"),
        contact("asn", "64500"),
        contact("registrar", "primer registrar"),
        contact("tld", "rs"),
        contact("country", "RS"),
    ]
    contact("host", "other.example.rs")
    contact("asn", "64501")
    contact("domain", "www.example.rs", active=False)
    assert contacts_responsible_for(host, name=host.name, domain="example.rs") == expected


@pytest.mark.parametrize("name", ["[2001:db8::1]", "192.0.2.1", "localhost"])
def test_an_address_has_no_registry(name: str) -> None:
    assert contacts_responsible_for(None, name=name, domain="") == []


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "asn", "key": "13335"},
        {"kind": "mayor", "key": "x"},
        {"kind": "host", "key": ""},
        {"kind": "host", "key": "x", "is_cdn": True},
    ],
)
def test_the_database_refuses_contacts_that_make_no_sense(columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AbuseContact.objects.create(name="x", **columns)


@pytest.mark.parametrize(
    "columns",
    [{"path": "/forum", "site_type": 6}, {"site_type": 6}, {"host": "a.test", "site_type": 5000}],
)
def test_the_database_refuses_hints_that_make_no_sense(columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteTypeRule.objects.create(**columns)


# --- Site types ---

SITE_TYPE_RULES = {
    ("example.org", ""): 2,
    ("img.example.org", ""): 20,
    ("example.org", "/forum"): 6,
    ("example.org", "/forum/pictures"): 4,
    ("", "/forum"): 8,
}


@pytest.mark.parametrize(
    ("host", "path", "kind"),
    [
        ("www.example.org", "/x", 2),
        ("img.example.org", "/forum/x", 20),
        ("a.b.example.org", "/Forum/17", 6),
        ("example.org", "/forums", 2),
        ("example.org", "//forum//pictures/9", 4),
        ("other.test", "/forum", 8),
        ("notexample.org", "/", None),
        ("example.org", "/" + "a/" * 2000, 2),
    ],
)
def test_the_rule_with_the_longest_host_then_path_wins(host: str, path: str, kind: int | None) -> None:
    assert best_rule(SITE_TYPE_RULES, host, path) == kind


def test_hints_are_read_once_and_anew_when_one_changes(vera: Person, django_assert_num_queries: object) -> None:
    assert guess_site_type("a.test", "https://a.test/forum/1") == 6
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert guess_site_type("", "described:x") is None
        assert guess_site_type("a.test", "https://a.test/x") is None
    vera.client.post(f"{HINTS}add/", {"host": "A.test", "path": "", "site_type": "20"})
    assert guess_site_type("a.test", "https://a.test/x") == 20


# --- The staff site ---

FORM = {
    "kind": "asn",
    "key": "AS64500",
    "name": "Primer hosting",
    "email": "abuse@primer.example.org",
    "form_address": "https://primer.example.org/abuse",
    "language": "sr-Latn",
    "country": "rs",
    "is_cdn": "",
    "notes": "Одговарају истог дана.",
    "active": "on",
}


def test_a_supervisor_adds_and_changes_a_contact_which_is_audited(vera: Person) -> None:
    assert vera.client.post(f"{CONTACTS}add/", FORM).status_code == 302
    abuse_contact = AbuseContact.objects.get(key="64500")
    assert (abuse_contact.kind, abuse_contact.country, abuse_contact.language, abuse_contact.email) == (
        "asn",
        "RS",
        "sr-Latn",
        "abuse@primer.example.org",
    )
    assert (
        vera.client.post(f"{CONTACTS}{abuse_contact.pk}/change/", FORM | {"active": "", "country": "DE"}).status_code
        == 302
    )
    abuse_contact.refresh_from_db()
    assert (abuse_contact.active, abuse_contact.country) == (False, "DE")
    assert events("contact.changed") == [{"fields": ["active", "country", "key"]}]
    assert len(events("contact.added")) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("key", "AS0"),
        ("key", "13335"),
        ("form_address", "javascript:alert(1)"),
        ("country", "QQ"),
        ("language", "en us"),
        ("is_cdn", "on"),
    ],
)
def test_invalid_input_is_an_error_at_its_field_and_stays(vera: Person, field: str, typed: str) -> None:
    kind = {"kind": "host", "key": "a.test"} if field == "is_cdn" else {}
    response = vera.client.post(f"{CONTACTS}add/", FORM | kind | {field: typed})
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert "Одговарају истог дана." in response.content.decode()
    assert not AbuseContact.objects.filter(key="64500").exists()


def test_hints_are_added_changed_and_removed_and_audited(vera: Person) -> None:
    vera.client.post(f"{HINTS}add/", {"host": "Slike.example.org", "path": "Album//1/", "site_type": "20"})
    hint = SiteTypeRule.objects.get(host="slike.example.org")
    assert hint.path == "/album/1"
    vera.client.post(f"{HINTS}{hint.pk}/change/", {"host": "slike.example.org", "path": "", "site_type": "4"})
    vera.client.post(f"{HINTS}{hint.pk}/delete/", {"post": "yes"})
    assert not SiteTypeRule.objects.filter(pk=hint.pk).exists()
    actions = ["site_type_rule.added", "site_type_rule.changed", "site_type_rule.removed"]
    assert (
        list(AuditEvent.objects.filter(action__startswith="site_type_rule.").values_list("action", flat=True))
        == actions
    )


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ({"host": "", "path": "/", "site_type": "6"}, "host"),
        ({"host": "https://x.test", "path": "", "site_type": "6"}, "host"),
        ({"host": "x.test", "path": "/a?b", "site_type": "6"}, "path"),
        ({"host": "x.test", "path": "", "site_type": "7000"}, "site_type"),
        ({"host": "", "path": "/forum", "site_type": "6"}, "__all__"),
    ],
)
def test_a_hint_for_everything_or_for_nothing_is_refused(vera: Person, form: dict[str, str], where: str) -> None:
    response = vera.client.post(f"{HINTS}add/", form)
    assert list(response.context["adminform"].form.errors) == [where]


def test_a_host_is_found_by_its_whole_name_or_its_network_and_the_registrar_is_written_down(vera: Person) -> None:
    one = Host.objects.create(name="a.test", asn=64500, aliases=["b.test"], addresses=[{"ip": "192.0.2.1"}])
    Host.objects.create(name="aa.test", asn=64501)
    for term, names in {"a.test": ["a.test"], "AS64500": ["a.test"], "64501": ["aa.test"], "a": []}.items():
        page = vera.client.get(HOSTS, {"q": term})
        assert [host.name for host in page.context["cl"].queryset] == names
    assert vera.client.get(f"{HOSTS}{one.pk}/change/").status_code == 200
    vera.client.post(f"{HOSTS}{one.pk}/change/", {"registrar": " Primer  DOO", "name": "evil.test", "asn": "1"})
    one.refresh_from_db()
    assert (one.registrar, one.name, one.asn) == ("Primer DOO", "a.test", 64500)
    assert len(events("host.registrar")) == 1
