"""Partners and contacts: organisations of the seed, and database constraints."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from awareness.pages.models import ContactPoint, ContactUnit, Partner, PartnerRole
from awareness.pages.selectors import consortium, contacts_by_unit, partners_by_role
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db

ENGLISH = {
    PartnerRole.CONSORTIUM: [
        "Foundation Fund B92",
        "Ministry of Trade, Tourism and Telecommunications of the Republic of Serbia",
        "Ministry of Interior of the Republic of Serbia",
    ],
    PartnerRole.FORERUNNER: [
        "Digital Agenda Directorate of the Ministry for Telecommunications and Information Society"
    ],
    PartnerRole.FUNDER: [
        "European Commission",
        "UNICEF Serbia",
        "UK Government",
        "US Embassy in Belgrade",
        "Ministry of Trade, Tourism and Telecommunications of the Republic of Serbia",
    ],
    PartnerRole.SUPPORTER: [
        "Save the Children for North West Balkans",
        "OAK Foundation",
        "Telenor Serbia",
        "Telekom Serbia",
        "Serbian National Internet Domain Registry",
        "Dräger Technics Belgrade",
        "Compact Industry Svilajnac",
        "Publishing Division Samizdat B92",
    ],
    PartnerRole.NETWORK: ["INHOPE, the International Association of Internet Hotlines"],
}


def test_every_organisation_of_the_seed_is_there_in_its_role() -> None:
    with translation.override("en"):
        assert {role: [partner.name for partner in group] for role, group in partners_by_role()} == ENGLISH
        assert [partner.name for partner in consortium()] == ENGLISH[PartnerRole.CONSORTIUM]


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_the_page_shows_all_of_them(client: Client, language: str) -> None:
    page = PageReader(client.get(f"/{language}/partners/").content.decode())
    assert len(page.all("li", **{"class": "partner"})) == sum(len(names) for names in ENGLISH.values())


def test_partners_have_their_years() -> None:
    years = {(partner.name_en, partner.role): (partner.since, partner.until) for partner in Partner.objects.all()}
    assert years["European Commission", "funder"] == (2013, 2015)
    assert years["UNICEF Serbia", "funder"] == (2015, 2016)
    assert years["Foundation Fund B92", "consortium"] == (2013, None)


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
        ("email", "nobody"),
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
