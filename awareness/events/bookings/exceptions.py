"""Exceptions of the booking services."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.exceptions import ActionRefused


class BookingError(ActionRefused):
    reason = _("This cannot be done.")


class BookingClosed(BookingError):
    """No chosen date can be booked: past, closed, cancelled, or the event takes no bookings."""

    reason = _("These dates can no longer be booked. Please choose another one.")


class ClassTooLarge(BookingError):
    """The class exceeds the capacity of every chosen date; `most` is the largest capacity."""

    field = "size"

    def __init__(self, most: int) -> None:
        self.most = most
        message = ngettext(
            "The largest of these dates has %(count)d place. Please split a larger class into groups.",
            "The largest of these dates has %(count)d places. Please split a larger class into groups.",
            most,
        )
        super().__init__(message % {"count": most})


class NotEnoughPlaces(BookingError):
    """A change exceeds the free places; `most` is the largest possible size on the chosen date."""

    field = "size"

    def __init__(self, most: int) -> None:
        self.most = most
        message = ngettext(
            "At most %(count)d place is free for you on this date. Your booking has not changed.",
            "At most %(count)d places are free for you on this date. Your booking has not changed.",
            most,
        ) % {"count": most}
        if not most:
            message = str(_("This date has no free places. Your booking has not changed."))
        super().__init__(message)


class CapacityTooSmall(BookingError):
    """The new capacity is below the number of places taken (`taken`)."""

    field = "capacity"

    def __init__(self, taken: int) -> None:
        self.taken = taken
        message = ngettext(
            "%(count)d place is already taken. The capacity cannot be lower.",
            "%(count)d places are already taken. The capacity cannot be lower.",
            taken,
        )
        super().__init__(message % {"count": taken})


class OfferExpired(BookingError):
    reason = _("The offer was not accepted in time. The places were offered to the next class.")


class InvalidBookingState(BookingError):
    """The action does not fit the current state of the booking or date."""

    reason = _("This has changed in the meantime. Please check it again.")


class DateNotStarted(BookingError):
    """Attendance cannot be recorded before the date begins."""

    reason = _("Attendance can be recorded once the date has begun.")


class BookingErased(BookingError):
    reason = _("The contact details have been erased.")
