"""Times as coordinators write them: a day and an hour in Belgrade. Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BELGRADE = ZoneInfo("Europe/Belgrade")


class InvalidLocalTime(Exception):
    """An hour that the clocks leave out, or strike twice; `message` says which."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


def in_belgrade(day: date, hour: time) -> datetime:
    """That moment, aware. Raises InvalidLocalTime where clocks are put forward over it, or back so that it comes twice."""
    written = datetime.combine(day, hour)
    earlier, later = (written.replace(tzinfo=BELGRADE, fold=fold) for fold in (0, 1))
    if earlier.astimezone(UTC).astimezone(BELGRADE).replace(tzinfo=None) != written:
        raise InvalidLocalTime(_("This hour does not exist: that night clocks are put forward. Choose another one."))
    if earlier.utcoffset() != later.utcoffset():
        raise InvalidLocalTime(_("This hour comes twice: that night clocks are put back. Choose another one."))
    return earlier


def written_in_belgrade(moment: datetime) -> tuple[date, time]:
    """The day and the hour of a moment."""
    local = moment.astimezone(BELGRADE)
    return local.date(), local.time().replace(second=0, microsecond=0)
