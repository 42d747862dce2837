"""Planning and progress of notices: items are grouped by contact, messages follow an hour after the first item."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.audit.audit_log import AuditEntry
from clicksafely.common.crypto import receipts
from clicksafely.common.queue import outgoing
from hotline.models import (
    AbuseContact,
    AvailabilityCheck,
    ContentItem,
    NonSendingDay,
    Notice,
    NoticeGroup,
    NoticeItem,
    NoticeKind,
    NoticeMessage,
    NoticeState,
    OutgoingError,
    PoliceHold,
    Referral,
    ReferralProblem,
    ReferralState,
    Route,
)
from hotline.models.takedown import OPEN_NOTICES, QUEUED_NOTICES
from hotline.outbox.config import own_domain
from hotline.referral import services
from hotline.referral.takedown.content import MAX_ITEMS, RenderedNotice, classify_item
from hotline.referral.takedown.recipients import Recipient, next_recipient
from hotline.states import ItemState

REMINDERS = 3

# Hours between reminders to a contact, and their number before the next contact is notified.
REMINDER_HOURS = 24

# The hour in Belgrade at which notices due on non-sending days are sent.
SEND_HOUR = 8

# Longer than any sequence of non-sending days.
LOOK_AHEAD = 366


def next_sending_time(moment: datetime, *, group: str) -> datetime:
    """`moment` if a notice of the group may be sent on that day (Belgrade), otherwise SEND_HOUR of the next sending day.

    Notices about CSAM are sent at any hour of any day: each hour online harms the child again.
    """
    if group == NoticeGroup.CSAM:
        return moment
    local = timezone.localtime(moment)
    first = local.date()
    blocked = _non_sending_days(first, first + timedelta(days=LOOK_AHEAD))
    for later in range(LOOK_AHEAD):
        day = first + timedelta(days=later)
        if day not in blocked:
            if not later:
                return moment
            return datetime.combine(day, time(SEND_HOUR), tzinfo=local.tzinfo)
    # A year without sending days is a configuration error.
    return moment + timedelta(days=LOOK_AHEAD)


def crosses_non_sending_day(start: datetime, end: datetime, *, group: str) -> bool:
    """Whether a day (Belgrade) from `start` up to `end` sends no notices of the group."""
    first, last = timezone.localdate(start), timezone.localdate(end)
    return group != NoticeGroup.CSAM and first <= last and bool(_non_sending_days(first, last))


def _non_sending_days(first: date, last: date) -> set[date]:
    """The dates without notices, from `first` to `last`."""
    days = [first + timedelta(days=later) for later in range((last - first).days + 1)]
    entered = set(NonSendingDay.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    return {day for day in days if day.isoweekday() not in settings.TAKEDOWN_WEEKDAYS} | entered


PLAN_BATCH = 200
# States of referrals that a notice may still include.
UNSETTLED_STATES = (ReferralState.DUE, ReferralState.SENT)


def plan_notices(*, now: datetime) -> int:
    """Assign the due referrals to notices; returns the number of items. A referral without a known contact fails."""
    told = NoticeItem.objects.filter(referral=OuterRef("pk"), notice__state__in=OPEN_NOTICES)
    unplanned = services.due_referrals(route=Route.HOST, now=now).filter(~Exists(told))
    planned = 0
    for referral in unplanned[:PLAN_BATCH]:
        with transaction.atomic():
            planned += _plan(referral, now)
    return planned


def join_notice(
    *,
    recipient: Recipient,
    group: NoticeGroup,
    referral: Referral,
    due_at: datetime,
    now: datetime,
    escalated_from: Notice | None = None,
) -> Notice:
    """Add an item to the contact's planned notice, or to a new one. Part of the caller's transaction."""
    # Serialises concurrent planning for this contact.
    contact = AbuseContact.objects.select_for_update().get(pk=recipient.contact.pk)
    notice = _gathering(recipient, group, escalated_from)
    if notice is None:
        by_hand = not recipient.address
        notice = Notice.objects.create(
            tag=receipts.generate_receipt(),
            contact=contact,
            address=recipient.address,
            language=contact.language,
            group=group,
            step=recipient.step,
            escalated_from=escalated_from,
            state=NoticeState.BY_HAND if by_hand else NoticeState.PLANNED,
            waiting=by_hand,
            due_at=None if by_hand else next_sending_time(due_at, group=group),
            created_at=now,
        )
    NoticeItem.objects.create(notice=notice, item=referral.item, referral=referral)
    audit_log.record(
        action="notice.planned",
        subject=referral.report,
        actor=None,
        now=now,
        data={"item": referral.item_id, "notice": notice.pk, "step": notice.step},
    )
    return notice


def open_entries(notice: Notice) -> QuerySet[NoticeItem]:
    """The items of a notice that are still available and not closed, with the data that a message needs."""
    there = Q(item__availability_check=None) | Q(item__availability_check__ended_at=None)
    entries = notice.entries.filter(there, referral__state__in=UNSETTLED_STATES).exclude(item__state=ItemState.ENDED)
    return entries.select_related("item", "referral__report").order_by("pk")


def without_police_hold(entries: QuerySet[NoticeItem]) -> QuerySet[NoticeItem]:
    """The entries without a police hold."""
    return entries.filter(~Exists(PoliceHold.objects.filter(item=OuterRef("item"), ended_at=None)))


def escalate(*, notice: Notice, now: datetime) -> int:
    """Notify the next contacts about the remaining items; returns the number of items without a further contact.

    Part of the caller's transaction, which has stored the end of the notice: contacts without effect are not
    chosen again.
    """
    left = 0
    told = NoticeItem.objects.filter(item=OuterRef("item"), notice__state__in=OPEN_NOTICES)
    for entry in open_entries(notice).filter(~Exists(told)):
        recipient, finding = next_recipient(entry.item, referral=entry.referral), classify_item(entry.item)
        if recipient is None or finding is None:
            left += 1
            continue
        join_notice(
            recipient=recipient,
            group=finding.group,
            referral=entry.referral,
            due_at=now,
            now=now,
            escalated_from=notice,
        )
    return left


def _plan(referral: Referral, now: datetime) -> bool:
    if not is_still_illegal(referral.item):
        services.withdraw_referral(referral=referral, actor=None, now=now)
        return False
    recipient, finding = next_recipient(referral.item, referral=referral), classify_item(referral.item)
    if recipient is None or finding is None:
        services.fail_referral(referral=referral, problem=ReferralProblem.NO_CONTACT, now=now)
        return False
    first = (referral.due_at or now) + timedelta(minutes=settings.TAKEDOWN_FIRST_AFTER_MINUTES)
    join_notice(recipient=recipient, group=finding.group, referral=referral, due_at=first, now=now)
    return True


def is_still_illegal(item: ContentItem) -> bool:
    """Whether the item is still available and not closed."""
    gone = AvailabilityCheck.objects.filter(item=item, ended_at__isnull=False).exists()
    return item.state != ItemState.ENDED and not gone


def _gathering(recipient: Recipient, group: NoticeGroup, escalated_from: Notice | None) -> Notice | None:
    """The contact's planned notice that was not tried yet and has room for an item."""
    gathering = Notice.objects.filter(
        contact=recipient.contact,
        address=recipient.address,
        step=recipient.step,
        group=group,
        escalated_from__isnull=escalated_from is None,
        state__in=[NoticeState.PLANNED, NoticeState.BY_HAND],
        attempts=0,
        sent_at=None,
    )
    room = gathering.filter(pk__in=gathering.annotate(held=Count("entries")).filter(held__lt=MAX_ITEMS))
    return room.select_for_update().order_by("pk").first()


