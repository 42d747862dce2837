"""Rules in the staff site: errors, confirmation of broad rules, and saved rules in force."""

import pytest
from django.template.response import TemplateResponse

from hotline.models import TriageRule
from hotline.triage.rules import selectors
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db
LIST = "/admin/hotline/triagerule/"
GOOD = {"kind": "host", "value": "www.example.org", "do_not_fetch": "on", "active": "on"}


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def send(person: Person, address: str = f"{LIST}add/", **fields: str) -> TemplateResponse:
    """The page that answers; a saved rule leads to the list."""
    response = person.client.post(
        address, {name: value for name, value in {**GOOD, **fields}.items() if value}, follow=True
    )
    assert response.status_code == 200
    return response


def crowd(fitting: int, others: int) -> None:
    for number in range(others):
        make_item(
            f"https://other{number}.example.net/", host=f"other{number}.example.net", registrable_domain="example.net"
        )
    for number in range(fitting):
        make_item(f"https://www.example.org/{number}")


def test_a_rule_is_made_changed_and_switched_off(vera: Person) -> None:
    send(vera, value=" HTTPS://WWW.Example.org/ ", note="Огледало.")
    rule = TriageRule.objects.get()
    assert (rule.value, rule.do_not_fetch, rule.note, rule.author) == ("www.example.org", True, "Огледало.", vera.user)
    send(vera, f"{LIST}{rule.pk}/change/", active="", raise_priority="on")
    rule.refresh_from_db()
    assert (rule.active, rule.raise_priority, rule.note) == (False, True, "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"value": "*"}, "value"),
        ({"value": "x" * 301}, "value"),
        ({"value": "a\x00b"}, "value"),
        ({"kind": "regex"}, "kind"),
        ({"note": "x" * 501}, "note"),
        ({"do_not_fetch": ""}, "note"),
    ],
)
def test_refused_rule_has_an_error_at_its_field_and_keeps_the_input(
    vera: Person, fields: dict[str, str], field: str
) -> None:
    response = send(vera, **fields)
    assert list(response.context["adminform"].form.errors) == [field]
    assert TriageRule.objects.count() == 0
    value = {**GOOD, **fields}["value"]
    if "\x00" not in value:
        assert f'value="{value}"' in response.content.decode()


def test_a_second_rule_about_the_same(vera: Person) -> None:
    send(vera)
    send(vera, value="WWW.EXAMPLE.ORG")
    assert TriageRule.objects.count() == 1


def test_broad_rule_lists_its_matches_and_needs_confirmation(vera: Person) -> None:
    crowd(fitting=6, others=14)
    assert 'name="confirmed"' in send(vera).content.decode()
    assert TriageRule.objects.count() == 0
    send(vera, confirmed="on")
    assert TriageRule.objects.count() == 1


@pytest.mark.parametrize(("fitting", "others"), [(4, 0), (5, 20), (0, 3)])
def test_a_few_matches_need_no_confirmation(vera: Person, fitting: int, others: int) -> None:
    crowd(fitting, others)
    send(vera)
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


def test_an_analyst_makes_no_rules() -> None:
    ana = signed_in("ana", "analyst").client
    assert [ana.get(LIST).status_code, ana.post(f"{LIST}add/", GOOD).status_code] == [403, 403]
    assert not TriageRule.objects.exists()
