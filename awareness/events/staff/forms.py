"""Staff forms of dates: add, change, cancel and copy."""

from datetime import UTC, datetime, time, timedelta
from datetime import date as Day
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

from awareness.events.models import EventDate, Series
from awareness.events.models.event import FIRST_YEAR, LAST_YEAR, MAX_PLACES
from awareness.events.staff.services import DateDetails
from clicksafely.common.fields import PlainLineField
from clicksafely.common.places import town_choices
from clicksafely.common.staff.date_fields import StaffDateField, StaffTimeField

MAX_DURATION = timedelta(days=14)


def in_belgrade(day: Day, hour: time) -> datetime:
    """Return the aware time. Raises ValidationError for times that a clock change skips or repeats."""
    written = datetime.combine(day, hour)
    earlier, later = (written.replace(tzinfo=get_default_timezone(), fold=fold) for fold in (0, 1))
    if localtime(earlier.astimezone(UTC)).replace(tzinfo=None) != written:
        raise ValidationError(_("This time does not exist, because clocks go forward that night. Choose another one."))
    if earlier.utcoffset() != later.utcoffset():
        raise ValidationError(_("This time occurs twice, because clocks go back that night. Choose another one."))
    return earlier


def towns_to_choose() -> list[tuple[str, str]]:
    """Choices of all towns with an empty one."""
    return [("", "—"), *town_choices()]


class DateForm(forms.Form):
    """A date. `opened` is the revision that the form was built from."""

    day = StaffDateField(label=_("Day"))
    begins = StaffTimeField(label=_("Begins"))
    ends = StaffTimeField(label=_("Ends"))
    last_day = StaffDateField(label=_("Last day"), required=False, help_text=_("Only if it takes several days."))
    town = forms.ChoiceField(label=_("Town"), choices=towns_to_choose)
    place = PlainLineField(label=_("Place"), max_length=160, help_text=_("The school, hall or library, in Serbian."))
    address = PlainLineField(label=_("Street and number"), max_length=160, required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=MAX_PLACES,
        help_text=_("For pupils and accompanying adults."),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Check years, existing local times and their order."""
        data = super().clean() or {}
        day, last = data.get("day"), data.get("last_day")
        for name, value in (("day", day), ("last_day", last)):
            if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("Enter a valid year."))
        starts_at = self._moment(day, "begins")
        ends_at = self._moment(last or day, "ends")
        if starts_at and ends_at:
            if last and day and last < day:
                self.add_error("last_day", _("The last day is before the first one."))
            elif ends_at <= starts_at:
                self.add_error("ends", _("It ends before it begins."))
            elif ends_at - starts_at > MAX_DURATION:
                self.add_error("last_day", _("A date can last at most two weeks. Add several dates instead."))
        self.moments = (starts_at, ends_at)
        return data

    def _moment(self, day: Day | None, name: str) -> datetime | None:
        hour = self.cleaned_data.get(name)
        if day is None or not isinstance(hour, time):
            return None
        try:
            return in_belgrade(day, hour)
        except ValidationError as error:
            self.add_error(name, error)
            return None

    @property
    def terms(self) -> DateDetails:
        """The values of a valid form."""
        starts_at, ends_at = self.moments
        assert starts_at is not None  # noqa: S101 - valid forms have both
        assert ends_at is not None  # noqa: S101
        named = {name: self.cleaned_data[name] for name in ("town", "place", "address", "capacity")}
        return DateDetails(starts_at, ends_at, **named)


def filled_in(terms: DateDetails) -> dict[str, Any]:
    """Initial values of the form."""
    starts_at, ends_at = localtime(terms.starts_at), localtime(terms.ends_at)
    return {
        "day": starts_at.date(),
        "begins": starts_at.time().replace(second=0, microsecond=0),
        "ends": ends_at.time().replace(second=0, microsecond=0),
        "last_day": ends_at.date() if ends_at.date() != starts_at.date() else None,
        "town": terms.town,
        "place": terms.place,
        "address": terms.address,
        "capacity": terms.capacity,
        "opened": terms.revision,
    }


def like_the_last(date: EventDate | None) -> dict[str, Any]:
    """Initial values of a new date: hours and capacity of the previous one."""
    if date is None:
        return {"capacity": 30}
    filled = filled_in(DateDetails(date.starts_at, date.ends_at, date.town, date.place, date.address, date.capacity))
    return {name: filled[name] for name in ("begins", "ends", "capacity")}


class CancelForm(forms.Form):
    """The public reason for a cancellation."""

    reason_sr = PlainLineField(label=_("Reason, in Serbian"), max_length=300)
    reason_en = PlainLineField(label=_("Reason, in English"), max_length=300)


class CopyForm(forms.Form):
    """The series of a copied event."""

    series = forms.ModelChoiceField(
        label=_("Series"), queryset=Series.objects.all(), required=False, empty_label=_("None")
    )
