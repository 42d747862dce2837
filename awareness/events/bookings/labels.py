"""Texts about bookings in the active language: states, obstacles, times and places."""

from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.events.bookings.rules import Obstacle
from awareness.events.enums import BookingState
from awareness.events.models import Booking, EventDate
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.places import TOWNS
from clicksafely.common.serbian.transliteration import to_latin


class StateText(NamedTuple):
    """A heading and its explanation."""

    title: Promise
    text: Promise


STATES: Final = {
    BookingState.BOOKED: StateText(pgettext_lazy("booking status", "Booked"), _("Your places are kept for you.")),
    BookingState.WAITING: StateText(
        pgettext_lazy("booking status", "On the waiting list"),
        _("There are not enough free places at the moment. We will write to you as soon as there are."),
    ),
    BookingState.OFFERED: StateText(
        pgettext_lazy("booking status", "Places are free for your class"),
        _("Please accept them, or leave them to the next class."),
    ),
    BookingState.CANCELLED: StateText(
        pgettext_lazy("booking status", "Cancelled"), _("You have cancelled. Thank you for telling us.")
    ),
    BookingState.CANCELLED_BY_STAFF: StateText(
        pgettext_lazy("booking status", "Cancelled by us"), _("We had to cancel, and we are sorry.")
    ),
    BookingState.EXPIRED: StateText(
        pgettext_lazy("booking status", "No longer valid"),
        _("The offer was not accepted in time, or no places became free. You can book another date."),
    ),
}

_WAITING_WITHOUT_MAIL: Final = _(
    "There are not enough free places at the moment. Open the link of your booking from time to time to see whether there are."
)


def state_text(state: BookingState, *, can_mail: bool) -> StateText | None:
    """Return the heading and the explanation of a state, None after the event. Without `can_mail` it promises no e-mail."""
    text = STATES.get(state)
    return (
        text._replace(text=_WAITING_WITHOUT_MAIL) if text and state == BookingState.WAITING and not can_mail else text
    )


OBSTACLES: Final = {
    Obstacle.UNPUBLISHED: _("This event is not published at the moment."),
    Obstacle.NOT_BOOKABLE: _("This event cannot be booked online."),
    Obstacle.CANCELLED: _("This date was cancelled."),
    Obstacle.PAST: _("This date is over."),
    Obstacle.CLOSED: _("Booking for this date has closed."),
}


def date_and_time_text(date: EventDate) -> str:
    """Weekday, day and hours in Belgrade time."""
    starts, ends = timezone.localtime(date.starts_at), timezone.localtime(date.ends_at)
    first = f"{moment_text(date.starts_at)}"
    if starts.date() == ends.date():
        return f"{first}–{date_format(ends, 'G:i')}"
    return f"{first} – {moment_text(date.ends_at)}"


def moment_text(at: datetime) -> str:
    """Weekday, day and time of day in Belgrade time."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'l')}, {date_format(local, 'DATE_FORMAT')} {date_format(local, 'G:i')}"


def place_text(date: EventDate) -> str:
    """Place, street and town. Names are Serbian; English pages transliterate them."""
    language = get_language() or settings.LANGUAGE_CODE
    names = ", ".join(filter(None, (date.place, date.address)))
    town = TOWNS[date.town].name_in(language)
    return f"{to_latin(names) if language == ENGLISH else names}, {town}"


def date_and_place_text(date: EventDate) -> str:
    """Time and place on one line."""
    return f"{date_and_time_text(date)}, {place_text(date)}"


def mask_email(email: str) -> str:
    """Mask an address such that its owner recognises it: `a…@school.example.org`."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def class_text(booking: Booking) -> str:
    """Return the school, with the grade if there is one."""
    language = get_language() or settings.LANGUAGE_CODE
    school = to_latin(booking.school) if language == ENGLISH else booking.school
    if booking.grade is None:
        return school
    return _("%(school)s, grade %(grade)d") % {"school": school, "grade": booking.grade}
