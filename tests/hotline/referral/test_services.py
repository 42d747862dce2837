"""Tests of referrals from the decision to every end state."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Action, AvailabilityCheck, ContentItem, Host, PoliceHold, Referral, Report, Route
from hotline.referral import police_holds, services
from hotline.states import ItemState, ReportState
from tests.hotline.referral.conftest import complete_lookup, make_host, make_illegal
from tests.hotline.review.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


def refer(report: Report, item: ContentItem, actor: User, *routes: Route, **how: bool) -> list[Referral]:
    return services.refer_item(report=report, item=item, actor=actor, routes=routes, now=NOW, **how)


def confirmed(report: Report, item: ContentItem, actor: User, *routes: Route, country: str = "NL") -> list[Referral]:
    """Refer the item; the new lookup confirms its host."""
    referrals = refer(report, item, actor, *routes)
    complete_lookup(country)
    services.confirm_hosting(now=LATER)
    return referrals


def states(item: ContentItem) -> dict[str, str]:
    return dict(item.referrals.order_by("pk").values_list("route", "state"))


def reread(report: Report, item: ContentItem) -> tuple[str, str]:
    report.refresh_from_db()
    item.refresh_from_db()
    return report.state, item.state


def test_the_host_is_verified_before_a_referral_is_sent(ana: User) -> None:
    host = make_host("NL")
    report, item = make_illegal(ana)
    (referral,) = refer(report, item, ana, Route.ICCAM)
    host.refresh_from_db()
    assert host.next_lookup_at == NOW.replace(minute=0)
    assert (referral.state, referral.country) == ("checking", "NL")
    assert reread(report, item) == (ReportState.REFERRED, ItemState.ACTIONED)
    assert (report.queue, report.claimed_by) == (None, None)
    assert services.confirm_hosting(now=LATER) == 0
    assert not services.due_referrals(route=Route.ICCAM, now=LATER).exists()
    # It moved to a country with the same route.
    complete_lookup("DE")
    assert services.confirm_hosting(now=LATER) == 1
    referral.refresh_from_db()
    assert (referral.state, referral.country) == ("due", "DE")
    assert [each.pk for each in services.due_referrals(route=Route.ICCAM, now=LATER)] == [referral.pk]


def test_move_to_a_country_with_other_routes_needs_a_new_decision(ana: User) -> None:
    make_host("NL")
    report, item = make_illegal(ana)
    confirmed(report, item, ana, Route.ICCAM, country="RS")
    referral = Referral.objects.get()
    assert (referral.state, referral.problem) == ("failed", "hosting_changed")
    assert reread(report, item) == (ReportState.ACTION_PENDING, ItemState.ASSESSED)
    assert report.queue == "action"


@pytest.mark.parametrize(("tries", "minutes"), [(3, 5), (1, 61)])
def test_a_referral_with_an_unresolvable_host_fails_for_review(tries: int, minutes: int, ana: User) -> None:
    make_host("NL")
    report, item = make_illegal(ana)
    refer(report, item, ana, Route.ICCAM)
    Host.objects.update(problem="timeout", tries=tries)
    services.confirm_hosting(now=NOW + timedelta(minutes=minutes))
    assert Referral.objects.values_list("state", "problem").get() == ("failed", "hosting_unsure")
    assert reread(report, item)[0] == ReportState.ACTION_PENDING
    (again,) = refer(report, item, ana, Route.ICCAM, unsure=True)
    again.refresh_from_db()
    assert (again.state, again.due_at) == ("due", NOW)


def test_a_sent_referral_is_recorded_and_checked(ana: User) -> None:
    make_host("NL")
    report, item = make_illegal(ana)
    (referral,) = confirmed(report, item, ana, Route.ICCAM)
    assert services.mark_sent(referral=referral, now=LATER)
    assert not services.mark_sent(referral=referral, now=LATER)
    assert states(item) == {"iccam": "sent"}
    assert Action.objects.values_list("kind", "author", "done_at").get() == ("partner", ana.pk, LATER)
    assert AvailabilityCheck.objects.values_list("item", "next_check_at").get() == (item.pk, LATER)
    assert reread(report, item) == (ReportState.MONITORING, ItemState.ACTIONED)


@pytest.mark.parametrize(
    ("columns", "last"), [({"kind": "onion"}, Route.SIGNPOST), ({"do_not_fetch": True}, Route.HOST)]
)
def test_item_without_availability_checks_ends_when_all_referrals_are_sent(
    columns: dict[str, object], last: Route, ana: User
) -> None:
    make_host("KP")
    report, item = make_illegal(ana, **columns)
    refer(report, item, ana, Route.POLICE, last, unsure=True)
    assert set(states(item).values()) == {"due"}
    police, host = Referral.objects.order_by("pk")
    services.mark_sent(referral=police, now=LATER)
    assert reread(report, item) == (ReportState.REFERRED, ItemState.ACTIONED)
    services.mark_sent(referral=host, now=LATER)
    assert reread(report, item) == (ReportState.CLOSED, ItemState.ENDED)
    assert (item.outcome, report.outcome) == ("referred", "referred")
    assert not AvailabilityCheck.objects.exists()


def test_the_host_is_not_notified_during_a_police_hold(ana: User, vera: User) -> None:
    make_host("RS")
    report, item = make_illegal(ana)
    confirmed(report, item, ana, Route.POLICE, Route.HOST, country="RS")
    assert states(item) == {"police": "due", "host": "held"}
    hold = PoliceHold.objects.get()
    assert hold.until == NOW + timedelta(days=7)
    # It does not run out before the police have the case.
    assert police_holds.expire_holds(now=NOW + timedelta(days=30)) == 0
    services.mark_sent(referral=Referral.objects.get(route="police"), now=NOW + timedelta(days=2))
    hold.refresh_from_db()
    assert hold.until == NOW + timedelta(days=9)
    assert police_holds.expire_holds(now=NOW + timedelta(days=8)) == 0
    with transaction.atomic():
        assert police_holds.expire_holds(now=NOW + timedelta(days=9)) == 1
        assert PoliceHold.objects.values_list("end", "ended_by").get() == ("expired", None)
        assert states(item) == {"police": "sent", "host": "due"}
        transaction.set_rollback(True)
    police_holds.release_hold(hold=hold, actor=vera, now=NOW + timedelta(days=8))
    assert states(item)["host"] == "due"
    with pytest.raises(WrongState):
        police_holds.release_hold(hold=hold, actor=vera, now=NOW + timedelta(days=8))


def test_failed_referral_returns_to_decision_and_can_be_repeated(ana: User) -> None:
    make_host("NL")
    report, item = make_illegal(ana)
    (referral,) = confirmed(report, item, ana, Route.ICCAM)
    services.postpone_referral(referral=referral, problem="no_answer", due_at=LATER + timedelta(hours=1))
    referral.refresh_from_db()
    assert (referral.state, referral.attempts, referral.problem) == ("due", 1, "no_answer")
    assert not services.due_referrals(route=Route.ICCAM, now=LATER).exists()
    assert services.fail_referral(referral=referral, problem="given_up", now=LATER)
    assert not services.fail_referral(referral=referral, problem="given_up", now=LATER)
    assert reread(report, item) == (ReportState.ACTION_PENDING, ItemState.ASSESSED)
    report.claimed_by, report.claimed_until = ana, NOW + timedelta(hours=1)
    report.save()
    assert len(refer(report, item, ana, Route.ICCAM)) == 1
    assert list(item.referrals.order_by("pk").values_list("state", flat=True)) == ["failed", "checking"]


def test_a_sent_route_is_not_sent_twice(ana: User) -> None:
    make_host("RS")
    report, item = make_illegal(ana)
    confirmed(report, item, ana, Route.POLICE, Route.HOST, country="RS")
    services.mark_sent(referral=Referral.objects.get(route="police"), now=LATER)
    services.fail_referral(referral=Referral.objects.get(route="host"), problem="no_contact", now=LATER)
    item.refresh_from_db()
    report.refresh_from_db()
    referrals = refer(report, item, ana, Route.POLICE, Route.HOST)
    assert [referral.route for referral in referrals] == ["host"]


def test_withdrawn_before_delivery(ana: User) -> None:
    make_host("RS")
    report, item = make_illegal(ana)
    police, host = confirmed(report, item, ana, Route.POLICE, Route.HOST, country="RS")
    services.withdraw_referral(referral=police, actor=ana, now=LATER)
    assert PoliceHold.objects.get().end == "withdrawn"
    assert states(item) == {"police": "withdrawn", "host": "due"}
    assert reread(report, item)[1] == ItemState.ACTIONED
    services.withdraw_referral(referral=host, actor=ana, now=LATER)
    assert reread(report, item) == (ReportState.ACTION_PENDING, ItemState.ASSESSED)
    with pytest.raises(WrongState):
        services.withdraw_referral(referral=host, actor=ana, now=LATER)


def test_imminent_danger_is_referred_immediately_and_reviewed_later(ana: User, vera: User) -> None:
    report, item = make_illegal(ana, state=ItemState.IN_SECOND_REVIEW)
    reason = "Дете пише да је сада код њега."
    referral = services.refer_urgently(report=report, item=item, actor=ana, reason=reason, now=NOW)
    assert list(services.due_referrals(route=Route.POLICE, now=NOW)) == [referral]
    assert reason.encode() not in bytes(referral.sealed_reason or b"")
    assert services.open_reason(referral=referral, actor=vera, now=NOW) == reason
    assert AuditEvent.objects.filter(action="referral.reason_opened", actor_id=vera.pk).exists()
    services.mark_sent(referral=referral, now=LATER)
    item.refresh_from_db()
    assert item.state == ItemState.IN_SECOND_REVIEW
    with pytest.raises(WrongState):
        services.refer_urgently(report=report, item=item, actor=ana, reason=reason, now=LATER)
    with pytest.raises(WrongState):
        services.review_urgent(referral=referral, actor=ana, now=LATER)
    services.review_urgent(referral=referral, actor=vera, now=LATER)
    with pytest.raises(WrongState):
        services.review_urgent(referral=referral, actor=vera, now=LATER)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({}, "one_open_referral_a_route"),
        ({"state": "lost", "ended_at": NOW}, "referral_state_known"),
        ({"route": "pigeon"}, "referral_route_known"),
        ({"state": "sent"}, "referral_end_has_time"),
        ({"state": "failed", "ended_at": NOW}, "referral_failure_has_problem"),
        ({"route": "host", "urgent": True}, "referral_urgent_is_police"),
    ],
)
def test_the_database_refuses(columns: dict[str, object], constraint: str, ana: User) -> None:
    report, item = make_illegal(ana)
    whole = {"item": item, "report": report, "author": ana, "route": "police", "created_at": NOW}
    Referral.objects.create(**whole)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Referral.objects.create(**(whole | columns))
