"""Outcomes of notices: sent, refused, returned, answered, content gone, escalated or closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.audit.audit_log import AuditEntry
from hotline.models import (
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeMessage,
    NoticeState,
    OutgoingError,
    ReferralProblem,
    ReferralState,
)
from hotline.models.takedown import QUEUED_NOTICES
from hotline.referral import services
from hotline.referral.takedown.content import RenderedNotice
from hotline.referral.takedown.plan import escalate
from hotline.referral.takedown.selectors import open_entries
from hotline.referral.takedown.sending_times import next_turn_at


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
    if without_contact := escalate(notice=notice, now=now):
        notice.state, notice.waiting = NoticeState.EXHAUSTED, True
        notice.save()
    record_event("notice.ended", notice, _entries(notice), actor, now, state=notice.state)
    return without_contact


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
