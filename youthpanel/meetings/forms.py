"""Forms of meetings; errors of the services are reported at their fields."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.revisions import RevisionForm
from clicksafely.common.staff.period_forms import PeriodForm
from youthpanel.meetings.form_data import MinutesData
from youthpanel.members.forms import TownField
from youthpanel.models import Cohort, Decision, Meeting

MAX_DECISIONS: Final = 60
EMPTY_LINES: Final = 3
_AREA: Final = {"rows": 6}


class MeetingForm(PeriodForm, RevisionForm):
    """A meeting: each field of `Meta.fields` is shown, saved and compared. `adults` may lead it."""

    title_sr = PlainLineField(max_length=160, label=_("Title (Serbian)"))
    title_en = PlainLineField(max_length=160, required=False, label=_("Title (English)"))
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

    layout = (
        (("title_sr",), ("title_en",), ("day", "begins", "ends", "last_day"), ("town", "place")),
        (("cohorts",), ("facilitators",)),
        (("agenda_sr",), ("agenda_en",)),
    )
    too_long = _("A meeting lasts at most two weeks. Create several meetings instead.")

    class Meta:
        model = Meeting
        fields = ("title_sr", "title_en", "town", "place", "cohorts", "facilitators", "agenda_sr", "agenda_en")

    def __init__(self, *args: Any, adults: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilitators = self.fields["facilitators"]
        assert isinstance(facilitators, forms.ModelMultipleChoiceField)  # noqa: S101 - it is declared above
        facilitators.queryset = adults
        facilitators.label_from_instance = display_name  # type: ignore[method-assign, assignment]


def display_name(user: User) -> str:
    """Return the full name of a user, otherwise the user name."""
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


class BaseDecisionFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The decisions of a meeting; the summary of errors names them."""

    opts = Decision._meta


DecisionFormSet = forms.formset_factory(
    DecisionForm, formset=BaseDecisionFormSet, extra=EMPTY_LINES, max_num=MAX_DECISIONS, absolute_max=MAX_DECISIONS
)


def minutes_draft(form: MinutesForm, decisions: Any) -> MinutesData:
    """Return the content of valid forms. Decisions are sorted by their number, those without a number last."""
    rows = [row.cleaned_data for row in decisions if row.cleaned_data.get("text_sr")]
    placed = sorted(rows, key=lambda row: MAX_DECISIONS * 1000 if row["order"] is None else row["order"])
    return MinutesData(
        minutes=form.cleaned_data["minutes"], decisions=tuple((row["text_sr"], row["text_en"]) for row in placed)
    )


def decision_rows(draft: MinutesData) -> list[dict[str, Any]]:
    """Return the initial values of the decision rows."""
    return [
        {"order": number, "text_sr": serbian, "text_en": english}
        for number, (serbian, english) in enumerate(draft.decisions, 1)
    ]


class FileDetailsForm(forms.Form):
    """The kind of a file and the members on it."""

    name = PlainLineField(max_length=120, label=_("Name"), help_text=_("The name in the list. No names of members."))  # fmt: skip
    description = PlainLineField(
        max_length=300,
        label=_("Description"),
        help_text=_("One sentence, also for readers who cannot see the picture."),
    )
    shown = forms.TypedMultipleChoiceField(coerce=int, required=False, label=_("Members on the picture"))
    shows_no_person = forms.BooleanField(required=False, label=_("Reviewed: no one can be recognised on it"))

    def __init__(self, *args: Any, members: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.fields["shown"]
        assert isinstance(shown, forms.TypedMultipleChoiceField)  # noqa: S101 - it is declared above
        shown.choices = [(member.pk, str(member)) for member, _agrees in members]
        shown.error_messages["invalid_choice"] = _("A ticked member was not invited to this meeting. Check the ticks.")  # fmt: skip

    def ticked(self) -> set[int]:
        """Return the ticked members of a bound or unbound form."""
        return {int(each) for each in self["shown"].value() or () if str(each).isdecimal()}


class FileForm(FileDetailsForm):
    """Upload of a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, Word, Excel, PowerPoint, OpenDocument or a picture, at most 10 MB. Pictures inside documents must "
            "not show anyone."
        ),
        allow_empty_file=True,
    )
    field_order = ("file", "name", "description", "shown", "shows_no_person")
