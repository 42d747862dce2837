"""Named reads of notices: those about an item, those that somebody has to look at, and what one would say."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from hotline.models import ContentItem, Notice, NoticeKind
from hotline.referral.takedown.content import NoticeDraft, address_for_answers, build_entries
from hotline.referral.takedown.recipients import next_recipient

# What is due for longer is not being done.
LATE = timedelta(minutes=15)
# So often a message is put off before the desk speaks of it.
MANY_ATTEMPTS = 3
# Stands in a preview where the notice's own tag and number will stand.
_NO_TAG, _NO_NUMBER, _NO_ID = "0" * 16, "N-…", UUID(int=0)


def notices_of(item: ContentItem) -> QuerySet[Notice]:
    """The notices about an item, the newest first."""
    return Notice.objects.filter(entries__item=item).select_related("contact").order_by("-pk")


def notices_to_review(*, now: datetime) -> QuerySet[Notice]:
    """What waits for somebody, and what does not get on: put off again and again, or overdue."""
    stuck = Q(attempts__gte=MANY_ATTEMPTS, due_at__isnull=False) | Q(due_at__lt=now - LATE)
    return Notice.objects.filter(Q(waiting=True) | stuck).select_related("contact").order_by("-pk")


def preview_of(item: ContentItem, *, now: datetime) -> NoticeDraft | None:
    """What would be sent about an item if it were handed to its host now; None where nobody can be written to, or nothing illegal was found."""
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
