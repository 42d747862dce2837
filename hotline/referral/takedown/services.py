"""Staff actions on a takedown notice: send by hand, send at once, resolve, remind, escalate, withdraw."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.queue.outgoing import QueueError
from hotline.lifecycle.exceptions import WrongState
from hotline.models import NonSendingDay, Notice, NoticeMessage, NoticeState, NoticeTemplate
from hotline.outbox import config
from hotline.referral.takedown import outcomes
from hotline.referral.takedown.content import render_notice
from hotline.referral.takedown.delivery import build_draft
from hotline.referral.takedown.plan import escalate
from hotline.referral.takedown.selectors import next_kind, open_entries, without_police_hold
from hotline.referral.takedown.sending_times import next_sending_time, next_turn_at


class NoContactLeft(ActionRefused):
    reason = _("The register has no further contact for this content. Add or correct one there, then try again.")


class NothingToSend(ActionRefused):
    reason = _("No notice can be sent now: the content is gone or under a police hold.")


class NoticeAction(models.TextChoices):
    """Actions on a notice; the labels are those of the buttons."""

    SENT = "sent", pgettext_lazy("notice", "Mark as sent by hand")
    CLOSE = "close", pgettext_lazy("notice", "Resolved, no more reminders")
    RESUME = "resume", pgettext_lazy("notice", "Continue reminders")
    NEXT = "next", pgettext_lazy("notice", "Notify the next contact")
    WITHDRAW = "withdraw", pgettext_lazy("notice", "Withdraw")


def possible_actions(notice: Notice) -> list[NoticeAction]:
    """Return the actions possible in the notice's current state."""
    state, unsent = notice.state, notice.sent_at is None
    possible = {
        NoticeAction.SENT: state == NoticeState.BY_HAND
        or (state == NoticeState.PLANNED and not config.is_configured()),
        NoticeAction.CLOSE: (notice.is_open and not unsent) or (notice.waiting and not notice.is_open),
        NoticeAction.RESUME: state == NoticeState.ANSWERED,
        NoticeAction.NEXT: state in {NoticeState.SENT, NoticeState.ANSWERED} or (notice.waiting and not notice.is_open),
        NoticeAction.WITHDRAW: notice.is_open and unsent,
    }
    return [act for act, may in possible.items() if may]


def perform_notice_action(*, notice: Notice, act: str, actor: User, now: datetime) -> None:
    """Perform an action. Raises WrongState, NoContactLeft or NothingToSend; then nothing is written."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",)).select_related("contact", "escalated_from").get(pk=notice.pk)
        )
        if act not in possible_actions(notice):
            raise WrongState
        _ACTS[NoticeAction(act)](notice, actor, now)


def can_send_now(notice: Notice, *, now: datetime) -> bool:
    """Return whether a planned message that waits can be sent at once. One that is being sent cannot: it would be sent twice."""
    if notice.state != NoticeState.PLANNED or notice.due_at is None or notice.error == QueueError.INTERRUPTED:
        return False
    waits = notice.due_at > now or (not notice.any_day and next_sending_time(now, group=notice.group) > now)
    return waits and config.is_configured() and without_police_hold(open_entries(notice)).exists()


def send_notice_now(*, notice: Notice, actor: User, now: datetime) -> None:
    """Make a waiting message due at once, on any day. Raises WrongState; then nothing is written.

    The next run of the task sends it, within a minute. Content under a police hold is never sent.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        if not can_send_now(notice, now=now):
            raise WrongState
        entries = without_police_hold(open_entries(notice))
        notice.due_at, notice.any_day = now, True
        notice.save(update_fields=["due_at", "any_day"])
        outcomes.record_event("notice.send_now", notice, entries, actor, now)


def _sent(notice: Notice, actor: User, now: datetime) -> None:
    entries = list(without_police_hold(open_entries(notice)))
    kind = next_kind(notice)
    draft = build_draft(notice, kind=kind, entries=entries, now=now)
    if not draft.entries:
        raise NothingToSend
    message = NoticeMessage.objects.create(notice=notice, kind=kind, began_at=now)
    letter = render_notice(draft)
    outcomes.record_sent(notice=notice, message=message, letter=letter, entries=entries, actor=actor, now=now)


def _close(notice: Notice, actor: User, now: datetime) -> None:
    outcomes.close_notice(notice=notice, state=NoticeState.CLOSED, actor=actor, now=now)


def _resume(notice: Notice, actor: User, now: datetime) -> None:
    notice.state, notice.waiting, notice.due_at = NoticeState.SENT, False, next_turn_at(notice, now=now)
    notice.save()


def _next(notice: Notice, actor: User, now: datetime) -> None:
    still_there = open_entries(notice).count()
    if notice.is_open:
        without_contact = outcomes.escalate_or_exhaust(notice=notice, actor=actor, now=now)
    else:
        without_contact = escalate(notice=notice, now=now)
        notice.waiting = bool(without_contact)
        notice.save()
    # If a further contact was found for some items, the others stay for review.
    if without_contact and without_contact == still_there:
        raise NoContactLeft


def _withdraw(notice: Notice, actor: User, now: datetime) -> None:
    outcomes.close_notice(notice=notice, state=NoticeState.WITHDRAWN, actor=actor, now=now)


_ACTS: dict[NoticeAction, Callable[[Notice, User, datetime], None]] = {
    NoticeAction.SENT: _sent,
    NoticeAction.CLOSE: _close,
    NoticeAction.RESUME: _resume,
    NoticeAction.NEXT: _next,
    NoticeAction.WITHDRAW: _withdraw,
}


def save_template_entry(
    *, entry: NonSendingDay | NoticeTemplate, actor: User, now: datetime, changed: Iterable[str]
) -> None:
    """Store a new or changed entry, validated by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        entry.save()
        action = "notice_template.changed" if isinstance(entry, NoticeTemplate) else "non_sending_day.saved"
        audit_log.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_non_sending_day(*, day: NonSendingDay, actor: User, now: datetime) -> None:
    """Delete a non-sending day."""
    with transaction.atomic():
        audit_log.record(
            action="non_sending_day.removed", subject=day, actor=actor, now=now, data={"day": day.day.isoformat()}
        )
        day.delete()
