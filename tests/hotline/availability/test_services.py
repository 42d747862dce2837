"""Effects of a result on a check, its item and its cases."""

from datetime import timedelta

import pytest
from django.test import override_settings

from clicksafely.common.models import AuditEvent
from hotline.availability import selectors, services
from hotline.availability.services import NoRunningCheck, record_result
from hotline.availability.url_checker import Observation
from hotline.lifecycle.exceptions import WrongState
from hotline.models import (
    Action,
    AttentionReason,
    AvailabilityCheck,
    CheckResult,
    CheckRun,
    Host,
    PoliceHold,
    Referral,
    Report,
    Route,
)
from hotline.referral import police_holds
from hotline.referral import services as referral
from hotline.referral.routing import used_routes
from hotline.review.reopen_services import reopen_case
from tests.factories.availability_checks import HOUR, SENT, decided, host_at, make_watched, person, send_referrals
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db
F = CheckResult


def see(check: AvailabilityCheck, result: CheckResult, hours: float, leads_to: str = "") -> AvailabilityCheck:
    """A check so many hours after the hand-over."""
    record_result(check_id=check.pk, observation=Observation(result, leads_to), now=SENT + hours * HOUR)
    check.refresh_from_db()
    return check


def miss_three_checks(check: AvailabilityCheck) -> None:
    for hours in (1, 2, 3):
        see(check, F.GONE, hours)


def case_of(check: AvailabilityCheck) -> Report:
    return check.item.reports.order_by("pk")[0]


def states(check: AvailabilityCheck) -> tuple[str, str, str]:
    """State and outcome of the item, and the state of its case."""
    check.item.refresh_from_db()
    return check.item.state, check.item.outcome, case_of(check).state


# --- Beginning ---


def test_a_referral_creates_a_check_that_is_due_immediately() -> None:
    check = make_watched(country="NL")
    assert (check.host, check.country, check.network, check.next_check_at) == ("www.example.org", "NL", 64501, SENT)
    assert states(check) == ("actioned", "", "monitoring")


@pytest.mark.parametrize(
    ("address", "columns"),
    [
        ("app:chat/x", {"kind": "app", "host": ""}),
        ("described:1", {"kind": "described", "host": ""}),
        ("ftp://www.example.org/x", {}),
        ("https://www.example.org/x", {"do_not_fetch": True}),
        (f"http://{'a' * 56}.onion/x", {"kind": "onion", "host": f"{'a' * 56}.onion"}),
    ],
)
def test_content_without_automatic_requests_ends_after_referral(address: str, columns: dict[str, object]) -> None:
    item = make_item(address, **columns)
    host_at("www.example.org", "NL")
    report = decided(item)
    send_referrals(report, item, Route.POLICE)
    item.refresh_from_db()
    report.refresh_from_db()
    assert (item.state, item.outcome, report.state) == ("ended", "referred", "closed")
    assert not AvailabilityCheck.objects.exists()


@override_settings(AVAILABILITY_PROXY="socks5://127.0.0.1:9050")
def test_an_onion_service_is_watched_over_a_proxy_that_can() -> None:
    host = f"{'a' * 56}.onion"
    item = make_item(f"http://{host}/x", kind="onion", host=host)
    send_referrals(decided(item), item, Route.POLICE)
    assert AvailabilityCheck.objects.get().host == host


# --- There, and gone ---


def test_the_next_check_of_available_and_of_missing_content() -> None:
    check = see(make_watched(), F.AVAILABLE, 1)
    assert (check.checks, check.result, check.checked_at, check.misses) == (1, "available", SENT + HOUR, 0)
    assert check.next_check_at is not None
    assert timedelta(hours=2) <= check.next_check_at - SENT <= timedelta(hours=2, minutes=6)
    see(check, F.GONE, 24 * 40)
    assert HOUR <= check.next_check_at - (SENT + 24 * 40 * HOUR) <= timedelta(minutes=66)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [(F.GONE, "removed"), (F.UNREACHABLE, "unavailable"), (F.PARKED, "unavailable")],
)
def test_three_misses_an_hour_apart_end_the_check_from_the_first(result: CheckResult, outcome: str) -> None:
    check = make_watched()
    see(check, F.AVAILABLE, 30)
    see(check, result, 31)
    see(check, result, 32)
    assert states(check) == ("actioned", "", "monitoring")
    see(check, result, 33)
    assert states(check) == ("ended", outcome, "closed")
    assert (check.outcome, check.unavailable_since, check.ended_at) == (outcome, SENT + 31 * HOUR, SENT + 33 * HOUR)
    assert case_of(check).outcome == outcome
    action = Action.objects.exclude(kind="partner").get()
    assert (action.kind, action.author, action.done_at) == (outcome, person("second"), SENT + 33 * HOUR)
    assert selectors.hours_to_removal(check.item) == (31 if outcome == "removed" else None)


