"""What a notice came to: it went out, it could not be sent, it came back, it was answered, it had no effect, what it was about is gone.

Each is part of the caller's transaction, which holds the lock on the notice's row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User

from clicksafely.common import audit
from clicksafely.common.audit import Happening
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
from hotline.models.notices import QUEUED_NOTICES
from hotline.referral import services
from hotline.referral.notices.calendar import next_time
from hotline.referral.notices.drafting import Letter
from hotline.referral.notices.planning import escalate, living


def note_sent(
    *,
    notice: Notice,
    message: NoticeMessage,
    letter: Letter,
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
        notice.due_at = turn_after(now)
    notice.save()
    for entry in entries:
        services.mark_sent(referral=entry.referral, now=now, data={"notice": notice.pk})
    _record("notice.sent", notice, entries, actor, now, kind=message.kind)


def note_refused(*, notice: Notice, message: NoticeMessage, error: OutgoingError, now: datetime) -> None:
    """The mail server does not take it, or has not for three days: what nobody was told of before goes back to whoever decides, of the
    rest the next contact is told.
    """
    _fail(message, error, now)
    _in_vain(notice, NoticeState.REFUSED, error, now)


def note_returned(*, notice: Notice, now: datetime) -> bool:
    """The mail server took it and it came back. False where that changes nothing: a later message was answered, or it has ended."""
    tried = notice.state == NoticeState.PLANNED and notice.attempts
    if notice.state != NoticeState.SENT and not tried:
        return False
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.RETURNED, now)
    _in_vain(notice, NoticeState.BOUNCED, OutgoingError.RETURNED, now)
    return True


def note_answered(*, notice: Notice, now: datetime) -> None:
    """Somebody wrote back: no reminder goes before somebody here has read it."""
    notice.waiting = True
    if notice.state == NoticeState.SENT:
        notice.state, notice.due_at = NoticeState.ANSWERED, None
    notice.save()
    _record("notice.answered", notice, _entries(notice), None, now)


def note_gone(*, notice: Notice, now: datetime) -> None:
    """Nothing that it was about is there, or is still to be told of."""
    if notice.is_open:
        end(notice, NoticeState.CLOSED if notice.sent_at else NoticeState.WITHDRAWN, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    for entry in entries:
        if entry.referral.state == ReferralState.DUE:
            services.withdraw_referral(referral=entry.referral, actor=None, now=now)
    _record("notice.ended", notice, entries, None, now, state=notice.state)


def go_on(*, notice: Notice, actor: User | None, now: datetime) -> int:
    """It had no effect: the next contacts are told; returns of how many items nobody is left to tell."""
    end(notice, NoticeState.ESCALATED, now)
    notice.waiting = False
    notice.save()
    if left := escalate(notice=notice, now=now):
        notice.state, notice.waiting = NoticeState.EXHAUSTED, True
        notice.save()
    _record("notice.ended", notice, _entries(notice), actor, now, state=notice.state)
    return left


def close(*, notice: Notice, state: NoticeState, actor: User, now: datetime) -> None:
    """Somebody ends it; what has not gone out then goes back to whoever decides."""
    for message in notice.messages.filter(sent_at=None, failed_at=None):
        _fail(message, OutgoingError.INTERRUPTED, now)
    if notice.is_open:
        end(notice, state, now)
    notice.waiting = False
    notice.save()
    entries = _entries(notice)
    _fail_referrals(entries, ReferralProblem.NOTICE_WITHDRAWN, now)
    _record("notice.ended", notice, entries, actor, now, state=notice.state)


def end(notice: Notice, state: NoticeState, now: datetime) -> None:
    """Set the columns of an end; the caller saves."""
    notice.state, notice.ended_at, notice.due_at, notice.attempts = state, now, None, 0


def turn_after(now: datetime) -> datetime:
    """When a contact that was told at `now` is reminded, or the next one told."""
    return next_time(now + timedelta(hours=settings.NOTICE_REPEAT_HOURS))


def _in_vain(notice: Notice, state: NoticeState, error: OutgoingError, now: datetime) -> None:
    end(notice, state, now)
    notice.error = error
    notice.save()
    entries = list(living(notice))
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
    audit.record_many(
        [
            Happening(action, entry.referral.report, {"item": entry.item_id, "notice": notice.pk, **codes})
            for entry in entries
        ],
        actor=actor,
        now=now,
    )
