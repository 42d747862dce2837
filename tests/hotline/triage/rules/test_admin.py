"""Rules in the staff site: errors, confirmation of broad rules, and saved rules in force."""

from html import unescape

import pytest

from hotline.models import TriageRule
from hotline.triage.rules import selectors
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db
LIST = "/admin/hotline/triagerule/"
GOOD = {"kind": "host", "value": "www.example.org", "do_not_fetch": "on", "active": "on"}


@pytest.fixture
def vera() -> Person:
    person = signed_in("vera", "supervisor")
    person.client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    return person


def send(person: Person, address: str = f"{LIST}add/", **fields: str) -> str:
    """The page that answers, as read; a saved rule leads to the list."""
    response = person.client.post(
        address, {name: value for name, value in {**GOOD, **fields}.items() if value}, follow=True
    )
    assert response.status_code == 200
    return unescape(response.content.decode())


def crowd(fitting: int, others: int) -> None:
    for number in range(others):
        make_item(
            f"https://other{number}.example.net/", host=f"other{number}.example.net", registrable_domain="example.net"
        )
    for number in range(fitting):
        make_item(f"https://www.example.org/{number}")


def test_a_rule_is_made_changed_and_switched_off(vera: Person) -> None:
    page = send(vera, value=" HTTPS://WWW.Example.org/ ", note="Огледало.")
    rule = TriageRule.objects.get()
    assert (rule.value, rule.do_not_fetch, rule.note, rule.author) == ("www.example.org", True, "Огледало.", vera.user)
    assert '<span class="evidence" translate="no">www.example.org</span>' in page
    assert "It matches 0 of the last 0 addresses." in page
    send(vera, f"{LIST}{rule.pk}/change/", active="", raise_priority="on")
    rule.refresh_from_db()
    assert (rule.active, rule.raise_priority, rule.note) == (False, True, "")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"value": ""}, "This field is required."),
        ({"value": "*"}, "This would match everything."),
        ({"value": "co.rs"}, "This suffix would match too many addresses."),
        ({"kind": "pattern", "value": "*.rs/*"}, "This would match nearly everything."),
        ({"kind": "domain"}, "The domain of this host is example.org"),
        ({"do_not_fetch": ""}, "This rule has no effect yet."),
        ({"value": "x" * 301}, "This text has 301 characters"),
        ({"note": "x" * 501}, "This text has 501 characters"),
        ({"kind": "regex"}, "Select a valid choice."),
        ({"value": "a\x00b"}, "could not be read"),
    ],
)
def test_refused_rule_gives_the_reason_and_keeps_the_input(vera: Person, fields: dict[str, str], error: str) -> None:
    page = send(vera, set_host="" if "do_not_fetch" in fields else "edge.example.net", **fields)
    assert error in page
    assert TriageRule.objects.count() == 0
    value = {**GOOD, **fields}["value"]
    if "\x00" not in value and value:
        assert f'value="{value}"' in page


def test_a_second_rule_about_the_same(vera: Person) -> None:
    send(vera)
    assert "A rule for this already exists." in send(vera, value="WWW.EXAMPLE.ORG")
    assert TriageRule.objects.count() == 1


def test_broad_rule_lists_its_matches_and_needs_confirmation(vera: Person) -> None:
    crowd(fitting=6, others=14)
    page = send(vera)
    assert (
        "It matches 6 of the last 20 addresses. This rule matches many addresses. Confirm that this is intended."
        in page
    )
    assert " For example: www.example.org" in page
    assert TriageRule.objects.count() == 0
    send(vera, confirmed="on")
    assert TriageRule.objects.count() == 1


@pytest.mark.parametrize(("fitting", "others"), [(4, 0), (5, 20), (0, 3)])
def test_a_few_matches_need_no_confirmation(vera: Person, fitting: int, others: int) -> None:
    crowd(fitting, others)
    assert f"It matches {fitting} of the last {fitting + others} addresses." in send(vera)
    assert TriageRule.objects.count() == 1


def test_only_the_last_thousand_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MAX_MATCHED", 10)
    crowd(fitting=2, others=0)
    crowd(fitting=0, others=9)
    make_item("described:x", kind="described", host="", registrable_domain="")
    found = selectors.preview(kind="domain", value="example.org")
    assert (found.fitting, found.looked_at) == (1, 10)


def test_no_rule_is_ever_deleted(vera: Person) -> None:
    send(vera)
    rule = TriageRule.objects.get()
    assert vera.client.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"}).status_code == 403
    assert TriageRule.objects.count() == 1


@pytest.mark.parametrize("role", ["analyst", "editor", "auditor"])
def test_others_make_no_rules(role: str) -> None:
    other = signed_in("other", role)
    assert [other.client.get(LIST).status_code, other.client.post(f"{LIST}add/", GOOD).status_code] == [403, 403]
    assert not TriageRule.objects.exists()