def test_misses_close_together_count_once() -> None:
    check = make_watched()
    for minutes in (0, 10, 20, 59):
        see(check, F.GONE, 1 + minutes / 60)
    assert (check.misses, states(check)) == (1, ("actioned", "", "monitoring"))
    see(check, F.GONE, 2)
    see(check, F.GONE, 2.5)
    assert check.misses == 2
    see(check, F.GONE, 3)
    assert states(check)[0] == "ended"


def test_back_before_the_third() -> None:
    check = make_watched()
    see(check, F.GONE, 1)
    see(check, F.GONE, 2)
    see(check, F.AVAILABLE, 3)
    assert (check.misses, check.unavailable_since, check.last_miss_at) == (0, None, None)
    see(check, F.GONE, 4)
    see(check, F.GONE, 5)
    assert states(check)[0] == "actioned"
    see(check, F.GONE, 6)
    assert check.unavailable_since == SENT + 4 * HOUR


def test_inconclusive_result_neither_counts_nor_resets() -> None:
    check = make_watched()
    see(check, F.GONE, 1)
    see(check, F.GONE, 2)
    for hours, result in enumerate((F.SERVER_ERROR, F.INCONCLUSIVE, F.PRIVATE, F.NOT_CHECKED), 3):
        see(check, result, hours)
    assert (check.misses, states(check)[0]) == (2, "actioned")
    see(check, F.GONE, 10)
    assert (states(check)[0], check.unavailable_since) == ("ended", SENT + HOUR)


def test_a_case_with_another_open_item_stays_open() -> None:
    items = [make_item(f"https://www.example.org/{number}", host="www.example.org") for number in (1, 2)]
    host_at("www.example.org", "NL")
    report = decided(*items)
    for item in items:
        send_referrals(report, item, Route.ICCAM)
    first, second = AvailabilityCheck.objects.order_by("pk")
    for hours in (1, 2, 3):
        see(first, F.GONE, hours)
    assert (states(first), states(second)) == (("ended", "removed", "monitoring"), ("actioned", "", "monitoring"))
    for hours in (4, 5, 6):
        see(second, F.UNREACHABLE, hours)
    assert (states(second), case_of(first).outcome) == (("ended", "unavailable", "closed"), "removed")


# --- What a machine cannot tell ---


def test_unclear_results_need_attention_until_a_clear_one() -> None:
    check = make_watched()
    see(check, F.INCONCLUSIVE, 1)
    see(check, F.SERVER_ERROR, 2)
    assert check.attention == ""
    see(check, F.INCONCLUSIVE, 3)
    assert check.attention == AttentionReason.UNCLEAR
    see(check, F.AVAILABLE, 4)
    assert (check.attention, check.unclear) == ("", 0)


def test_a_redirect_into_a_private_network_needs_attention_until_it_is_dismissed() -> None:
    check = see(make_watched(), F.PRIVATE, 1)
    assert check.attention == AttentionReason.PRIVATE
    assert selectors.checks_to_review(20) == [(check, case_of(check))]
    services.dismiss_attention(item=check.item, report=case_of(check), actor=person("first"), now=SENT)
    assert selectors.checks_to_review(20) == []
    with pytest.raises(NoRunningCheck):
        services.dismiss_attention(item=check.item, report=case_of(check), actor=person("first"), now=SENT)
    assert AuditEvent.objects.filter(action="availability.attention_dismissed").count() == 1