def record_sent(
    *,
    notice: Notice,
    message: NoticeMessage,
    letter: RenderedNotice,
    entries: Sequence[NoticeItem],
    actor: User | None,
    now: datetime,
) -> None:
    """Record a sent message and mark its referrals as sent. A notice that ended in the meantime stays ended."""
    message.sent_at, message.items = now, len(letter.reports)
    message.subject, message.text = letter.subject, letter.text
    # The message may have been marked as failed during the attempt.
    message.failed_at, message.error = None, ""
    message.save()
    notice.sent_at = notice.sent_at or now
    notice.repeats += message.kind == NoticeKind.REPEAT
    notice.attempts, notice.failing_since, notice.error = 0, None, ""
    if notice.state in {*QUEUED_NOTICES, NoticeState.BY_HAND}:
        notice.state, notice.waiting = NoticeState.SENT, False
        notice.due_at, notice.any_day = next_turn_at(notice, now=now), False
    notice.save()
    for entry in entries:
        services.mark_sent(referral=entry.referral, now=now, data={"notice": notice.pk})
    record_event("notice.sent", notice, entries, actor, now, kind=message.kind)


def record_refused(*, notice: Notice, message: NoticeMessage, error: OutgoingError, now: datetime) -> None:
    """Record a refusal by the mail server, or three days of failures.

    Referrals that were never sent fail; the next contact is notified about the others.
    """
    _fail(message, error, now)
    _fail_and_escalate(notice, NoticeState.REFUSED, error, now)


