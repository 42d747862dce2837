"""Partners and contacts: organisations of the seed, and database constraints."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from awareness.pages.models import ContactPoint, ContactUnit, Partner, PartnerRole
from awareness.pages.selectors import consortium, contacts_by_unit, partners_by_role
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db


def test_every_organisation_of_the_seed_is_on_the_page_in_its_role(client: Client) -> None:
    groups = dict(partners_by_role())
    assert list(groups) == list(PartnerRole)
    assert sum(len(group) for group in groups.values()) == Partner.objects.count()
    assert [partner.role for partner in consortium()] == [PartnerRole.CONSORTIUM] * 3
    page = PageReader(client.get("/en/partners/").content.decode())
    assert len(page.all("li", **{"class": "partner"})) == Partner.objects.count()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Нови", "role": "funder", "since": 2015, "until": 2014},
        {"name": "Европска комисија", "role": "funder", "since": 2020},
        {"name": "Нови", "role": "friend", "since": 2020},
    ],
)
def test_the_database_refuses_a_partner_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(**wrong)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "a b@example.org"),
        ("phone", "call us"),
        ("website", "javascript:alert(1)"),
        ("social", "example.org"),
        ("fax", "123"),
    ],
)
def test_the_database_refuses_an_address_of_another_kind(kind: str, value: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(unit=ContactUnit.CENTRE, kind=kind, value=value)


def test_the_database_refuses_a_contact_of_no_part_of_the_centre() -> None:
    with pytest.raises(IntegrityError, match="contact_unit_known"), transaction.atomic():
        ContactPoint.objects.create(unit="cellar", kind="phone", value="192")


def test_contacts_are_shown_by_part_of_the_centre(client: Client) -> None:
    for unit, kind, value, order, active in (
        ("hotline", "email", "prijava@example.org", 1, True),
        ("centre", "phone", "+381110000000", 2, True),
        ("centre", "email", "centar@example.org", 1, True),
        ("centre", "website", "https://old.example.org/", 3, False),
    ):
        ContactPoint.objects.create(unit=unit, kind=kind, value=value, order=order, active=active)
    assert [(unit, [point.href for point in points]) for unit, points in contacts_by_unit()] == [
        (ContactUnit.CENTRE, ["mailto:centar@example.org", "tel:+381110000000"]),
        (ContactUnit.HOTLINE, ["mailto:prijava@example.org"]),
    ]
    page = PageReader(client.get("/sr-latn/contact/").content.decode())
    links = [link["href"] for link in page.all("a", rel="noopener me")]
    assert links == ["mailto:centar@example.org", "tel:+381110000000", "mailto:prijava@example.org"]


def test_without_contacts_the_page_still_leads_somewhere(client: Client) -> None:
    page = PageReader(client.get("/en/contact/").content.decode())
    assert page.all("a", rel="noopener me") == []
    assert "/en/report/" in [link["href"] for link in page.all("a")]
