"""Tests of routing: the proposal by classification and hosting place."""

import pytest
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from hotline.models import HostingPlace, PartnerHotline, RoutingRule
from hotline.referral.routing import classification_of, hosting_region_of, propose
from tests.hotline.referral.conftest import make_host, make_illegal
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("country", "kind", "place"),
    [
        ("RS", "url", HostingPlace.SERBIA),
        ("NL", "url", HostingPlace.INHOPE),
        ("KP", "url", HostingPlace.ELSEWHERE),
        ("", "url", HostingPlace.UNKNOWN),
        ("NL", "onion", HostingPlace.ONION),
        ("NL", "app", HostingPlace.PLATFORM),
        ("NL", "described", HostingPlace.UNKNOWN),
    ],
)
def test_hosting_region_of_an_item(country: str, kind: str, place: HostingPlace) -> None:
    make_host(country)
    assert hosting_region_of(make_item(kind=kind)).place == place


def test_the_host_of_a_rule_counts() -> None:
    make_host("RS")
    make_host("NL", name="real.example.org")
    assert hosting_region_of(make_item(host_override="real.example.org")).country == "NL"


def test_a_partner_that_left_is_none() -> None:
    make_host("NL")
    PartnerHotline.objects.filter(country="NL").update(active=False)
    assert hosting_region_of(make_item()).place == HostingPlace.ELSEWHERE


@pytest.mark.parametrize(
    ("classification", "country", "kind", "routes", "days"),
    [
        ("baseline_csam", "RS", "url", ["police", "host"], 7),
        ("national_csam", "NL", "url", ["iccam"], 0),
        ("baseline_csam", "KP", "url", ["police"], 0),
        ("national_csam", "", "url", ["police"], 0),
        ("baseline_csam", "", "onion", ["police"], 0),
        ("national_csam", "", "app", ["police", "host"], 0),
        ("hate_speech", "NL", "url", ["host"], 0),
        ("cyberbullying", "RS", "url", ["host", "signpost"], 0),
        ("something_new", "NL", "url", ["police"], 0),
    ],
)
def test_recipients_by_classification_and_place(
    classification: str, country: str, kind: str, routes: list[str], days: int, ana: User
) -> None:
    make_host(country)
    _report, item = make_illegal(ana, classification=classification, kind=kind)
    proposal = propose(item)
    assert (proposal.classification, proposal.routes, proposal.hold_days) == (classification, routes, days)


def test_without_any_rule_nothing_is_proposed(ana: User) -> None:
    RoutingRule.objects.all().delete()
    _report, item = make_illegal(ana)
    assert (propose(item).routes, propose(item).hold_days) == ([], 0)


def test_the_last_assessment_counts(ana: User) -> None:
    _report, item = make_illegal(ana)
    last = item.assessments.latest("pk")
    last.answers = {**last.answers, "classification": "hate_speech"}
    last.save()
    assert classification_of(item) == "hate_speech"


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({}, "routing_rule_has_recipient"),
        ({"host": True, "hold_days": 3}, "routing_rule_hold_needs_police"),
        ({"police": True, "hold_days": 91}, "routing_rule_hold_needs_police"),
        ({"iccam": True, "place": "serbia"}, "routing_rule_iccam_needs_partner"),
        ({"police": True, "place": "moon"}, "routing_rule_place_known"),
        ({"police": True, "classification": "baseline_csam", "place": "serbia"}, "one_routing_rule_a_place"),
    ],
)
def test_the_database_refuses_rules_that_make_no_sense(columns: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RoutingRule.objects.create(**({"classification": "x", "place": "onion"} | columns))
