"""Queries of notices: those about an item, those to review, open entries, the reason why one waits, and a preview."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from clicksafely.common.queue.outgoing import QueueError
from hotline.models import (
    AvailabilityCheck,
    ContentItem,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    PoliceHold,
    ReferralState,
)
from hotline.outbox import config
from hotline.referral.takedown.content import NoticeDraft, address_for_answers, build_entries
from hotline.referral.takedown.recipients import next_recipient
from hotline.referral.takedown.sending_times import REMINDERS, crosses_non_sending_day, next_sending_time
from hotline.states import ItemState

# States of referrals that a notice may still include.
UNSETTLED_STATES = (ReferralState.DUE, ReferralState.SENT)
# A notice that is due for longer is overdue.
LATE = timedelta(minutes=15)
# After this number of attempts "My work" shows the notice.
MANY_ATTEMPTS = 3
# Placeholders for the tag and number of a notice in previews.
_NO_TAG, _NO_NUMBER, _NO_ID = "0" * 16, "N-…", UUID(int=0)


def notices_of(item: ContentItem) -> QuerySet[Notice]:
    """Return the notices about an item, newest first."""
    return Notice.objects.filter(entries__item=item).select_related("contact").order_by("-pk")


def notices_to_review(*, now: datetime) -> QuerySet[Notice]:
    """Notices to review, and delayed ones: postponed repeatedly, or overdue."""
    stuck = Q(attempts__gte=MANY_ATTEMPTS, due_at__isnull=False) | Q(due_at__lt=now - LATE)
    return Notice.objects.filter(Q(waiting=True) | stuck).select_related("contact").order_by("-pk")


def open_entries(notice: Notice) -> QuerySet[NoticeItem]:
    """Return the items of a notice that are still available and not closed, with the data that a message needs."""
    there = Q(item__availability_check=None) | Q(item__availability_check__ended_at=None)
    entries = notice.entries.filter(there, referral__state__in=UNSETTLED_STATES).exclude(item__state=ItemState.ENDED)
    return entries.select_related("item", "referral__report").order_by("pk")


def without_police_hold(entries: QuerySet[NoticeItem]) -> QuerySet[NoticeItem]:
    """Return the entries without a police hold."""
    return entries.filter(~Exists(PoliceHold.objects.filter(item=OuterRef("item"), ended_at=None)))


def is_still_online(item: ContentItem) -> bool:
    """Return whether the item is still available and not closed."""
    gone = AvailabilityCheck.objects.filter(item=item, ended_at__isnull=False).exists()
    return item.state != ItemState.ENDED and not gone


def next_kind(notice: Notice) -> NoticeKind:
    """Return the kind of the next message to the contact."""
    if notice.sent_at:
        return NoticeKind.REPEAT
    return NoticeKind.ESCALATION if notice.escalated_from_id else NoticeKind.FIRST


def describe_wait(notice: Notice, *, now: datetime) -> str:
    """Return one or two sentences about the next event of an open notice and its local time; "" if ended."""
    if notice.state == NoticeState.BY_HAND or (notice.due_at and not config.is_configured()):
        return _("Waits until a member of staff sends it by hand and records that here.")
    if notice.state == NoticeState.ANSWERED:
        return _("Waits until a member of staff has read the answer. No reminders are sent until then.")
    if notice.due_at is None:
        return ""
    if notice.attempts and notice.error == QueueError.INTERRUPTED:
        return _("Is being sent.")
    if notice.attempts:
        return _("The last attempt failed. The next attempt is at %(until)s.") % {"until": _local(notice.due_at)}
    if held_until := _held_until(notice):
        return _("Waits for the end of the police hold, at the latest %(until)s.") % {"until": _local(held_until)}
    if notice.any_day:
        return _("A supervisor has released it. It is sent within a few minutes.")
    due_at = next_sending_time(max(notice.due_at, now), group=notice.group)
    if due_at <= now:
        return _("Is sent within a few minutes.")
    until = {"until": _local(due_at)}
    if notice.state == NoticeState.SENT:
        if not notice.address or notice.repeats >= REMINDERS:
            return _("Waits for an answer until %(until)s. Then the next contact is notified.") % until
        return _("Waits for an answer until %(until)s. Then a reminder is sent.") % until
    if crosses_non_sending_day(now, due_at, group=notice.group):
        return _("Waits until %(until)s: no notices are sent on non-sending days before that.") % until
    return _("Waits until %(until)s, so that further addresses for the same contact go into one message.") % until


def _held_until(notice: Notice) -> datetime | None:
    """Return the end of the last police hold if every open item of the notice has one."""
    entries = open_entries(notice)
    if without_police_hold(entries).exists():
        return None
    holds = PoliceHold.objects.filter(item__in=entries.values("item"), ended_at=None)
    until: datetime | None = holds.aggregate(until=Max("until"))["until"]
    return until


def _local(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def preview_of(item: ContentItem, *, now: datetime) -> NoticeDraft | None:
    """Return a preview of the notice to an item's host; None without a contact or an illegal classification."""
    recipient, entries = next_recipient(item), build_entries([(_NO_ID, item)], since=now)
    if recipient is None or not entries:
        return None
    return NoticeDraft(
        recipient=recipient,
        group=entries[0].finding.group,
        kind=NoticeKind.FIRST,
        language=recipient.contact.language,
        reference=_NO_NUMBER,
        answers_to=address_for_answers(_NO_TAG),
        entries=entries,
        now=now,
    )
