"""Referrals decided in a case: creation, release after the host lookup, delivery results, failure and withdrawal."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.availability.scheduling import has_running_check, start_checks
from hotline.hosting.enqueue import enqueue_lookups
from hotline.hosting.lookup import request_fresh_lookup
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_other_reports
from hotline.lifecycle.transitions import advance_report, move_item
from hotline.models import (
    Action,
    ContentItem,
    PartnerHotline,
    PoliceHold,
    Referral,
    ReferralProblem,
    ReferralState,
    Report,
    Route,
    RoutingRule,
)
from hotline.models.referral import OPEN
from hotline.models.routing import MANUAL_ROUTES, REFERRAL_CHANNELS
from hotline.referral import orders, police_holds
from hotline.referral.routing import host_name_of, host_of, hosting_region_of, propose, used_routes
from hotline.states import ItemState, Outcome

AT_ONCE = 200
# Limits of the host lookup, after which the referral returns to the analyst.
LOOKUP_TRIES = 3
LOOKUP_PATIENCE = timedelta(hours=1)


def refer_item(
    *, report: Report, item: ContentItem, actor: User, routes: Iterable[Route], now: datetime, unsure: bool = False
) -> list[Referral]:
    """Refer an illegal item to `routes`. The caller has locked `report` and `item` and checked the claim.

    The host is looked up again first, unless the referral is decided without that (`unsure`). If a rule sets a
    police hold, it begins now. A route with an open or sent referral is skipped, unless the item has moved or
    returned since. Raises WrongState if the item is not assessed as illegal, and NoSigningKey.
    """
    if item.state != ItemState.ASSESSED:
        raise WrongState
    proposal = propose(item)
    done = used_routes(item)
    new_routes = [route for route in Route if route in set(routes) and (route not in done)]
    referrals = [
        save_decision(
            Referral(
                item=item,
                report=report,
                author=actor,
                route=route,
                country=proposal.whereabouts.country,
                created_at=now,
            )
        )
        for route in new_routes
    ]
    for referral in referrals:
        audit_log.record(
            action="referral.created",
            subject=report,
            actor=actor,
            now=now,
            data={"item": item.pk, "route": referral.route, "country": referral.country},
        )
    if proposal.hold_days and Route.POLICE in new_routes:
        police_holds.place_hold(item=item, report=report, days=proposal.hold_days, now=now)
    move_item(item=item, report=report, to=ItemState.ACTIONED, actor=actor, now=now)
    name = host_name_of(item)
    if name and not unsure:
        request_fresh_lookup(name=name, now=now)
        transaction.on_commit(enqueue_lookups)
    else:
        for referral in referrals:
            _make_due(referral, now)
    _update_state(item, report, actor, now)
    return referrals


def refer_urgently(*, report: Report, item: ContentItem, actor: User, reason: str, now: datetime) -> Referral:
    """Refer an item to the police at once because a child is in imminent danger.

    One person decides, with a written reason that a supervisor reads afterwards. The caller has locked `report`
    and `item` and checked the claim. The item's state does not change. Raises WrongState if the item is already
    referred to the police, and NoSigningKey.
    """
    if item.referrals.filter(route=Route.POLICE, state__in=[*OPEN, ReferralState.SENT], is_for_pictures=False).exists():
        raise WrongState
    referral = Referral(
        item=item,
        report=report,
        author=actor,
        route=Route.POLICE,
        state=ReferralState.DUE,
        country=hosting_region_of(item).country,
        created_at=now,
        due_at=now,
        urgent=True,
    )
    Referral.REASON.seal(referral, reason.encode())
    save_decision(referral)
    audit_log.record(
        action="referral.urgent", subject=report, actor=actor, now=now, data={"item": item.pk, "referral": referral.pk}
    )
    return referral


def save_decision(referral: Referral) -> Referral:
    """Insert a referral, signed if it is to the police: their packages are built elsewhere. Raises NoSigningKey."""
    if referral.route == Route.POLICE:
        orders.sign_referral(referral)
    referral.save(force_insert=True)
    return referral


def review_urgent(*, referral: Referral, actor: User, now: datetime) -> None:
    """Record a supervisor's review of an urgent referral.

    Raises WrongState if it is reviewed already or the supervisor's own.
    """
    unread = Referral.objects.filter(pk=referral.pk, urgent=True, reviewed_at__isnull=True).exclude(author=actor)
    with transaction.atomic():
        if not unread.update(reviewed_at=now, reviewed_by=actor):
            raise WrongState
        audit_log.record(
            action="referral.reviewed",
            subject=referral.report,
            actor=actor,
            now=now,
            data={"item": referral.item_id, "referral": referral.pk},
        )


def open_reason(*, referral: Referral, actor: User, now: datetime) -> str:
    """Decrypt the reason of an urgent referral; reading is logged. Raises SealError."""
    text = Referral.REASON.open(referral)
    audit_log.record(
        action="referral.reason_opened",
        subject=referral.report,
        actor=actor,
        now=now,
        data={"item": referral.item_id, "referral": referral.pk},
    )
    return text.decode()


def confirm_hosting(*, now: datetime) -> int:
    """Release the referrals whose host lookup is complete; returns the number of decisions.

    Referrals fail if the recipient is no longer proposed for the new hosting place, or if the lookup failed.
    """
    decided = 0
    waiting = Referral.objects.filter(state=ReferralState.CHECKING).order_by("pk").values_list("pk", flat=True)
    for pk in list(waiting[:AT_ONCE]):
        with transaction.atomic():
            referral = _lock(pk, ReferralState.CHECKING)
            decided += referral is not None and _confirm(referral, now)
    return decided


def withdraw_obsolete(*, now: datetime) -> int:
    """Withdraw the unsent referrals of ended items; returns their number.

    The police get theirs, and so do help services: a child may need help after the content is gone.
    """
    ended = Referral.objects.filter(state__in=OPEN, item__state=ItemState.ENDED)
    needless = ended.exclude(route__in=[Route.POLICE, *MANUAL_ROUTES])
    dropped = 0
    for referral in needless.order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            dropped += _end(referral, ReferralState.WITHDRAWN, None, now, "")
    return dropped


def due_referrals(*, route: Route, now: datetime) -> QuerySet[Referral]:
    """Return the referrals that a channel sends next, oldest first.

    For each of them the channel calls `mark_sent`, `postpone_referral` or `fail_referral`.
    """
    ready = Referral.objects.filter(state=ReferralState.DUE, route=route, due_at__lte=now)
    return ready.select_related("item", "report").order_by("due_at", "pk")


def mark_sent(
    *,
    referral: Referral,
    now: datetime,
    actor: User | None = None,
    data: dict[str, audit_log.AuditValue] | None = None,
) -> bool:
    """Mark a referral as sent: record an action and start the availability checks. False if it was not due any more.

    `actor` has handed it over by hand; None if a task sent it. `data` holds ids and codes of the channel for the audit trail.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=referral.report_id)
        item = ContentItem.objects.select_for_update().get(pk=referral.item_id)
        sent = Referral.objects.filter(pk=referral.pk, state=ReferralState.DUE)
        if not sent.update(state=ReferralState.SENT, problem="", ended_at=now, due_at=None):
            return False
        audit_log.record(
            action="referral.sent",
            subject=report,
            actor=actor,
            now=now,
            data={"item": item.pk, "route": referral.route, "referral": referral.pk, **(data or {})},
        )
        if referral.is_for_pictures:
            return True
        channel = REFERRAL_CHANNELS[Route(referral.route)]
        author = actor.pk if actor else referral.author_id
        Action.objects.create(item=item, report=report, author_id=author, kind=channel.action, done_at=now)
        if referral.route == Route.POLICE:
            police_holds.start_hold_period(item=item, now=now)
        if item.state == ItemState.ACTIONED:
            if channel.seeks_removal:
                start_checks(item=item, now=now)
            _update_state(item, report, actor, now)
    return True


