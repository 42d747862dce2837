"""Staff forms of an event with a day and times: their fields, checks and boxes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.date_fields import StaffDateField, StaffTimeField

FIRST_YEAR, LAST_YEAR = 2009, 2100
MAX_DURATION = timedelta(days=14)


def in_belgrade(day: date, hour: time) -> datetime:
    """Return the aware time. Raises ValidationError for times that a clock change skips or repeats."""
    written = datetime.combine(day, hour)
    earlier, later = (written.replace(tzinfo=get_default_timezone(), fold=fold) for fold in (0, 1))
    if localtime(earlier.astimezone(UTC)).replace(tzinfo=None) != written:
        raise ValidationError(_("This time does not exist, because clocks go forward that night. Choose another one."))
    if earlier.utcoffset() != later.utcoffset():
        raise ValidationError(_("This time occurs twice, because clocks go back that night. Choose another one."))
    return earlier


def period_initial(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """Initial values of the day and the times."""
    begins, ends = localtime(starts_at), localtime(ends_at)
    return {
        "day": begins.date(),
        "begins": begins.time().replace(second=0, microsecond=0),
        "ends": ends.time().replace(second=0, microsecond=0),
        "last_day": ends.date() if ends.date() != begins.date() else None,
    }


class PeriodForm(forms.Form):
    """A form of a row with `starts_at` and `ends_at`, which a valid form has in `cleaned_data`.

    `layout` names the fields of each row of each box; the other fields have a row of their own at the end.
    `too_long`: the message above MAX_DURATION.
    """

    day = StaffDateField(label=_("Day"))
    begins = StaffTimeField(label=_("Begins"))
    ends = StaffTimeField(label=_("Ends"))
    last_day = StaffDateField(label=_("Last day"), required=False, help_text=_("Only if it takes several days."))

    field_order = ("day", "begins", "ends", "last_day")
    layout: ClassVar[tuple[tuple[tuple[str, ...], ...], ...]]
    too_long: ClassVar[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        stored = kwargs.get("instance")
        if stored is not None:
            kwargs["initial"] = {**period_initial(stored.starts_at, stored.ends_at), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def boxes(self) -> list[list[list[BoundField]]]:
        """The rows of each box. The last box ends with the fields that `layout` does not name."""
        named = {name for box in self.layout for row in box for name in row}
        boxes = [[[self[name] for name in row] for row in box] for box in self.layout]
        boxes[-1].extend([field] for field in self.visible_fields() if field.name not in named)
        return boxes

    def clean(self) -> dict[str, Any]:
        """Check years, existing local times, their order and the duration."""
        data = super().clean() or {}
        day, last = data.get("day"), data.get("last_day")
        for name, value in (("day", day), ("last_day", last)):
            if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("Enter a valid year."))
        starts_at, ends_at = self._moment(day, "begins"), self._moment(last or day, "ends")
        if starts_at and ends_at:
            if last and day and last < day:
                self.add_error("last_day", _("The last day is before the first one."))
            elif ends_at <= starts_at:
                self.add_error("ends", _("It ends before it begins."))
            elif ends_at - starts_at > MAX_DURATION:
                self.add_error("last_day", self.too_long)
            data |= {"starts_at": starts_at, "ends_at": ends_at}
        return data

    def _moment(self, day: date | None, name: str) -> datetime | None:
        hour = self.cleaned_data.get(name)
        if day is None or not isinstance(hour, time):
            return None
        try:
            return in_belgrade(day, hour)
        except ValidationError as error:
            self.add_error(name, error)
            return None
