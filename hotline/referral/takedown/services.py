"""What somebody at the desk does about a notice: sends it by hand, deals with an answer, has the next contact told, withdraws it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import NonSendingDay, Notice, NoticeMessage, NoticeState, NoticeTemplate
from hotline.outbox import config
from hotline.referral.takedown import progress
from hotline.referral.takedown.content import render_notice
from hotline.referral.takedown.delivery import build_draft
from hotline.referral.takedown.progress import escalate, next_kind, open_entries, without_police_hold


class NoContactLeft(CaseError):
    message = _(
        "Nobody else who can be written to about this is in the register of abuse contacts. Add or correct one there, then try again."
    )


class NothingToSend(CaseError):
    message = _("Nothing in it may be told now: it is gone, or the police hold it back.")


class NoticeAction(models.TextChoices):
    """What may be done, as it stands on a button."""

    SENT = "sent", pgettext_lazy("notice", "I have sent it by hand")
    CLOSE = "close", pgettext_lazy("notice", "It is dealt with: no more reminders")
    RESUME = "resume", pgettext_lazy("notice", "Go on reminding")
    NEXT = "next", pgettext_lazy("notice", "Tell the next contact")
    WITHDRAW = "withdraw", pgettext_lazy("notice", "Withdraw it")


def possible_actions(notice: Notice) -> list[NoticeAction]:
    """What may be done about a notice as it is."""
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
    """Do it. Raises WrongState where the notice has moved on, NoContactLeft or NothingToSend; nothing is written then."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",)).select_related("contact", "escalated_from").get(pk=notice.pk)
        )
        if act not in possible_actions(notice):
            raise WrongState(notice.state)
        _ACTS[NoticeAction(act)](notice, actor, now)


def _sent(notice: Notice, actor: User, now: datetime) -> None:
    entries = list(without_police_hold(open_entries(notice)))
    kind = next_kind(notice)
    draft = build_draft(notice, kind=kind, entries=entries, now=now)
    if not draft.entries:
        raise NothingToSend
    message = NoticeMessage.objects.create(notice=notice, kind=kind, began_at=now)
    letter = render_notice(draft)
    progress.record_sent(notice=notice, message=message, letter=letter, entries=entries, actor=actor, now=now)


def _close(notice: Notice, actor: User, now: datetime) -> None:
    progress.close_notice(notice=notice, state=NoticeState.CLOSED, actor=actor, now=now)


def _resume(notice: Notice, actor: User, now: datetime) -> None:
    notice.state, notice.waiting, notice.due_at = NoticeState.SENT, False, progress.next_turn_at(now)
    notice.save()


def _next(notice: Notice, actor: User, now: datetime) -> None:
    still_there = open_entries(notice).count()
    if notice.is_open:
        left = progress.escalate_or_exhaust(notice=notice, actor=actor, now=now)
    else:
        left = escalate(notice=notice, now=now)
        notice.waiting = bool(left)
        notice.save()
    # Where some could be told of, the rest goes on waiting for somebody.
    if left and left == still_there:
        raise NoContactLeft


def _withdraw(notice: Notice, actor: User, now: datetime) -> None:
    progress.close_notice(notice=notice, state=NoticeState.WITHDRAWN, actor=actor, now=now)


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
    """Store a new or changed entry, checked by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        entry.save()
        action = "notice_template.changed" if isinstance(entry, NoticeTemplate) else "non_sending_day.saved"
        audit_log.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_non_sending_day(*, day: NonSendingDay, actor: User, now: datetime) -> None:
    """Notices go out on it again, where it is a day of the week for them."""
    with transaction.atomic():
        audit_log.record(
            action="non_sending_day.removed", subject=day, actor=actor, now=now, data={"day": day.day.isoformat()}
        )
        day.delete()