def postpone_referral(*, referral: Referral, problem: str, due_at: datetime) -> None:
    """Postpone a referral after a failed attempt. `problem` is a code."""
    waiting = Referral.objects.filter(pk=referral.pk, state=ReferralState.DUE)
    waiting.update(problem=problem, due_at=due_at, attempts=F("attempts") + 1)


def fail_referral(*, referral: Referral, problem: str, now: datetime) -> bool:
    """Fail a referral with a reason (a code): it returns to the analyst. False if it was not open any more."""
    with transaction.atomic():
        return _end(referral, ReferralState.FAILED, None, now, problem)


def withdraw_referral(*, referral: Referral, actor: User | None, now: datetime) -> None:
    """Withdraw an unsent referral. `actor` is None if the content has ended. Raises WrongState if it was sent."""
    with transaction.atomic():
        if not _end(referral, ReferralState.WITHDRAWN, actor, now, ""):
            raise WrongState
        if referral.route == Route.POLICE and not referral.is_for_pictures:
            police_holds.withdraw_hold(item=referral.item, now=now)


def _confirm(referral: Referral, now: datetime) -> bool:
    host = host_of(referral.item)
    under_way = host is not None and host.next_lookup_at is not None and host.tries < LOOKUP_TRIES
    if under_way and now - referral.created_at < LOOKUP_PATIENCE:
        return False
    if host is None or host.problem or host.next_lookup_at is not None:
        _end(referral, ReferralState.FAILED, None, now, ReferralProblem.HOSTING_UNSURE)
        return True
    if referral.country != host.country and referral.route not in propose(referral.item).routes:
        _end(referral, ReferralState.FAILED, None, now, ReferralProblem.HOSTING_CHANGED)
        return True
    Referral.objects.filter(pk=referral.pk).update(country=host.country)
    _make_due(referral, now)
    return True


