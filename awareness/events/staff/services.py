"""Staff services of events and dates. The services of `bookings`, called here, notify schools."""

from collections.abc import Iterable
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
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.search_folding import SLUG_LENGTH, slugify

# Copied besides topics; publication is not copied.
COPIED = (
    *("kind", "title_sr", "title_en", "summary_sr", "summary_en", "description_sr", "description_en"),
    *("audiences", "languages", "access", "access_note_sr", "access_note_en", "bookable", "closes_days"),
)


def add_date(*, event: Event, actor: User, now: datetime, **details: Any) -> EventDate:
    """Add a date with these columns to an event; past dates serve the statistics only. Raises ValidationError."""
    date = EventDate(event=event, changed_at=now, **details)
    date.full_clean(validate_unique=False)
    with transaction.atomic():
        date.save()
        # The search index contains the towns.
        documents.notify_changed(event)
        content_version.bump()
        audit_log.record(action="date.planned", subject=date, actor=actor, now=now)
    return date


def change_date(*, date: EventDate, opened: int, actor: User, now: datetime, **details: Any) -> bool:
    """Set columns of a date and notify schools unless only the capacity changes; return whether anything changed.

    `opened` is the revision in the form. Raises EditConflict if the date has changed since, and CapacityTooSmall.
    Raises ActionRefused if the date is cancelled or closed. A date with bookings cannot move from or into the past
    either.
    """
    with transaction.atomic():
        stored = lock_date(date, now)
        _refuse_ended(stored)
        stored.require_revision(opened)
        changed = {name: value for name, value in details.items() if getattr(stored, name) != value}
        capacity = changed.pop("capacity", None)
        if changed:
            if stored.bookings.filter(state__in=OPEN_STATES).exists():
                _refuse_past(stored, changed.get("starts_at", stored.starts_at), now)
            bookings.move_date(date=stored, actor=actor, now=now, **changed)
            documents.notify_changed(stored.event)
        if capacity is not None:
            bookings.resize_date(date=stored, capacity=capacity, actor=actor, now=now)
    return bool(changed) or capacity is not None


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
    """Return whether a date has bookings, waiting-list entries, a report or a request for a visit."""
    rows = EventDate.objects.filter(pk=date.pk)
    return rows.exclude(Q(bookings=None) & Q(wishes=None) & Q(report=None) & Q(visit_requests=None)).exists()


def copy_event(*, event: Event, series: Series | None, actor: User, now: datetime) -> Event:
    """Return a new draft in `series` with the texts and rules of `event`, without its dates."""
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


def _refuse_past(date: EventDate, starts_at: datetime, now: datetime) -> None:
    if date.starts_at <= now:
        raise ActionRefused(_("This date has begun and has bookings. Its time and place can no longer be changed."))
    if starts_at <= now:
        raise ActionRefused(
            _("Schools have booked this date, so it cannot be moved into the past. Cancel it or choose a future time.")
        )


def _refuse_ended(date: EventDate) -> None:
    if date.state == DateState.CANCELLED:
        raise ActionRefused(_("This date is cancelled and can no longer be changed."))
    if hasattr(date, "report"):
        raise ActionRefused(_("This date is closed. Only its report can be corrected."))
