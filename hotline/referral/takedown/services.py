"""What somebody at the desk does about a notice: sends it by hand, deals with an answer, has the next contact told, withdraws it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.audit import audit_log
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import Notice, NoticeDay, NoticeMessage, NoticeState, NoticeTemplate
from hotline.outbox import config
from hotline.referral.takedown import progress
from hotline.referral.takedown.content import write_letter
from hotline.referral.takedown.delivery import draft_of
from hotline.referral.takedown.progress import escalate, living, next_kind, not_held


class NobodyLeft(CaseError):
    message = _(
        "Nobody else who can be written to about this is in the register of abuse contacts. Add or correct one there, then try again."
    )


class NothingToTell(CaseError):
    message = _("Nothing in it may be told now: it is gone, or the police hold it back.")


class NoticeAct(models.TextChoices):
    """What may be done, as it stands on a button."""

    SENT = "sent", pgettext_lazy("notice", "I have sent it by hand")
    CLOSE = "close", pgettext_lazy("notice", "It is dealt with: no more reminders")
    RESUME = "resume", pgettext_lazy("notice", "Go on reminding")
    NEXT = "next", pgettext_lazy("notice", "Tell the next contact")
    WITHDRAW = "withdraw", pgettext_lazy("notice", "Withdraw it")


def possible_acts(notice: Notice) -> list[NoticeAct]:
    """What may be done about a notice as it is."""
    state, unsent = notice.state, notice.sent_at is None
    possible = {
        NoticeAct.SENT: state == NoticeState.BY_HAND or (state == NoticeState.PLANNED and not config.is_configured()),
        NoticeAct.CLOSE: (notice.is_open and not unsent) or (notice.waiting and not notice.is_open),
        NoticeAct.RESUME: state == NoticeState.ANSWERED,
        NoticeAct.NEXT: state in {NoticeState.SENT, NoticeState.ANSWERED} or (notice.waiting and not notice.is_open),
        NoticeAct.WITHDRAW: notice.is_open and unsent,
    }
    return [act for act, may in possible.items() if may]


def act_on_notice(*, notice: Notice, act: str, actor: User, now: datetime) -> None:
    """Do it. Raises WrongState where the notice has moved on, NobodyLeft or NothingToTell; nothing is written then."""
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",)).select_related("contact", "escalated_from").get(pk=notice.pk)
        )
        if act not in possible_acts(notice):
            raise WrongState(notice.state)
        _ACTS[NoticeAct(act)](notice, actor, now)


def _sent(notice: Notice, actor: User, now: datetime) -> None:
    entries = list(not_held(living(notice)))
    kind = next_kind(notice)
    draft = draft_of(notice, kind=kind, entries=entries, now=now)
    if not draft.entries:
        raise NothingToTell
    message = NoticeMessage.objects.create(notice=notice, kind=kind, began_at=now)
    letter = write_letter(draft)
    progress.note_sent(notice=notice, message=message, letter=letter, entries=entries, actor=actor, now=now)


def _close(notice: Notice, actor: User, now: datetime) -> None:
    progress.close(notice=notice, state=NoticeState.CLOSED, actor=actor, now=now)


def _resume(notice: Notice, actor: User, now: datetime) -> None:
    notice.state, notice.waiting, notice.due_at = NoticeState.SENT, False, progress.turn_after(now)
    notice.save()


def _next(notice: Notice, actor: User, now: datetime) -> None:
    still_there = living(notice).count()
    if notice.is_open:
        left = progress.go_on(notice=notice, actor=actor, now=now)
    else:
        left = escalate(notice=notice, now=now)
        notice.waiting = bool(left)
        notice.save()
    # Where some could be told of, the rest goes on waiting for somebody.
    if left and left == still_there:
        raise NobodyLeft


def _withdraw(notice: Notice, actor: User, now: datetime) -> None:
    progress.close(notice=notice, state=NoticeState.WITHDRAWN, actor=actor, now=now)


_ACTS: dict[NoticeAct, Callable[[Notice, User, datetime], None]] = {
    NoticeAct.SENT: _sent,
    NoticeAct.CLOSE: _close,
    NoticeAct.RESUME: _resume,
    NoticeAct.NEXT: _next,
    NoticeAct.WITHDRAW: _withdraw,
}


def keep_entry(*, entry: NoticeDay | NoticeTemplate, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed entry, checked by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        entry.save()
        action = "notice_wording.changed" if isinstance(entry, NoticeTemplate) else "notice_day.kept"
        audit_log.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})


def remove_day(*, day: NoticeDay, actor: User, now: datetime) -> None:
    """Notices go out on it again, where it is a day of the week for them."""
    with transaction.atomic():
        audit_log.record(
            action="notice_day.removed", subject=day, actor=actor, now=now, data={"day": day.day.isoformat()}
        )
        day.delete()
