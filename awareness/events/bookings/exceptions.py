"""Why something about a booking cannot be done. `message` says it to whoever tried, translated."""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class BookingError(Exception):
    """Nothing was changed."""

    message: ClassVar[Promise] = _("This cannot be done.")

    def __str__(self) -> str:
        return str(self.message)


class BookingClosed(BookingError):
    """None of the dates can be booked (any more): past, closed, cancelled, or the event is not open to bookings."""

    message = _("These dates can no longer be booked. Please choose another one.")


class ClassTooLarge(BookingError):
    """The class is larger than any of the dates."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "The largest of these dates has %(count)d place. A class that is larger can only come in parts.",
            "The largest of these dates has %(count)d places. A class that is larger can only come in parts.",
            self.most,
        ) % {"count": self.most}


class NotEnoughPlaces(BookingError):
    """A booked class asks for more than is free; `most` is the largest that it could be on the date it asks for."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        if not self.most:
            return str(_("This date has no free places. Your booking stays as it was."))
        return ngettext(
            "At most %(count)d place is free for you on this date. Your booking stays as it was.",
            "At most %(count)d places are free for you on this date. Your booking stays as it was.",
            self.most,
        ) % {"count": self.most}


class CapacityTooSmall(BookingError):
    """A date would have fewer places than are taken (`taken`)."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken

    def __str__(self) -> str:
        return ngettext(
            "%(count)d place is taken already: there cannot be fewer.",
            "%(count)d places are taken already: there cannot be fewer.",
            self.taken,
        ) % {"count": self.taken}


class OfferExpired(BookingError):
    message = _("The offer was not accepted in time; the place went to the next class.")


class InvalidBookingState(BookingError):
    """The booking or the date has gone on meanwhile."""

    message = _("This was changed meanwhile. Please look at it again.")


class DateNotStarted(BookingError):
    """The date has not begun."""

    message = _("Who came can be noted once the date has begun.")


class BookingErased(BookingError):
    message = _("Who booked has been erased.")
