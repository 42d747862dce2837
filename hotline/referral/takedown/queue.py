"""The queue of notices: leases those with a message to send, and updates the others."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from clicksafely.common.queue import outgoing
from hotline.models import Notice, NoticeMessage, NoticeState
from hotline.outbox.config import own_domain
from hotline.referral.takedown.outcomes import escalate_or_exhaust, record_content_gone
from hotline.referral.takedown.selectors import next_kind, open_entries, without_police_hold
from hotline.referral.takedown.sending_times import REMINDERS, next_sending_time

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


def _needs_message(notice: Notice, now: datetime) -> bool:
    """Return whether to send a message now; if not, the notice was updated instead. The unfinished message is stored."""
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