# --- Elsewhere ---


def test_redirect_to_another_site_returns_the_item_to_decision() -> None:
    check = see(make_watched(), F.MOVED, 5, "https://b.example.net/a/1")
    assert states(check) == ("assessed", "", "action_pending")
    assert (check.outcome, check.moved_to) == ("moved", "https://b.example.net/a/1")
    assert check.next_check_at is None
    assert case_of(check).queue == "action"
    assert Action.objects.filter(kind="moved").count() == 1
    assert selectors.Availability(check.item, SENT).has_moved


@pytest.mark.parametrize(("country", "network"), [("DE", 64501), ("NL", 64999)])
def test_a_host_in_another_country_or_network_has_moved(country: str, network: int) -> None:
    check = make_watched(country="NL")
    see(check, F.AVAILABLE, 1)
    host_at("www.example.org", country, network)
    see(check, F.AVAILABLE, 2)
    assert states(check) == ("assessed", "", "action_pending")
    # Recipients can be chosen again, and the host is looked up again before anything is sent.
    assert used_routes(check.item) == set()


@pytest.mark.parametrize(
    "columns",
    [
        {"problem": "timeout"},
        {"addresses": []},
        {
            "addresses": [
                {"ip": "192.0.2.2", "country": "DE", "asn": 64999},
                {"ip": "192.0.2.1", "country": "NL", "asn": 64501},
            ]
        },
    ],
    ids=["failed", "empty", "two countries"],
)
def test_a_host_without_clear_data_has_not_moved(columns: dict[str, object]) -> None:
    check = make_watched(country="NL")
    Host.objects.filter(pk=host_at("www.example.org", "DE", 64999).pk).update(**columns)
    see(check, F.AVAILABLE, 2)
    assert states(check)[0] == "actioned"


def test_a_new_referral_restarts_the_check_and_ignores_known_targets() -> None:
    check = see(make_watched(), F.MOVED, 5, "https://b.example.net/a/1")
    send_referrals(case_of(check), check.item, Route.ICCAM, now=SENT + 6 * HOUR)
    check.refresh_from_db()
    assert (check.ended_at, check.outcome, Referral.objects.filter(state="sent").count()) == (None, "", 2)
    see(check, F.MOVED, 7, "https://b.example.net/a/1")
    assert states(check) == ("actioned", "", "monitoring")
    see(check, F.MOVED, 8, "https://c.example.net/a/1")
    assert states(check) == ("assessed", "", "action_pending")


def test_moved_item_with_open_referrals_needs_attention() -> None:
    check = make_watched(routes=(Route.POLICE, Route.HOST), country="RS")
    assert PoliceHold.objects.filter(ended_at=None).exists()
    see(check, F.MOVED, 5, "https://b.example.net/a/1")
    assert (states(check)[0], check.attention) == ("actioned", AttentionReason.MOVED)
    held = Referral.objects.get(state="held")
    referral.withdraw_referral(referral=held, actor=person("first"), now=SENT)
    see(check, F.MOVED, 6, "https://b.example.net/a/1")
    assert states(check)[0] == "assessed"


# --- A concurrent decision ---


def test_an_item_under_review_is_not_ended_by_a_check() -> None:
    check = make_watched()
    check.item.__class__.objects.filter(pk=check.item_id).update(state="assessed")
    for hours in (1, 2, 3, 4):
        see(check, F.GONE, hours)
    assert (states(check)[0], check.misses, check.ended_at) == ("assessed", 4, None)


def test_manually_ending_an_item_ends_its_check() -> None:
    check = make_watched()
    check.item.__class__.objects.filter(pk=check.item_id).update(state="ended", outcome="removed")
    see(check, F.AVAILABLE, 1)
    assert (check.outcome, check.ended_at) == ("removed", SENT + HOUR)


def test_a_watch_that_is_not_there_any_more_is_left() -> None:
    record_result(check_id=0, observation=Observation(F.GONE), now=SENT)


