"""Planning of notices: items are grouped by contact, messages follow an hour after the first item."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from hotline.models import AbuseContact, Notice, NoticeGroup, NoticeItem, NoticeState, Referral, ReferralProblem, Route
from hotline.models.takedown import OPEN_NOTICES
from hotline.referral import services
from hotline.referral.takedown.content import MAX_ITEMS, classify_item
from hotline.referral.takedown.recipients import Recipient, next_recipient
from hotline.referral.takedown.selectors import is_still_online, open_entries
from hotline.referral.takedown.sending_times import next_sending_time

PLAN_BATCH = 200


def plan_notices(*, now: datetime) -> int:
    """Assign the due referrals to notices; returns the number of items. A referral without a known contact fails."""
    open_entries_of_referral = NoticeItem.objects.filter(referral=OuterRef("pk"), notice__state__in=OPEN_NOTICES)
    unplanned = services.due_referrals(route=Route.HOST, now=now).filter(~Exists(open_entries_of_referral))
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
            tag=receipts.generate_code(),
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


def escalate(*, notice: Notice, now: datetime) -> int:
    """Notify the next contacts about the remaining items; returns the number of items without a further contact.

    Part of the caller's transaction, which has stored the end of the notice: contacts without effect are not
    chosen again.
    """
    without_contact = 0
    open_entries_of_item = NoticeItem.objects.filter(item=OuterRef("item"), notice__state__in=OPEN_NOTICES)
    for entry in open_entries(notice).filter(~Exists(open_entries_of_item)):
        recipient, finding = next_recipient(entry.item, referral=entry.referral), classify_item(entry.item)
        if recipient is None or finding is None:
            without_contact += 1
            continue
        join_notice(
            recipient=recipient,
            group=finding.group,
            referral=entry.referral,
            due_at=now,
            now=now,
            escalated_from=notice,
        )
    return without_contact


def _plan(referral: Referral, now: datetime) -> bool:
    if not is_still_online(referral.item):
        services.withdraw_referral(referral=referral, actor=None, now=now)
        return False
    recipient, finding = next_recipient(referral.item, referral=referral), classify_item(referral.item)
    if recipient is None or finding is None:
        services.fail_referral(referral=referral, problem=ReferralProblem.NO_CONTACT, now=now)
        return False
    first = (referral.due_at or now) + timedelta(minutes=settings.TAKEDOWN_FIRST_AFTER_MINUTES)
    join_notice(recipient=recipient, group=finding.group, referral=referral, due_at=first, now=now)
    return True


def _gathering(recipient: Recipient, group: NoticeGroup, escalated_from: Notice | None) -> Notice | None:
    """Return the contact's planned notice without attempts that can take another item, or None."""
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
