"""Staff forms of dates: add, change, cancel and copy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from awareness.events.models import EventDate, Series
from awareness.events.models.event import MAX_PLACES
from clicksafely.common.fields import PlainLineField
from clicksafely.common.places import town_choices
from clicksafely.common.revisions import RevisionForm
from clicksafely.common.staff.period_forms import PeriodForm, period_initial


def towns_to_choose() -> list[tuple[str, str]]:
    """Choices of all towns with an empty one."""
    return [("", "—"), *town_choices()]


class DateForm(PeriodForm, RevisionForm):
    """The details of a date: each field of `Meta.fields` is shown, saved and compared."""

    town = forms.ChoiceField(label=_("Town"), choices=towns_to_choose)
    place = PlainLineField(label=_("Place"), max_length=160, help_text=_("The school, hall or library, in Serbian."))
    address = PlainLineField(label=_("Street and number"), max_length=160, required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=MAX_PLACES,
        help_text=_("For pupils and accompanying adults."),
    )

    layout = ((("day", "begins", "ends", "last_day"), ("town", "capacity")),)
    too_long = _("A date can last at most two weeks. Add several dates instead.")

    class Meta:
        model = EventDate
        fields = ("town", "capacity", "place", "address")


def like_the_last(date: EventDate | None) -> dict[str, Any]:
    """Initial values of a new date: hours and capacity of the previous one."""
    if date is None:
        return {"capacity": 30}
    hours = period_initial(date.starts_at, date.ends_at)
    return {"begins": hours["begins"], "ends": hours["ends"], "capacity": date.capacity}


class CancelForm(forms.Form):
    """The public reason for a cancellation."""

    reason_sr = PlainLineField(label=_("Reason, in Serbian"), max_length=300)
    reason_en = PlainLineField(label=_("Reason, in English"), max_length=300)


class CopyForm(forms.Form):
    """The series of a copied event."""

    series = forms.ModelChoiceField(
        label=_("Series"), queryset=Series.objects.all(), required=False, empty_label=_("None")
    )