def test_manual_end_records_a_removal_and_no_other_outcome() -> None:
    check, outcome = make_watched(), "unavailable"
    at = SENT + 9 * HOUR
    with pytest.raises(WrongState):
        services.end_check_manually(
            item=check.item, report=case_of(check), actor=person("first"), outcome="moved", now=at
        )
    assert states(check)[0] == "actioned"
    services.end_check_manually(item=check.item, report=case_of(check), actor=person("first"), outcome=outcome, now=at)
    check.refresh_from_db()
    assert (states(check), check.unavailable_since) == (("ended", outcome, "closed"), at)
    assert Action.objects.get(kind=outcome).author == person("first")
    with pytest.raises(NoRunningCheck):
        services.end_check_manually(
            item=check.item, report=case_of(check), actor=person("first"), outcome=outcome, now=at
        )


def test_request_a_check() -> None:
    check = see(make_watched(), F.AVAILABLE, 1)
    at = SENT + 2 * HOUR
    services.request_check(item=check.item, report=case_of(check), actor=person("first"), now=at)
    check.refresh_from_db()
    assert check.next_check_at == at
    with pytest.raises(NoRunningCheck):
        services.request_check(item=make_item(), report=case_of(check), actor=person("first"), now=at)


# --- After the end ---


def test_removed_content_is_rechecked_a_few_times() -> None:
    check = make_watched()
    miss_three_checks(check)
    days = []
    while check.next_check_at is not None:
        days.append((check.next_check_at - SENT - 3 * HOUR).days)
        see(check, F.GONE, (check.next_check_at - SENT) / HOUR)
    assert days == [1, 3, 7, 14, 28]
    assert states(check) == ("ended", "removed", "closed")


def test_returned_content_needs_attention_and_is_referred_again() -> None:
    check = make_watched()
    miss_three_checks(check)
    see(check, F.AVAILABLE, 30)
    assert (check.attention, states(check)) == (AttentionReason.BACK, ("ended", "removed", "closed"))
    report = reopen_case(report_id=case_of(check).pk, actor=person("first"), reason="back", now=SENT + 31 * HOUR)
    check.refresh_from_db()
    assert states(check) == ("assessed", "", "action_pending")
    assert (check.attention, report.queue) == ("", "action")
    send_referrals(report, check.item, Route.ICCAM, now=SENT + 40 * HOUR)
    check.refresh_from_db()
    assert (states(check), check.outcome) == (("actioned", "", "monitoring"), "")
    for hours in (50, 51, 52):
        see(check, F.GONE, hours)
    assert (states(check), selectors.hours_to_removal(check.item)) == (("ended", "removed", "closed"), 50)


def test_content_removed_again_before_review_needs_no_attention() -> None:
    check = make_watched()
    miss_three_checks(check)
    see(check, F.AVAILABLE, 30)
    see(check, F.GONE, 40)
    assert check.attention == ""


# --- What is kept ---


def test_equal_findings_in_a_row_are_one_sighting() -> None:
    check = make_watched()
    for hours, result in ((1, F.AVAILABLE), (2, F.AVAILABLE), (3, F.SERVER_ERROR), (4, F.AVAILABLE)):
        see(check, result, hours)
    rows = CheckRun.objects.order_by("pk").values_list("result", "checks", "first_at", "last_at")
    assert list(rows) == [
        ("available", 2, SENT + HOUR, SENT + 2 * HOUR),
        ("server_error", 1, SENT + 3 * HOUR, SENT + 3 * HOUR),
        ("available", 1, SENT + 4 * HOUR, SENT + 4 * HOUR),
    ]


def test_hours_to_removal_are_counted_from_the_first_referral_on_given_routes() -> None:
    check = make_watched(routes=(Route.POLICE, Route.HOST), country="RS")
    police_holds.release_hold(hold=PoliceHold.objects.get(), actor=person("first"), now=SENT + 10 * HOUR)
    referral.mark_sent(referral=Referral.objects.get(state="due"), now=SENT + 10 * HOUR)
    for hours in (41, 42, 43):
        see(check, F.GONE, hours)
    assert selectors.hours_to_removal(check.item) == 41
    assert selectors.hours_to_removal(check.item, routes=(Route.HOST,)) == 31
    assert selectors.hours_to_removal(check.item, routes=(Route.ICCAM,)) is None
