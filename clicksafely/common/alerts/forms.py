"""Forms of the duty roster. The services check what concerns more than one field of a form, except overlaps."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.alerts import selectors
from clicksafely.common.alerts.models import AlertRules, ChannelMedium, DutyShift
from clicksafely.common.alerts.roster_services import ShiftData
from clicksafely.common.alerts.week import find_overlap
from clicksafely.common.staff.date_fields import StaffDateField, StaffTimeField


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the accounts that may be on duty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), label=_("person"), **options)


class ShiftForm(forms.Form):
    """A shift. `shift` is the one that is changed."""

    person = PersonField()
    weekdays = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("shift", "weekdays"),
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The days on which the shift starts."),
    )
    starts_at = StaffTimeField(label=pgettext_lazy("shift", "from"))
    ends_at = StaffTimeField(
        label=pgettext_lazy("shift", "to"),
        help_text=_("A shift that ends at or before its start ends on the following day."),
    )
    order = forms.IntegerField(
        label=pgettext_lazy("shift", "order"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=_("Persons with 1 are alerted first, those with 2 if no one has claimed the alert, and so on."),
    )
    valid_from = StaffDateField(label=pgettext_lazy("shift", "first day"), required=False)
    valid_until = StaffDateField(label=pgettext_lazy("shift", "last day"), required=False)

    def __init__(self, *args: Any, shift: DutyShift | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shift = shift
        # The names of the days are in the language and script of the page.
        self.fields["weekdays"].has_translated_choices = True  # type: ignore[attr-defined]
        self.fields["person"].queryset = selectors.rostered_people()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse dates in the wrong order, and a second shift of the person at the same time."""
        data = super().clean() or {}
        if data.get("valid_from") and data.get("valid_until") and data["valid_until"] < data["valid_from"]:
            self.add_error("valid_until", gettext("The last day is before the first."))
        if not self.errors:
            others = selectors.roster().filter(person=data["person"])
            other = find_overlap(DutyShift(**data), (shift for shift in others if shift != self.shift))
            if other:
                hours = f"{other.starts_at:%H:%M}–{other.ends_at:%H:%M}"
                message = gettext("This person has another shift at this time: %(hours)s.") % {"hours": hours}
                self.add_error("starts_at", message)
        return data

    @property
    def shift_data(self) -> ShiftData:
        """The values for the service."""
        return ShiftData(**self.cleaned_data)


class ChannelForm(forms.Form):
    """A channel of a person."""

    person = PersonField()
    medium = forms.ChoiceField(label=pgettext_lazy("alert", "way"), choices=ChannelMedium.choices)
    address = forms.CharField(
        label=_("address"),
        max_length=500,
        help_text=_("An e-mail address, or for a webhook an address that begins with https://."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = selectors.alerted_people()  # type: ignore[attr-defined]


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules, within the limits of the model."""

    LIMITS = {
        "claim_minutes": (1, 240),
        "repeat_minutes": (5, 1440),
        "hourly_limit_person": (2, 60),
        "hourly_limit_total": (4, 600),
    }

    class Meta:
        model = AlertRules
        fields = ["claim_minutes", "repeat_minutes", "hourly_limit_person", "hourly_limit_total"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (least, most) in self.LIMITS.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]


class TestForm(forms.Form):
    """The recipients of a test."""

    person = PersonField(required=False, empty_label=_("all who are on duty now"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].queryset = selectors.rostered_people()  # type: ignore[attr-defined]


class HostForm(forms.Form):
    """A host of webhooks to permit."""

    host = forms.CharField(label=_("host"), max_length=253, help_text=_("For example alerts.example.org."))
