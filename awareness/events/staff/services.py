"""What coordinators do with events and their dates. Schools are told by the services of `bookings`, which these call."""

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
from awareness.events.staff.exceptions import ActionNotAllowed
from awareness.publishing.services import EditConflict, save_record
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents
from clicksafely.common.audit import audit_log
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.search_folding import SLUG_LENGTH, slugify

# What a copy takes over besides its topics; whether and when everybody sees it does not go with it.
COPIED = (
    *("kind", "title_sr", "title_en", "summary_sr", "summary_en", "description_sr", "description_en"),
    *("audiences", "languages", "access", "access_note_sr", "access_note_en", "bookable", "closes_days"),
)


@dataclass(frozen=True)
class DateDetails:
    """When and where a date takes place (aware moments, the code of a town), and how many places it has."""

    starts_at: datetime
    ends_at: datetime
    town: str
    place: str
    address: str
    capacity: int


def details_of(date: EventDate) -> DateDetails:
    """What a date says now."""
    return DateDetails(**{name: getattr(date, name) for name in DateDetails.__dataclass_fields__})


def add_date(*, event: Event, terms: DateDetails, actor: User, now: datetime) -> EventDate:
    """Add a date to an event; one in the past is kept for the figures alone. Raises ValidationError."""
    date = EventDate(event=event, changed_at=now, **asdict(terms))
    date.full_clean(validate_unique=False)
    with transaction.atomic():
        date.save()
        # The search knows the towns of an event.
        documents.notify_changed(event)
        content_version.bump()
        audit_log.record(action="date.planned", subject=date, actor=actor, now=now)
    return date


def change_date(*, date: EventDate, opened: DateDetails, terms: DateDetails, actor: User, now: datetime) -> bool:
    """Let a date say `terms`; those who hold places are told where time or place changed. Whether anything did.

    `opened` are the terms that the coordinator began with. Raises ChangedMeanwhile where the date no longer says so, NotPossible where it
    is cancelled or closed, or schools would be told of what is past, and CapacityTooSmall where more places are taken than there would be.
    """
    with transaction.atomic():
        stored = lock_date(date, now)
        if details_of(stored) != opened:
            raise EditConflict
        _refuse_ended(stored)
        before, wanted = asdict(opened), asdict(terms)
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
    """Cancel a date with every booking it has. Raises NotPossible where it is cancelled, closed or over."""
    with transaction.atomic():
        stored = lock_date(date, now)
        _refuse_ended(stored)
        if stored.ends_at <= now:
            raise ActionNotAllowed(_("It is over: write in its report that nobody came."))
        bookings.cancel_date_with_bookings(date=stored, reason_sr=reason_sr, reason_en=reason_en, actor=actor, now=now)


def remove_date(*, date: EventDate, actor: User, now: datetime) -> None:
    """Take away a date that was a mistake. Raises NotPossible where somebody has booked it, wishes it, or it is closed."""
    with transaction.atomic():
        stored = lock_date(date, now)
        if has_dependents(stored):
            raise ActionNotAllowed(
                _("Schools have booked this date, or it has a report: it can be cancelled, not removed.")
            )
        audit_log.record(action="date.removed", subject=stored, actor=actor, now=now)
        event = stored.event
        stored.delete()
        documents.notify_changed(event)
        content_version.bump()


def has_dependents(date: EventDate) -> bool:
    """Whether bookings, wishes or a report hang on a date."""
    rows = EventDate.objects.filter(pk=date.pk)
    return rows.exclude(Q(bookings=None) & Q(wishes=None) & Q(report=None)).exists()


def copy_event(*, event: Event, series: Series | None, actor: User, now: datetime) -> Event:
    """A new draft in `series` that says what `event` says. Its dates stay where they are."""
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
    """The date as it is now, locked in the order in which bookings lock dates. Raises NotPossible where it is gone."""
    stored = lock_dates(date.event_id, now, also=[date.pk]).get(date.pk)
    if stored is None:
        raise ActionNotAllowed(_("Somebody removed this date meanwhile."))
    return stored


def _refuse_past(date: EventDate, terms: DateDetails, now: datetime) -> None:
    if date.starts_at <= now:
        raise ActionNotAllowed(_("It has begun, and schools had booked: time and place stay as they were told."))
    if terms.starts_at <= now:
        raise ActionNotAllowed(
            _("Schools have booked: the date cannot be moved into the past. Cancel it, or choose a time ahead.")
        )


def _refuse_ended(date: EventDate) -> None:
    if date.state == DateState.CANCELLED:
        raise ActionNotAllowed(_("This date is cancelled: nothing about it can be changed."))
    if hasattr(date, "report"):
        raise ActionNotAllowed(_("This date is closed: only its report can be corrected."))
