"""What a coordinator is told about an event after saving it: nothing here stops a page, everything here makes it better."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awareness.events.enums import OPEN_STATES, DateState
from awareness.events.models import Booking, Event, EventDate
from awareness.publishing.editor_hints import EditorHint, label_of, record_hints
from awareness.publishing.models import PublicationState


def event_hints(event: Event, now: datetime) -> list[EditorHint]:
    """Of its texts, and of what somebody must know before coming."""
    found = record_hints(event, rich_text=("description",), above=1)
    if not event.audiences:
        found.append(EditorHint(label_of(event, "audiences"), _("Nobody knows whether it is meant for them.")))
    if not event.languages:
        found.append(EditorHint(label_of(event, "languages"), _("It is not said which languages are spoken.")))
    if not event.access and not event.access_note:
        found.append(EditorHint(label_of(event, "access"), _("Nothing is said, not even that there is none.")))
    return [*found, *_of_dates(event, now)]


def _of_dates(event: Event, now: datetime) -> list[EditorHint]:
    where = str(EventDate._meta.verbose_name_plural)
    last = event.dates.filter(state=DateState.PLANNED, starts_at__gt=now).order_by("-starts_at").first()
    if event.bookable and (last is None or last.starts_at - timedelta(days=event.closes_days) <= now):
        return [
            EditorHint(where, _("Schools can book places, but there is no date that they could still book.")),
            *_hidden(event, now),
        ]
    if last is None:
        return [EditorHint(where, _("There is no date ahead.")), *_hidden(event, now)]
    return _hidden(event, now)


def _hidden(event: Event, now: datetime) -> list[EditorHint]:
    """Schools that come to what nobody finds any more."""
    if event.state_at(now) in {PublicationState.PUBLISHED, PublicationState.SCHEDULED}:
        return []
    number = Booking.objects.filter(date__event=event, date__starts_at__gt=now, state__in=OPEN_STATES).count()
    if not number:
        return []
    text = ngettext(
        "%(number)d school has booked, and the page is not published: it still comes. Cancel the dates if it should not.",
        "%(number)d schools have booked, and the page is not published: they still come. Cancel the dates if they should not.",
        number,
    )
    return [EditorHint(label_of(event, "published_at"), text % {"number": number})]
