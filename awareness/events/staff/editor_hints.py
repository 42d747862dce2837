"""Optional improvements shown to organisers after saving an event."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awareness.events.enums import OPEN_STATES, DateState
from awareness.events.models import Booking, Event, EventDate
from awareness.publishing.editor_hints import EditorHint, label_of, record_hints
from awareness.publishing.models import PublicationState


def event_hints(event: Event, now: datetime) -> list[EditorHint]:
    """Hints about texts, audiences, languages, accessibility and dates."""
    found = record_hints(event, rich_text=("description",), above=1)
    if not event.audiences:
        found.append(EditorHint(label_of(event, "audiences"), _("The audience is missing.")))
    if not event.languages:
        found.append(EditorHint(label_of(event, "languages"), _("The languages are missing.")))
    if not event.access and not event.access_note:
        found.append(
            EditorHint(
                label_of(event, "access"),
                _("Accessibility information is missing. Enter it even if the place is not accessible."),
            )
        )
    return [*found, *_of_dates(event, now)]


def _of_dates(event: Event, now: datetime) -> list[EditorHint]:
    where = str(EventDate._meta.verbose_name_plural)
    last = event.dates.filter(state=DateState.PLANNED, starts_at__gt=now).order_by("-starts_at").first()
    if event.bookable and (last is None or last.starts_at - timedelta(days=event.closes_days) <= now):
        return [
            EditorHint(where, _("Schools can book places, but no date is open for booking.")),
            *_hidden(event, now),
        ]
    if last is None:
        return [EditorHint(where, _("There are no upcoming dates.")), *_hidden(event, now)]
    return _hidden(event, now)


def _hidden(event: Event, now: datetime) -> list[EditorHint]:
    """Return a warning if schools have booked and the page is not published."""
    if event.state_at(now) in {PublicationState.PUBLISHED, PublicationState.SCHEDULED}:
        return []
    number = Booking.objects.filter(date__event=event, date__starts_at__gt=now, state__in=OPEN_STATES).count()
    if not number:
        return []
    text = ngettext(
        "%(number)d school has booked, but the page is not published. The booking remains valid. Cancel the dates if "
        "they do not take place.",
        "%(number)d schools have booked, but the page is not published. The bookings remain valid. Cancel the dates "
        "if they do not take place.",
        number,
    )
    return [EditorHint(label_of(event, "published_at"), text % {"number": number})]
