"""Which notice an item's hand-over goes with: gathered by contact, the first message an hour after the first of them was due."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.audit.audit_log import AuditEntry
from clicksafely.common.crypto import receipts
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
from hotline.referral.takedown.content import MOST_ITEMS, RenderedNotice, classify_item
from hotline.referral.takedown.recipients import Recipient, next_recipient
from hotline.states import ItemState

# Longer than anybody may block in a row.
LOOK_AHEAD = 366


def next_sending_time(moment: datetime) -> datetime:
    """`moment`, where a notice may go out on its day; else the morning (TAKEDOWN_SEND_HOUR) of the next day on which one may."""
    local = timezone.localtime(moment)
    first = local.date()
    blocked = set(
        NonSendingDay.objects.filter(day__range=(first, first + timedelta(days=LOOK_AHEAD))).values_list(
            "day", flat=True
        )
    )
    for later in range(LOOK_AHEAD):
        day = first + timedelta(days=later)
        if day.isoweekday() in settings.TAKEDOWN_WEEKDAYS and day not in blocked:
            if not later:
                return moment
            return datetime.combine(day, time(settings.TAKEDOWN_SEND_HOUR), tzinfo=local.tzinfo)
    # Everything is blocked for a year: then whoever blocked it has to be asked, not the host.
    return moment + timedelta(days=LOOK_AHEAD)


PLAN_BATCH = 200
# Of these referrals a notice may still tell.
_LIVING = (ReferralState.DUE, ReferralState.SENT)


def plan_notices(*, now: datetime) -> int:
    """Put what is due to hosts into notices; returns how many items were. One whose contact is not known goes back to whoever decides."""
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
    """Put an item into the notice that is being gathered for a contact, or into a new one. Part of the caller's transaction."""
    # Whoever else gathers for this contact waits.
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
            due_at=None if by_hand else next_sending_time(due_at),
            made_at=now,
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
    """The items of a notice that are still there and still to be told of, with what a message needs of them."""
    there = Q(item__watch=None) | Q(item__watch__ended_at=None)
    entries = notice.entries.filter(there, referral__state__in=_LIVING).exclude(item__state=ItemState.ENDED)
    return entries.select_related("item", "referral__report").order_by("pk")


def without_police_hold(entries: QuerySet[NoticeItem]) -> QuerySet[NoticeItem]:
    """Without those on which the police have a hold."""
    return entries.filter(~Exists(PoliceHold.objects.filter(item=OuterRef("item"), ended_at=None)))


