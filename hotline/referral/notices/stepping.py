"""What a notice's turn brings: its next message, the next contact, a later day, or its end."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from hotline.models import Notice, NoticeKind, NoticeMessage, NoticeState, OutgoingError
from hotline.models.notices import QUEUED_NOTICES
from hotline.post.config import own_domain
from hotline.referral.notices import ending
from hotline.referral.notices.calendar import next_time
from hotline.referral.notices.planning import living, not_held

# How often it is looked whether the police have released what they hold.
HELD_FOR = timedelta(hours=1)
# What ends without its contact's turn coming is looked for among so many.
AT_ONCE = 500


def begin_next(*, now: datetime, lease: timedelta) -> tuple[Notice, NoticeMessage] | None:
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


def end_what_is_gone(*, now: datetime) -> int:
    """Close the notices of which nothing is there any more, whoever's turn it is; returns how many."""
    ended = 0
    still_open = Notice.objects.exclude(state=NoticeState.PLANNED).filter(ended_at=None) | Notice.objects.filter(
        waiting=True
    )
    for pk in list(still_open.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            notice = Notice.objects.select_for_update().filter(pk=pk).first()
            if notice and (notice.is_open or notice.waiting) and not living(notice).exists():
                ending.note_gone(notice=notice, now=now)
                ended += 1
    return ended


def next_kind(notice: Notice) -> NoticeKind:
    """Which message to its contact is the next."""
    if notice.sent_at:
        return NoticeKind.REPEAT
    return NoticeKind.ESCALATION if notice.escalated_from_id else NoticeKind.FIRST


def _step(notice: Notice, now: datetime) -> NoticeMessage | None:
    """The message to send now; None where something else was done, and written down."""
    entries = living(notice)
    if not entries.exists():
        ending.note_gone(notice=notice, now=now)
        return None
    later = next_time(now)
    if later == now and not not_held(entries).exists():
        later = now + HELD_FOR
    if later > now:
        notice.due_at = later
        notice.save(update_fields=["due_at"])
        return None
    if notice.sent_at and (not notice.address or notice.repeats >= settings.NOTICE_REPEATS):
        ending.go_on(notice=notice, actor=None, now=now)
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
