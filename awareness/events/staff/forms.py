"""What coordinators fill in about dates."""

from datetime import date as Day
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from awareness.events.models import EventDate, Series
from awareness.events.models.event import FIRST_YEAR, LAST_YEAR, MOST_PLACES
from awareness.events.staff.local_time import InvalidLocalTime, in_belgrade, written_in_belgrade
from awareness.events.staff.services import DateDetails
from clicksafely.common.fields import PlainLineField
from clicksafely.common.places import town_choices

# Days as browsers send them, and as people write them where no browser offers a calendar.
DAYS = ("%Y-%m-%d", "%d.%m.%Y.", "%d.%m.%Y")
LONGEST = timedelta(days=14)
_SALT = "events.date"


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, chosen in the browser's calendar or written."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=DAYS, **options)


def hour_field(label: Any) -> forms.TimeField:
    """An hour and minutes."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget)


def towns_to_choose() -> list[tuple[str, str]]:
    """All towns behind nothing."""
    return [("", "—"), *town_choices()]


class DateForm(forms.Form):
    """A date; `terms` is what it says once it is valid, `opened` what the coordinator began with."""

    day = day_field(_("Day"))
    begins = hour_field(_("Begins"))
    ends = hour_field(_("Ends"))
    last_day = day_field(_("Last day"), required=False, help_text=_("Only where it takes several days."))
    town = forms.ChoiceField(label=_("Town"), choices=towns_to_choose)
    place = PlainLineField(label=_("Place"), max_length=160, help_text=_("The school, hall or library, in Serbian."))
    address = PlainLineField(label=_("Street and number"), max_length=160, required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=MOST_PLACES,
        help_text=_("For pupils and those who come with them."),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Hours that exist, in their order."""
        data = super().clean() or {}
        day, last = data.get("day"), data.get("last_day")
        for name, value in (("day", day), ("last_day", last)):
            if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
                self.add_error(name, _("This year cannot be right."))
        starts_at = self._moment(day, "begins")
        ends_at = self._moment(last or day, "ends")
        if starts_at and ends_at:
            if last and day and last < day:
                self.add_error("last_day", _("The last day is before the first one."))
            elif ends_at <= starts_at:
                self.add_error("ends", _("It ends before it begins."))
            elif ends_at - starts_at > LONGEST:
                self.add_error("last_day", _("That is longer than two weeks: make several dates of it."))
        self.moments = (starts_at, ends_at)
        return data

    def _moment(self, day: Day | None, name: str) -> datetime | None:
        hour = self.cleaned_data.get(name)
        if day is None or not isinstance(hour, time):
            return None
        try:
            return in_belgrade(day, hour)
        except InvalidLocalTime as error:
            self.add_error(name, str(error.message))
            return None

    @property
    def terms(self) -> DateDetails:
        """What a valid form says."""
        starts_at, ends_at = self.moments
        assert starts_at is not None  # noqa: S101 - a valid form has both
        assert ends_at is not None  # noqa: S101
        named = {name: self.cleaned_data[name] for name in ("town", "place", "address", "capacity")}
        return DateDetails(starts_at, ends_at, **named)

    @property
    def opened_terms(self) -> DateDetails | None:
        """What the coordinator began with; None where that was altered."""
        try:
            starts_at, ends_at, *rest = signing.loads(self.data.get("opened", ""), salt=_SALT)
        except signing.BadSignature:
            return None
        return DateDetails(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at), *rest)


def seal_of(terms: DateDetails) -> str:
    """What a form says that its coordinator began with."""
    moments = (terms.starts_at.isoformat(), terms.ends_at.isoformat())
    return signing.dumps((*moments, terms.town, terms.place, terms.address, terms.capacity), salt=_SALT)


def filled_in(terms: DateDetails) -> dict[str, Any]:
    """How the form shows what a date says."""
    (day, begins), (last, ends) = (written_in_belgrade(moment) for moment in (terms.starts_at, terms.ends_at))
    return {
        "day": day,
        "begins": begins,
        "ends": ends,
        "last_day": last if last != day else None,
        "town": terms.town,
        "place": terms.place,
        "address": terms.address,
        "capacity": terms.capacity,
        "opened": seal_of(terms),
    }


def like_the_last(date: EventDate | None) -> dict[str, Any]:
    """What a new date probably shares with the one before: hours, and how many come. Where it is, it rarely shares."""
    if date is None:
        return {"capacity": 30}
    filled = filled_in(DateDetails(date.starts_at, date.ends_at, date.town, date.place, date.address, date.capacity))
    return {name: filled[name] for name in ("begins", "ends", "capacity")}


class CancelForm(forms.Form):
    """Why a date is cancelled, in words for everybody."""

    reason_sr = PlainLineField(label=_("Why, in Serbian"), max_length=300)
    reason_en = PlainLineField(label=_("Why, in English"), max_length=300)


class CopyForm(forms.Form):
    """Into which series."""

    series = forms.ModelChoiceField(
        label=_("Series"), queryset=Series.objects.all(), required=False, empty_label=_("None")
    )