def escalate(*, notice: Notice, now: datetime) -> int:
    """Tell the next contact of what is still there; returns of how many items nobody is left to tell.

    Part of the caller's transaction, which has written the notice's end: whoever was told in vain is not chosen again.
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
    """Whether there is still something to tell of it."""
    gone = AvailabilityCheck.objects.filter(item=item, ended_at__isnull=False).exists()
    return item.state != ItemState.ENDED and not gone


def _gathering(recipient: Recipient, group: NoticeGroup, escalated_from: Notice | None) -> Notice | None:
    """The notice to this contact that nobody has tried to send yet and that has room."""
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
    room = gathering.filter(pk__in=gathering.annotate(held=Count("entries")).filter(held__lt=MOST_ITEMS))
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
    """A message has gone out, and with it the hand-overs of its items. A notice that was ended meanwhile stays so."""
    message.sent_at, message.items = now, len(letter.reports)
    message.subject, message.text = letter.subject, letter.text
    # It may have been given up while the server took it.
    message.failed_at, message.error = None, ""
    message.save()
    notice.sent_at = notice.sent_at or now
    notice.repeats += message.kind == NoticeKind.REPEAT
    notice.attempts, notice.error = 0, ""
    if notice.state in {*QUEUED_NOTICES, NoticeState.BY_HAND}:
        notice.state, notice.waiting = NoticeState.SENT, False
        notice.due_at = next_turn_at(now)
    notice.save()
    for entry in entries:
        services.mark_sent(referral=entry.referral, now=now, data={"notice": notice.pk})
    _record("notice.sent", notice, entries, actor, now, kind=message.kind)


def record_refused(*, notice: Notice, message: NoticeMessage, error: OutgoingError, now: datetime) -> None:
    """The mail server does not take it, or has not for three days: what nobody was told of before goes back to whoever decides, of the
    rest the next contact is told.
    """
    _fail(message, error, now)
    _in_vain(notice, NoticeState.REFUSED, error, now)


def record_returned(*, notice: Notice, now: datetime) -> bool:
    """The mail server took it and it came back. False where that changes nothing: a later message was answered, or it has ended."""
    tried = notice.state == NoticeState.PLANNED and notice.attempts
    if notice.state != NoticeState.SENT and not tried:
        return False
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.RETURNED, now)
    _in_vain(notice, NoticeState.BOUNCED, OutgoingError.RETURNED, now)
    return True


def record_answered(*, notice: Notice, now: datetime) -> None:
    """Somebody wrote back: no reminder goes before somebody here has read it."""
    notice.waiting = True
    if notice.state == NoticeState.SENT:
        notice.state, notice.due_at = NoticeState.ANSWERED, None
    notice.save()
    _record("notice.answered", notice, _entries(notice), None, now)


def record_content_gone(*, notice: Notice, now: datetime) -> None:
    """Nothing that it was about is there, or is still to be told of."""
    if notice.is_open:
        set_end_columns(notice, NoticeState.CLOSED if notice.sent_at else NoticeState.WITHDRAWN, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    for entry in entries:
        if entry.referral.state == ReferralState.DUE:
            services.withdraw_referral(referral=entry.referral, actor=None, now=now)
    _record("notice.ended", notice, entries, None, now, state=notice.state)


def escalate_or_exhaust(*, notice: Notice, actor: User | None, now: datetime) -> int:
    """It had no effect: the next contacts are told; returns of how many items nobody is left to tell."""
    set_end_columns(notice, NoticeState.ESCALATED, now)
    notice.waiting = False
    notice.save()
    if left := escalate(notice=notice, now=now):
        notice.state, notice.waiting = NoticeState.EXHAUSTED, True
        notice.save()
    _record("notice.ended", notice, _entries(notice), actor, now, state=notice.state)
    return left


def close_notice(*, notice: Notice, state: NoticeState, actor: User, now: datetime) -> None:
    """Somebody ends it; what has not gone out then goes back to whoever decides."""
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.INTERRUPTED, now)
    if notice.is_open:
        set_end_columns(notice, state, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    _fail_referrals(entries, ReferralProblem.NOTICE_WITHDRAWN, now)
    _record("notice.ended", notice, entries, actor, now, state=notice.state)


def set_end_columns(notice: Notice, state: NoticeState, now: datetime) -> None:
    """Set the columns of an end; the caller saves."""
    notice.state, notice.ended_at, notice.due_at, notice.attempts = state, now, None, 0


def next_turn_at(now: datetime) -> datetime:
    """When a contact that was told at `now` is reminded, or the next one told."""
    return next_sending_time(now + timedelta(hours=settings.TAKEDOWN_REMINDER_HOURS))


def _in_vain(notice: Notice, state: NoticeState, error: OutgoingError, now: datetime) -> None:
    set_end_columns(notice, state, now)
    notice.error = error
    notice.save()
    entries = list(open_entries(notice))
    _fail_referrals(entries, ReferralProblem.NOTICE_REFUSED, now)
    if escalate(notice=notice, now=now):
        notice.waiting = True
        notice.save()
    _record(f"notice.{state}", notice, entries, None, now, error=error.value)


def _fail(message: NoticeMessage, error: OutgoingError, now: datetime) -> None:
    message.failed_at, message.error = now, error
    message.save(update_fields=["failed_at", "error"])


def _fail_referrals(entries: Iterable[NoticeItem], problem: ReferralProblem, now: datetime) -> None:
    for entry in entries:
        if entry.referral.state == ReferralState.DUE:
            services.fail_referral(referral=entry.referral, problem=problem, now=now)


def _entries(notice: Notice) -> list[NoticeItem]:
    return list(notice.entries.select_related("item", "referral__report"))


def _record(
    action: str, notice: Notice, entries: Iterable[NoticeItem], actor: User | None, now: datetime, **codes: str
) -> None:
    audit_log.record_many(
        [
            AuditEntry(action, entry.referral.report, {"item": entry.item_id, "notice": notice.pk, **codes})
            for entry in entries
        ],
        actor=actor,
        now=now,
    )


# How often it is looked whether the police have released what they hold.
HOLD_RECHECK_INTERVAL = timedelta(hours=1)
# What ends without its contact's turn coming is looked for among so many.
CLOSE_BATCH = 500


def begin_next_message(*, now: datetime, lease: timedelta) -> tuple[Notice, NoticeMessage] | None:
    """The next message to send, written down as tried until `lease` has passed; None where none is due. What needs none is done on the way."""
    while True:
        with transaction.atomic():
            due = Notice.objects.filter(state__in=QUEUED_NOTICES, due_at__lte=now).order_by("due_at", "pk")
            notice = due.select_for_update(skip_locked=True, of=("self",)).select_related("contact").first()
            if notice is None:
                return None
            if message := _step(notice, now):
                notice.attempts += 1
                notice.error = OutgoingError.INTERRUPTED
                notice.due_at = now + lease
                notice.save(update_fields=["attempts", "error", "due_at"])
                return notice, message


def close_notices_without_content(*, now: datetime) -> int:
    """Close the notices of which nothing is there any more, whoever's turn it is; returns how many."""
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
    """Which message to its contact is the next."""
    if notice.sent_at:
        return NoticeKind.REPEAT
    return NoticeKind.ESCALATION if notice.escalated_from_id else NoticeKind.FIRST


def _step(notice: Notice, now: datetime) -> NoticeMessage | None:
    """The message to send now; None where something else was done, and written down."""
    entries = open_entries(notice)
    if not entries.exists():
        record_content_gone(notice=notice, now=now)
        return None
    later = next_sending_time(now)
    if later == now and not without_police_hold(entries).exists():
        later = now + HOLD_RECHECK_INTERVAL
    if later > now:
        notice.due_at = later
        notice.save(update_fields=["due_at"])
        return None
    if notice.sent_at and (not notice.address or notice.repeats >= settings.TAKEDOWN_REMINDERS):
        escalate_or_exhaust(notice=notice, actor=None, now=now)
        return None
    return _message(notice, now)


def _message(notice: Notice, now: datetime) -> NoticeMessage:
    """The one that is being tried, or a new one."""
    message, _made = NoticeMessage.objects.get_or_create(
        notice=notice,
        sent_at=None,
        failed_at=None,
        defaults={"kind": next_kind(notice), "message_id": f"{secrets.token_hex(16)}@{own_domain()}", "began_at": now},
    )
    return message
