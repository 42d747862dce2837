"""Status texts about hand-overs, for all states, outcomes, routes and holds."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.intake import selectors
from hotline.models import (
    Action,
    AvailabilityCheck,
    ContentItem,
    HoldEnd,
    PoliceHold,
    Referral,
    Report,
    Route,
)
from hotline.models.routing import REFERRAL_CHANNELS
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, Outcome, ReportState
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SENT = RECEIVED + 3 * HOUR
CLOSED = RECEIVED + 40 * HOUR
LATER = RECEIVED + timedelta(days=200)
WAYS = {route: channel.action for route, channel in REFERRAL_CHANNELS.items()}


@pytest.fixture
def analyst() -> User:
    return User.objects.create(username="analyst")


def make_report(
    analyst: User, *routes: Route, state: str = "monitoring", outcome: str = "", taken: bool = True, country: str = "NL"
) -> tuple[Report, ContentItem]:
    """A report whose content went out on `routes`, at `SENT`; it ended at `CLOSED`, the content gone 31 hours after it was handed over."""
    ended = {"closed_at": CLOSED, "outcome": outcome} if state == "closed" else {}
    report, item = ReportFactory(state=state, **ended), make_item()
    report.report_items.create(item=item, position=0)
    if taken:
        audit_log.record(action="report.claimed", subject=report, actor=analyst, now=RECEIVED + HOUR)
    for route in routes:
        make_referral(report, item, analyst, route, country=country)
    AvailabilityCheck.objects.create(
        item=item,
        began_at=SENT,
        unavailable_since=SENT + 31 * HOUR,
        last_miss_at=CLOSED,
        **({"ended_at": CLOSED, "outcome": outcome} if outcome else {}),
    )
    return report, item


def make_referral(report: Report, item: ContentItem, analyst: User, route: Route, **columns: object) -> Referral:
    defaults = {"state": "sent", "country": "NL", "created_at": SENT, "ended_at": SENT}
    Action.objects.create(item=item, report=report, author=analyst, kind=WAYS[route], done_at=SENT)
    return Referral.objects.create(item=item, report=report, author=analyst, route=route, **(defaults | columns))


def hold(item: ContentItem, report: Report, *, ended_after: timedelta | None = None) -> PoliceHold:
    ended_at = SENT + ended_after if ended_after else None
    return PoliceHold.objects.create(
        item=item,
        report=report,
        placed_at=SENT - HOUR,
        until=SENT + timedelta(days=30),
        ended_at=ended_at,
        end=HoldEnd.EXPIRED if ended_at else "",
    )


def status_titles(report: Report, now: object = LATER) -> list[str]:
    with override("en"), as_role_of("public"):
        return [str(event.phrase.title) for event in selectors.reporter_events(report, now)]  # type: ignore[arg-type]


RECEIVED_SAID, WORKED_ON = "Received", "Being worked on"


def test_sent_to_a_partner_hotline_of_the_country(analyst: User) -> None:
    report, _item = make_report(analyst, Route.ICCAM)
    with override("en"):
        (newest, *_) = selectors.reporter_events(report, LATER)
        assert (newest.at, newest.phrase.title) == (SENT, "Sent to a partner hotline")
        assert "(Netherlands)" in str(newest.phrase.text)


def test_the_life_of_a_report(analyst: User) -> None:
    report, _item = make_report(analyst, Route.ICCAM, Route.HOST, state="closed", outcome="removed")
    assert status_titles(report) == [
        "Removed after 31 h",
        "Sent to the platform",
        "Sent to a partner hotline",
        WORKED_ON,
        RECEIVED_SAID,
    ]


def test_unsent_referrals_are_not_disclosed(analyst: User) -> None:
    report, item = make_report(analyst)
    for number, state in enumerate(("checking", "held", "due", "failed", "withdrawn")):
        ended = {} if number < 3 else {"ended_at": SENT}
        route = (Route.HOST, Route.ICCAM)[number % 2]
        Referral.objects.filter(state__in=["checking", "held", "due"]).delete()
        make_referral(report, item, analyst, route, **({"state": state, "ended_at": None, "problem": "x"} | ended))
    assert status_titles(report) == [WORKED_ON, RECEIVED_SAID]


def test_referral_of_another_case_has_a_separate_date(analyst: User) -> None:
    """An offender who reports the offending address must not learn of a hand-over a week earlier."""
    _first, item = make_report(analyst, Route.HOST)
    ContentItem.objects.filter(pk=item.pk).update(state="actioned")
    later = SENT + timedelta(days=7)
    report = ReportFactory(state="monitoring", received_at=later)
    report.report_items.create(item=item, position=0)
    assert status_titles(report, later + HOUR) == [RECEIVED_SAID]
    assert status_titles(report) == ["Sent to the platform", WORKED_ON, RECEIVED_SAID]
    assert selectors.reporter_events(report, LATER)[0].at > later + HOUR


# --- The police ---


def test_police_hold_hides_all_events(analyst: User) -> None:
    report, item = make_report(analyst, Route.POLICE, Route.ICCAM, Route.HOST, state="closed", outcome="removed")
    hold(item, report)
    assert status_titles(report) == [WORKED_ON, RECEIVED_SAID]


def test_ended_police_hold_discloses_all_but_the_police(analyst: User) -> None:
    report, item = make_report(analyst, Route.POLICE, state="closed", outcome="removed")
    make_referral(report, item, analyst, Route.HOST, ended_at=SENT + 10 * HOUR)
    hold(item, report, ended_after=10 * HOUR)
    # Counted from when the host was told, not from when the police were.
    assert status_titles(report) == ["Removed after 21 h", "Sent to the platform", WORKED_ON, RECEIVED_SAID]


def test_events_during_a_hold_are_dated_to_its_end(analyst: User) -> None:
    report, item = make_report(analyst, Route.POLICE, Route.ICCAM, state="closed", outcome="removed")
    hold(item, report, ended_after=100 * HOUR)
    end = SENT + 100 * HOUR
    assert status_titles(report, end - timedelta(seconds=1)) == [WORKED_ON, RECEIVED_SAID]
    assert [event.at for event in selectors.reporter_events(report, end)][:2] == [end, end]


def test_later_hold_hides_no_disclosed_event(analyst: User) -> None:
    report, item = make_report(analyst, Route.HOST, state="closed", outcome="removed")
    before = status_titles(report)
    later = hold(item, report)
    PoliceHold.objects.filter(pk=later.pk).update(placed_at=CLOSED + HOUR)
    assert status_titles(report) == before


@pytest.mark.parametrize(("state", "urgent"), [("checking", True), ("due", False), ("sent", True)])
def test_police_referral_without_hold_hides_referrals(analyst: User, state: str, urgent: bool) -> None:
    report, item = make_report(analyst, Route.ICCAM, state="closed", outcome="removed")
    ended = {"ended_at": SENT if state == "sent" else None}
    make_referral(report, item, analyst, Route.POLICE, state=state, urgent=urgent, **ended)
    assert status_titles(report) == ["Removed", WORKED_ON, RECEIVED_SAID]


@pytest.mark.parametrize("state", ["failed", "withdrawn"])
def test_failed_police_referral_hides_nothing(analyst: User, state: str) -> None:
    report, item = make_report(analyst, Route.ICCAM, state="closed", outcome="removed")
    make_referral(report, item, analyst, Route.POLICE, state=state, problem="x")
    assert status_titles(report)[0] == "Removed after 31 h"


def test_pictures_or_another_item_sent_to_the_police_suppress_disclosure(analyst: User) -> None:
    report, item = make_report(analyst, Route.HOST, state="closed", outcome="removed")
    make_referral(report, item, analyst, Route.POLICE, is_for_pictures=True)
    hold(item, report, ended_after=HOUR)
    assert status_titles(report) == ["Removed", WORKED_ON, RECEIVED_SAID]
    report, _item = make_report(analyst, Route.ICCAM)
    second = make_item()
    report.report_items.create(item=second, position=1)
    make_referral(report, second, analyst, Route.POLICE)
    assert status_titles(report) == [WORKED_ON, RECEIVED_SAID]


# --- The whole table ---

HOLDS = ("none", "open", "ended")
ROUTES = [(Route.POLICE,), (Route.HOST,), (Route.POLICE, Route.HOST), (Route.POLICE, Route.ICCAM)]
TABOO = ("polic", "hold", "duplicate", "already", "known", "hash", "other report")


def ends() -> list[tuple[str, str]]:
    """Every state with every outcome that the database lets it have."""
    open_states = [(state, "") for state in ReportState.values if state not in {"closed", "anonymised"}]
    return open_states + [("closed", outcome) for outcome in Outcome.values]


@pytest.mark.parametrize(("state", "outcome"), ends())
def test_no_history_discloses_a_police_referral(analyst: User, state: str, outcome: str) -> None:
    neutral = {RECEIVED_SAID, WORKED_ON}
    for routes, held in product(ROUTES, HOLDS):
        report, item = make_report(analyst, *routes, state=state, outcome=outcome)
        if state in CLOSED_WITHOUT_ASSESSMENT:
            Report.objects.filter(pk=report.pk).update(closed_at=CLOSED)
            report.refresh_from_db()
        if held != "none":
            hold(item, report, ended_after=HOUR if held == "ended" else None)
        with override("en"):
            events = selectors.reporter_events(report, LATER)
            words = " ".join(f"{event.phrase.title} {event.phrase.text}" for event in events).lower()
            titles = [str(event.phrase.title) for event in events]
        if outcome != "outside_remit" and state not in CLOSED_WITHOUT_ASSESSMENT:
            assert [word for word in TABOO if word in words] == []
        assert titles
        if held == "open":
            assert set(titles) <= neutral
        if Route.POLICE in routes and held == "none":
            # The end of a closed case has a text of its own.
            before_the_end = titles[1:] if outcome else titles
            assert not {"Sent to the platform", "Sent to a partner hotline"} & set(before_the_end)


def test_the_number_of_queries_does_not_grow_with_referrals(
    analyst: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    report, item = make_report(analyst, Route.ICCAM, Route.HOST)
    for country in ("DE", "FR", "US"):
        make_referral(report, item, analyst, Route.ICCAM, country=country)
    with django_assert_max_num_queries(5):
        selectors.reporter_events(report, LATER)