def _make_due(referral: Referral, now: datetime) -> None:
    held = referral.route == Route.HOST and PoliceHold.objects.filter(item=referral.item_id, ended_at=None).exists()
    state = ReferralState.HELD if held else ReferralState.DUE
    Referral.objects.filter(pk=referral.pk, state=ReferralState.CHECKING).update(
        state=state, due_at=None if held else now
    )


def _end(referral: Referral, state: ReferralState, actor: User | None, now: datetime, problem: str) -> bool:
    report = Report.objects.select_for_update().get(pk=referral.report_id)
    item = ContentItem.objects.select_for_update().get(pk=referral.item_id)
    still_open = Referral.objects.filter(pk=referral.pk, state__in=OPEN)
    if not still_open.update(state=state, problem=problem, ended_at=now, due_at=None, signature=None):
        return False
    data: dict[str, audit_log.AuditValue] = {"item": item.pk, "route": referral.route, "referral": referral.pk}
    if problem:
        data["problem"] = str(problem)
    audit_log.record(action=f"referral.{state}", subject=report, actor=actor, now=now, data=data)
    if item.state == ItemState.ACTIONED and not referral.is_for_pictures:
        nothing_else = not item.referrals.filter(state__in=[*OPEN, ReferralState.SENT], is_for_pictures=False).exists()
        if state == ReferralState.FAILED or nothing_else:
            move_item(item=item, report=report, to=ItemState.ASSESSED, actor=actor, now=now)
        _update_state(item, report, actor, now)
    return True


def _update_state(item: ContentItem, report: Report, actor: User | None, now: datetime) -> None:
    """End an item whose referrals are all sent and that cannot be checked; its cases follow it."""
    on_their_way = item.referrals.filter(state__in=OPEN, is_for_pictures=False)
    if item.state == ItemState.ACTIONED and not on_their_way.exists() and not has_running_check(item):
        move_item(item=item, report=report, to=ItemState.ENDED, actor=actor, now=now, outcome=Outcome.REFERRED)
    advance_report(report=report, actor=actor, now=now)
    update_other_reports(item=item, report=report, now=now)


def _lock(pk: int, state: ReferralState) -> Referral | None:
    """Return the referral with its item, its case locked first; None if its state has changed."""
    referral = Referral.objects.filter(pk=pk, state=state).select_related("item", "report").first()
    if referral is None:
        return None
    Report.objects.select_for_update().get(pk=referral.report_id)
    ContentItem.objects.select_for_update().get(pk=referral.item_id)
    return Referral.objects.filter(pk=pk, state=state).select_related("item", "report").first()


Entry = RoutingRule | PartnerHotline


def save_routing_entry(*, entry: Entry, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed entry, validated by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        action = f"{_word(entry)}.{'created' if entry._state.adding else 'changed'}"
        entry.save()
        audit_log.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_routing_entry(*, entry: Entry, actor: User, now: datetime) -> None:
    """Delete an entry; decisions made by it stay."""
    with transaction.atomic():
        audit_log.record(action=f"{_word(entry)}.removed", subject=entry, actor=actor, now=now)
        entry.delete()


def _word(entry: Entry) -> str:
    return "routing" if isinstance(entry, RoutingRule) else "partner_hotline"
