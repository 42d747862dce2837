"""Which notice an item's hand-over goes with: gathered by contact, the first message an hour after the first of them was due."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from clicksafely.common import audit, receipts
from hotline.models import (
    AbuseContact,
    ContentItem,
    Notice,
    NoticeGroup,
    NoticeItem,
    NoticeState,
    PoliceHold,
    Referral,
    ReferralProblem,
    ReferralState,
    Route,
    Watch,
)
from hotline.models.notices import OPEN_NOTICES
from hotline.referral import services
from hotline.referral.notices.calendar import next_time
from hotline.referral.notices.contacts import Recipient, next_recipient
from hotline.referral.notices.drafting import MOST_ITEMS, finding_of
from hotline.states import ItemState

AT_ONCE = 200
# Of these referrals a notice may still tell.
_LIVING = (ReferralState.DUE, ReferralState.SENT)


def plan_notices(*, now: datetime) -> int:
    """Put what is due to hosts into notices; returns how many items were. One whose contact is not known goes back to whoever decides."""
    told = NoticeItem.objects.filter(referral=OuterRef("pk"), notice__state__in=OPEN_NOTICES)
    unplanned = services.due(route=Route.HOST, now=now).filter(~Exists(told))
    planned = 0
    for referral in unplanned[:AT_ONCE]:
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
            tag=receipts.draw(),
            contact=contact,
            address=recipient.address,
            language=contact.language,
            group=group,
            step=recipient.step,
            escalated_from=escalated_from,
            state=NoticeState.BY_HAND if by_hand else NoticeState.PLANNED,
            waiting=by_hand,
            due_at=None if by_hand else next_time(due_at),
            made_at=now,
        )
    NoticeItem.objects.create(notice=notice, item=referral.item, referral=referral)
    audit.record(
        action="notice.planned",
        subject=referral.report,
        actor=None,
        now=now,
        data={"item": referral.item_id, "notice": notice.pk, "step": notice.step},
    )
    return notice


def living(notice: Notice) -> QuerySet[NoticeItem]:
    """The items of a notice that are still there and still to be told of, with what a message needs of them."""
    there = Q(item__watch=None) | Q(item__watch__ended_at=None)
    entries = notice.entries.filter(there, referral__state__in=_LIVING).exclude(item__state=ItemState.ENDED)
    return entries.select_related("item", "referral__report").order_by("pk")


def not_held(entries: QuerySet[NoticeItem]) -> QuerySet[NoticeItem]:
    """Without those on which the police have a hold."""
    return entries.filter(~Exists(PoliceHold.objects.filter(item=OuterRef("item"), ended_at=None)))


def escalate(*, notice: Notice, now: datetime) -> int:
    """Tell the next contact of what is still there; returns of how many items nobody is left to tell.

    Part of the caller's transaction, which has written the notice's end: whoever was told in vain is not chosen again.
    """
    left = 0
    told = NoticeItem.objects.filter(item=OuterRef("item"), notice__state__in=OPEN_NOTICES)
    for entry in living(notice).filter(~Exists(told)):
        recipient, finding = next_recipient(entry.item, referral=entry.referral), finding_of(entry.item)
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
    if not is_there(referral.item):
        services.withdraw_referral(referral=referral, actor=None, now=now)
        return False
    recipient, finding = next_recipient(referral.item, referral=referral), finding_of(referral.item)
    if recipient is None or finding is None:
        services.fail_referral(referral=referral, problem=ReferralProblem.NO_CONTACT, now=now)
        return False
    first = (referral.due_at or now) + timedelta(minutes=settings.NOTICE_FIRST_AFTER_MINUTES)
    join_notice(recipient=recipient, group=finding.group, referral=referral, due_at=first, now=now)
    return True


def is_there(item: ContentItem) -> bool:
    """Whether there is still something to tell of it."""
    gone = Watch.objects.filter(item=item, ended_at__isnull=False).exists()
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
