"""Forms of meetings; errors of the services are reported at their fields."""

from datetime import date, datetime, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.places import TOWNS
from clicksafely.common.staff.date_fields import StaffDateField, StaffTimeField
from youthpanel.meetings.form_data import MeetingData, MinutesData
from youthpanel.members.forms import TownField
from youthpanel.models import Cohort

MAX_DECISIONS: Final = 60
EMPTY_LINES: Final = 3
_AREA: Final = {"rows": 6}


class MeetingForm(forms.Form):
    """A meeting. `draft` is the content of a valid form, `opened` the revision that the form was built from."""

    title_sr = PlainLineField(max_length=160, label=_("Title (Serbian)"))
    title_en = PlainLineField(max_length=160, required=False, label=_("Title (English)"))
    day = StaffDateField(label=_("Day"))
    begins = StaffTimeField(label=_("Begins"))
    ends = StaffTimeField(label=_("Ends"))
    last_day = StaffDateField(label=_("Last day"), required=False, help_text=_("Only if it takes several days."))
    town = TownField(label=_("Town"))
    place = PlainLineField(max_length=160, label=_("Place"), help_text=_("The school, hall or library, in Serbian."))
    cohorts = forms.ModelMultipleChoiceField(
        queryset=Cohort.objects.order_by("-begins_on", "-id"), widget=forms.CheckboxSelectMultiple, label=_("Invited cohorts")
    )  # fmt: skip
    facilitators = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple, label=_("Leads the meeting"), help_text=_("At least two adults.")
    )  # fmt: skip
    agenda_sr = PlainTextField(max_length=4000, required=False, label=_("Agenda (Serbian)"), widget=forms.Textarea(_AREA))  # fmt: skip
    agenda_en = PlainTextField(max_length=4000, required=False, label=_("Agenda (English)"), widget=forms.Textarea(_AREA))  # fmt: skip
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    draft: MeetingData

    def __init__(self, *args: Any, adults: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilitators = self.fields["facilitators"]
        assert isinstance(facilitators, forms.ModelMultipleChoiceField)  # noqa: S101 - it is declared above
        facilitators.queryset = adults
        facilitators.label_from_instance = display_name  # type: ignore[method-assign, assignment]

    def clean(self) -> dict[str, Any]:
        """Combine the date with the times; report local times that do not exist."""
        data = super().clean() or {}
        starts_at = self._moment(data.get("day"), "begins")
        ends_at = self._moment(data.get("last_day") or data.get("day"), "ends")
        if not self.errors and starts_at and ends_at:
            said = {name: data[name] for name in ("title_sr", "title_en", "agenda_sr", "agenda_en", "town", "place")}
            self.draft = MeetingData(
                **said,
                starts_at=starts_at,
                ends_at=ends_at,
                cohorts=frozenset(each.pk for each in data["cohorts"]),
                facilitators=frozenset(each.pk for each in data["facilitators"]),
            )
        return data

    def _moment(self, day: date | None, name: str) -> datetime | None:
        hour = self.cleaned_data.get(name)
        if day is None or not isinstance(hour, time):
            return None
        try:
            moment: datetime = from_current_timezone(datetime.combine(day, hour))
        except ValidationError as error:
            self.add_error(name, error)
            return None
        return moment


def initial_of(draft: MeetingData) -> dict[str, Any]:
    """The initial values of the form for a meeting."""
    starts_at, ends_at = localtime(draft.starts_at), localtime(draft.ends_at)
    texts = {name: getattr(draft, name) for name in ("title_sr", "title_en", "agenda_sr", "agenda_en", "town", "place")}
    return {
        **texts,
        "day": starts_at.date(),
        "begins": starts_at.time(),
        "ends": ends_at.time(),
        "last_day": ends_at.date() if ends_at.date() != starts_at.date() else None,
        "cohorts": sorted(draft.cohorts),
        "facilitators": sorted(draft.facilitators),
        "opened": draft.revision,
    }


def display_name(user: User) -> str:
    """The full name of a user, otherwise the user name."""
    return user.get_full_name() or user.get_username()


class MinutesForm(forms.Form):
    """Minutes, with pseudonyms only, because they are stored permanently."""

    minutes = PlainTextField(
        max_length=40_000, required=False, label=_("Minutes"), widget=forms.Textarea({"rows": 16}),
        help_text=_("In Serbian, for staff of the panel. Write pseudonyms, never real names."),
    )  # fmt: skip
    opened = forms.CharField(required=False, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """One decision. Clearing its text deletes it."""

    order = forms.IntegerField(label=_("No."), required=False, min_value=0, max_value=999)
    text_sr = PlainTextField(max_length=600, required=False, label=_("Decision (Serbian)"), widget=forms.Textarea({"rows": 2}))  # fmt: skip
    text_en = PlainTextField(max_length=600, required=False, label=_("Decision (English)"), widget=forms.Textarea({"rows": 2}))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """English needs Serbian: the Serbian page would otherwise lack the decision."""
        data = super().clean() or {}
        if data.get("text_en") and not data.get("text_sr") and "text_sr" not in self.errors:
            self.add_error("text_sr", _("Write it in Serbian, too."))
        return data


DecisionFormSet = forms.formset_factory(DecisionForm, extra=EMPTY_LINES, max_num=MAX_DECISIONS, absolute_max=MAX_DECISIONS)  # fmt: skip


def minutes_draft(form: MinutesForm, decisions: Any) -> MinutesData:
    """The content of valid forms. Decisions are sorted by their number, those without a number last."""
    rows = [row.cleaned_data for row in decisions if row.cleaned_data.get("text_sr")]
    placed = sorted(rows, key=lambda row: MAX_DECISIONS * 1000 if row["order"] is None else row["order"])
    return MinutesData(
        minutes=form.cleaned_data["minutes"], decisions=tuple((row["text_sr"], row["text_en"]) for row in placed)
    )


def decision_rows(draft: MinutesData) -> list[dict[str, Any]]:
    """The initial values of the decision rows."""
    return [
        {"order": number, "text_sr": serbian, "text_en": english}
        for number, (serbian, english) in enumerate(draft.decisions, 1)
    ]


class FileDetailsForm(forms.Form):
    """The kind of a file and the members on it."""

    name = PlainLineField(max_length=120, label=_("Name"), help_text=_("The name in the list. No names of members."))  # fmt: skip
    description = PlainLineField(max_length=300, label=_("Description"), help_text=_("One sentence, also for readers who cannot see the picture."))  # fmt: skip
    shown = forms.TypedMultipleChoiceField(coerce=int, required=False, label=_("Members on the picture"))
    shows_no_person = forms.BooleanField(required=False, label=_("Reviewed: no one can be recognised on it"))

    def __init__(self, *args: Any, members: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.fields["shown"]
        assert isinstance(shown, forms.TypedMultipleChoiceField)  # noqa: S101 - it is declared above
        shown.choices = [(member.pk, member.pseudonym) for member, _agrees in members]
        shown.error_messages["invalid_choice"] = _("A ticked member was not invited to this meeting. Check the ticks.")  # fmt: skip

    def ticked(self) -> set[int]:
        """The ticked members of a bound or unbound form."""
        return {int(each) for each in self["shown"].value() or () if str(each).isdecimal()}


class FileForm(FileDetailsForm):
    """Upload of a file."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, Word, Excel, PowerPoint, OpenDocument or a picture, at most 10 MB. Pictures inside documents must not show anyone."), allow_empty_file=True
    )  # fmt: skip
    field_order = ("file", "name", "description", "shown", "shows_no_person")


def differences(form: MeetingForm, stored: MeetingData) -> list[tuple[str, str, str]]:
    """Label, stored value and submitted value of every field of a valid form that differs."""
    theirs, mine = _in_words(stored), _in_words(form.draft)
    return [(str(form.fields[name].label), theirs[name], mine[name]) for name in theirs if theirs[name] != mine[name]]


def _in_words(draft: MeetingData) -> dict[str, str]:
    said: dict[str, Any] = initial_of(draft)
    said |= {name: f"{said[name]:%H:%M}" for name in ("begins", "ends")}
    said |= {
        "town": str(TOWNS.get(draft.town, draft.town)),
        "cohorts": ", ".join(str(each) for each in Cohort.objects.filter(pk__in=draft.cohorts)),
        "facilitators": ", ".join(
            sorted(display_name(each) for each in User.objects.filter(pk__in=draft.facilitators))
        ),
    }
    del said["opened"]
    return {name: str(value or "—") for name, value in said.items()}
