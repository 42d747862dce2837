"""Staff services of events and dates. The services of `bookings`, called here, notify schools."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awareness.events.bookings import services as bookings
from awareness.events.bookings.services.allocation import lock_dates
from awareness.events.enums import OPEN_STATES, DateState
from awareness.events.models import Event, EventDate, Series
from awareness.publishing.services import save_record
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.page_cache import content_version
from clicksafely.common.revisions import revision_digest
from clicksafely.common.serbian.search_folding import SLUG_LENGTH, slugify

# Copied besides topics; publication is not copied.
COPIED = (
    *("kind", "title_sr", "title_en", "summary_sr", "summary_en", "description_sr", "description_en"),
    *("audiences", "languages", "access", "access_note_sr", "access_note_en", "bookable", "closes_days"),
)


@dataclass(frozen=True)
class DateDetails:
    """Time (aware), place (`town` is a code) and capacity of a date."""

    starts_at: datetime
    ends_at: datetime
    town: str
    place: str
    address: str
    capacity: int

    @property
    def revision(self) -> str:
        """A digest of the details."""
        moments = (self.starts_at.timestamp(), self.ends_at.timestamp())
        return revision_digest([str(part) for part in (*moments, self.town, self.place, self.address, self.capacity)])


def details_of(date: EventDate) -> DateDetails:
    """The current details of a date."""
    return DateDetails(**{name: getattr(date, name) for name in DateDetails.__dataclass_fields__})


def add_date(*, event: Event, terms: DateDetails, actor: User, now: datetime) -> EventDate:
    """Add a date to an event; past dates serve the statistics only. Raises ValidationError."""
    date = EventDate(event=event, changed_at=now, **asdict(terms))
    date.full_clean(validate_unique=False)
    with transaction.atomic():
        date.save()
        # The search index contains the towns.
        documents.notify_changed(event)
        content_version.bump()
        audit_log.record(action="date.planned", subject=date, actor=actor, now=now)
    return date


def change_date(*, date: EventDate, opened: str, terms: DateDetails, actor: User, now: datetime) -> bool:
    """Set the details of a date and notify schools of a new time or place; return whether anything changed.

    `opened` is the revision of the details in the form. Raises EditConflict if they have changed since, and
    CapacityTooSmall. Raises ActionRefused if the date is cancelled or closed. A date with bookings cannot move from
    or into the past either.
    """
    with transaction.atomic():
        stored = lock_date(date, now)
        details = details_of(stored)
        if details.revision != opened:
            raise EditConflict
        _refuse_ended(stored)
        before, wanted = asdict(details), asdict(terms)
        capacity = wanted.pop("capacity")
        moved = any(before[name] != value for name, value in wanted.items())
        resized = capacity != before["capacity"]
        if moved and stored.bookings.filter(state__in=OPEN_STATES).exists():
            _refuse_past(stored, terms, now)
        if moved:
            bookings.move_date(date=stored, actor=actor, now=now, **wanted)
            documents.notify_changed(stored.event)
        if resized:
            bookings.resize_date(date=stored, capacity=capacity, actor=actor, now=now)
    return moved or resized


def cancel_date(*, date: EventDate, reason_sr: str, reason_en: str, actor: User, now: datetime) -> None:
    """Cancel a date with its bookings. Raises ActionRefused if it is cancelled, closed or over."""
    with transaction.atomic():
        stored = lock_date(date, now)
        _refuse_ended(stored)
        if stored.ends_at <= now:
            raise ActionRefused(_("This date is over. If there were no participants, record this in its report."))
        bookings.cancel_date_with_bookings(date=stored, reason_sr=reason_sr, reason_en=reason_en, actor=actor, now=now)


def remove_date(*, date: EventDate, actor: User, now: datetime) -> None:
    """Remove a date. Raises ActionRefused if it has bookings, waiting-list entries or a report."""
    with transaction.atomic():
        stored = lock_date(date, now)
        if has_dependents(stored):
            raise ActionRefused(_("This date has bookings or a report. It can be cancelled but not removed."))
        audit_log.record(action="date.removed", subject=stored, actor=actor, now=now)
        event = stored.event
        stored.delete()
        documents.notify_changed(event)
        content_version.bump()


def has_dependents(date: EventDate) -> bool:
    """Whether a date has bookings, waiting-list entries or a report."""
    rows = EventDate.objects.filter(pk=date.pk)
    return rows.exclude(Q(bookings=None) & Q(wishes=None) & Q(report=None)).exists()


def copy_event(*, event: Event, series: Series | None, actor: User, now: datetime) -> Event:
    """A new draft in `series` with the texts and rules of `event`, without its dates."""
    copied = Event(series=series, **{name: getattr(event, name) for name in COPIED})
    copied.slug = _free_slug(event, series)
    topics = list(event.topics.all())
    save_record(record=copied, actor=actor, now=now, parts=lambda: copied.topics.set(topics))
    return copied


def _free_slug(event: Event, series: Series | None) -> str:
    base = slugify(getattr(event, "title_sr", "") or event.slug)
    ending = f"-{series.season}-{series.year}" if series else ""
    similar: Iterable[Any] = Event.objects.filter(slug__startswith=base[:20]).values_list("slug", flat=True)
    taken = set(similar)
    number = 1
    while True:
        tail = ending if number == 1 else f"{ending}-{number}"
        slug = f"{base[: SLUG_LENGTH - len(tail)].rstrip('-')}{tail}"
        if slug not in taken:
            return slug
        number += 1


def lock_date(date: EventDate, now: datetime) -> EventDate:
    """Lock and reload a date, in the lock order of bookings. Raises ActionRefused if it was removed."""
    stored = lock_dates(date.event_id, now, also=[date.pk]).get(date.pk)
    if stored is None:
        raise ActionRefused(_("This date was removed in the meantime."))
    return stored


def _refuse_past(date: EventDate, terms: DateDetails, now: datetime) -> None:
    if date.starts_at <= now:
        raise ActionRefused(_("This date has begun and has bookings. Its time and place can no longer be changed."))
    if terms.starts_at <= now:
        raise ActionRefused(
            _("Schools have booked this date, so it cannot be moved into the past. Cancel it or choose a future time.")
        )


def _refuse_ended(date: EventDate) -> None:
    if date.state == DateState.CANCELLED:
        raise ActionRefused(_("This date is cancelled and can no longer be changed."))
    if hasattr(date, "report"):
        raise ActionRefused(_("This date is closed. Only its report can be corrected."))