def record_returned(*, notice: Notice, now: datetime) -> bool:
    """Record a returned message. False if it has no effect: a later message was answered, or the notice has ended."""
    tried = notice.state == NoticeState.PLANNED and notice.attempts
    if notice.state != NoticeState.SENT and not tried:
        return False
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.RETURNED, now)
    _fail_and_escalate(notice, NoticeState.BOUNCED, OutgoingError.RETURNED, now)
    return True


def record_answered(*, notice: Notice, now: datetime) -> None:
    """Record a reply: reminders stop until staff have read it."""
    notice.waiting = True
    if notice.state == NoticeState.SENT:
        notice.state, notice.due_at = NoticeState.ANSWERED, None
    notice.save()
    record_event("notice.answered", notice, _entries(notice), None, now)


def record_content_gone(*, notice: Notice, now: datetime) -> None:
    """End a notice whose items are all unavailable or closed."""
    if notice.is_open:
        set_end_columns(notice, NoticeState.CLOSED if notice.sent_at else NoticeState.WITHDRAWN, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    for entry in entries:
        if entry.referral.state == ReferralState.DUE:
            services.withdraw_referral(referral=entry.referral, actor=None, now=now)
    record_event("notice.ended", notice, entries, None, now, state=notice.state)


def escalate_or_exhaust(*, notice: Notice, actor: User | None, now: datetime) -> int:
    """End a notice without effect and notify the next contacts; returns the number of items without one."""
    set_end_columns(notice, NoticeState.ESCALATED, now)
    notice.waiting = False
    notice.save()
    if left := escalate(notice=notice, now=now):
        notice.state, notice.waiting = NoticeState.EXHAUSTED, True
        notice.save()
    record_event("notice.ended", notice, _entries(notice), actor, now, state=notice.state)
    return left


def close_notice(*, notice: Notice, state: NoticeState, actor: User, now: datetime) -> None:
    """End a notice on request; its unsent referrals fail and return to the analyst."""
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.INTERRUPTED, now)
    if notice.is_open:
        set_end_columns(notice, state, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    _fail_referrals(entries, ReferralProblem.NOTICE_WITHDRAWN, now)
    record_event("notice.ended", notice, entries, actor, now, state=notice.state)


def set_end_columns(notice: Notice, state: NoticeState, now: datetime) -> None:
    """Set the columns of an ended notice; the caller saves."""
    notice.state, notice.ended_at = state, now
    notice.due_at, notice.attempts, notice.failing_since, notice.any_day = None, 0, None, False


def next_turn_at(notice: Notice, *, now: datetime) -> datetime:
    """The time of the reminder or escalation for a contact notified at `now`."""
    return next_sending_time(now + timedelta(hours=REMINDER_HOURS), group=notice.group)


def _fail_and_escalate(notice: Notice, state: NoticeState, error: OutgoingError, now: datetime) -> None:
    set_end_columns(notice, state, now)
    notice.error = error
    notice.save()
    entries = list(open_entries(notice))
    _fail_referrals(entries, ReferralProblem.NOTICE_REFUSED, now)
    if escalate(notice=notice, now=now):
        notice.waiting = True
        notice.save()
    record_event(f"notice.{state}", notice, entries, None, now, error=error.value)


def _fail(message: NoticeMessage, error: OutgoingError, now: datetime) -> None:
    message.failed_at, message.error = now, error
    message.save(update_fields=["failed_at", "error"])


def _fail_referrals(entries: Iterable[NoticeItem], problem: ReferralProblem, now: datetime) -> None:
    for entry in entries:
        if entry.referral.state == ReferralState.DUE:
            services.fail_referral(referral=entry.referral, problem=problem, now=now)


def _entries(notice: Notice) -> list[NoticeItem]:
    return list(notice.entries.select_related("item", "referral__report"))


def record_event(
    action: str, notice: Notice, entries: Iterable[NoticeItem], actor: User | None, now: datetime, **codes: str
) -> None:
    """Write an audit event to the report of each entry."""
    audit_log.record_many(
        [
            AuditEntry(action, entry.referral.report, {"item": entry.item_id, "notice": notice.pk, **codes})
            for entry in entries
        ],
        actor=actor,
        now=now,
    )


# Interval of checks for released police holds.
HOLD_RECHECK_INTERVAL = timedelta(hours=1)
# Number of notices examined per run for early closing.
CLOSE_BATCH = 500


def claim_next_notice(*, now: datetime) -> Notice | None:
    """Lease the next notice with a message to send; None if none is due. Others are updated on the way."""
    while True:
        with transaction.atomic():
            notice = outgoing.lock_next(Notice.objects.select_related("contact"), now=now)
            if notice is None:
                return None
            if _needs_message(notice, now):
                outgoing.lease(notice, now=now)
                return notice


def close_notices_without_content(*, now: datetime) -> int:
    """Close the notices whose items are all unavailable; returns their number."""
    ended = 0
    still_open = Notice.objects.exclude(state=NoticeState.PLANNED).filter(ended_at=None) | Notice.objects.filter(
        waiting=True
    )
    for pk in list(still_open.order_by("pk").values_list("pk", flat=True)[:CLOSE_BATCH]):
        with transaction.atomic():
            notice = Notice.objects.select_for_update().filter(pk=pk).first()
            if notice and (notice.is_open or notice.waiting) and not open_entries(notice).exists():
                record_content_gone(notice=notice, now=now)
                ended += 1
    return ended


def next_kind(notice: Notice) -> NoticeKind:
    """The kind of the next message to the contact."""
    if notice.sent_at:
        return NoticeKind.REPEAT
    return NoticeKind.ESCALATION if notice.escalated_from_id else NoticeKind.FIRST


def _needs_message(notice: Notice, now: datetime) -> bool:
    """Whether to send a message now; if not, the notice was updated instead. The unfinished message is stored."""
    entries = open_entries(notice)
    if not entries.exists():
        record_content_gone(notice=notice, now=now)
        return False
    later = now if notice.any_day else next_sending_time(now, group=notice.group)
    if later == now and not without_police_hold(entries).exists():
        later = now + HOLD_RECHECK_INTERVAL
    if later > now:
        notice.due_at = later
        notice.save(update_fields=["due_at"])
        return False
    if notice.sent_at and (not notice.address or notice.repeats >= REMINDERS):
        escalate_or_exhaust(notice=notice, actor=None, now=now)
        return False
    NoticeMessage.objects.get_or_create(
        notice=notice,
        sent_at=None,
        failed_at=None,
        defaults={"kind": next_kind(notice), "message_id": f"{secrets.token_hex(16)}@{own_domain()}", "began_at": now},
    )
    return True
