"""Forms of a consultation, its phases and its questions; each error is reported at its field."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.permissions import users_with_permission
from clicksafely.common.revisions import RevisionForm
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.date_fields import StaffDateField, StaffDateTimeField
from clicksafely.common.staff.pages import EDIT_CONFLICT_MESSAGE
from clicksafely.common.staff.slug_forms import SlugForm
from youthpanel.consultations.drafts import consultation_templates
from youthpanel.consultations.phases import PhaseDraft, PhaseFault, check_phases
from youthpanel.consultations.transition_checks import MIN_FACILITATORS, format_moment
from youthpanel.consultations.workflow import ChoiceText, has_answers
from youthpanel.models import Phase, Question, QuestionKind
from youthpanel.permissions import FACILITATE
from youthpanel.states import ConsultationState, PhaseActivity

MAX_CHOICES: Final = 30
MAX_CHOICE_LENGTH: Final = 200
# The fields of a question that can still change after the first answer. Other changes would alter what answers mean.
STAYS: Final = ("kind", "other", "text_sr", "choices_sr")


class ConsultationForm(SlugForm, RevisionForm):
    """A consultation. The first answer fixes `anonymous`. An open consultation keeps at least two facilitators.

    `changed_meanwhile`: another user saved the consultation after this form was opened.
    """

    changed_meanwhile = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilitators = self.fields.get("facilitators")
        if isinstance(facilitators, forms.ModelMultipleChoiceField):
            facilitators.queryset = users_with_permission(FACILITATE)
            facilitators.required = False
            facilitators.label_from_instance = verbatim  # type: ignore[assignment, method-assign]
        if "anonymous" in self.fields:
            self.fields["anonymous"].help_text = _(
                "Answers cannot be linked to a member, not even by the administrator. Ideas and posts still "
                "carry a pseudonym. You cannot change this after the first answer."
            )
            self.fields["anonymous"].disabled = bool(self.instance.pk) and has_answers(self.instance)

    def clean(self) -> dict[str, Any]:
        """Refuse the form after an edit conflict. The view has locked the row."""
        data: dict[str, Any] = super().clean() or {}
        if self.instance.pk and data.get("opened") != self.instance.revision:
            self.changed_meanwhile = True
            self.add_error(None, forms.ValidationError(EDIT_CONFLICT_MESSAGE, code="changed_meanwhile"))
        return data

    def clean_facilitators(self) -> Any:
        """At least two facilitators once the consultation is open."""
        chosen = self.cleaned_data["facilitators"]
        if self.instance.state != ConsultationState.DRAFT and len(chosen) < MIN_FACILITATORS:
            raise forms.ValidationError(_("At least two adults: members already take part."))
        return chosen


class TemplateForm(forms.Form):
    """The template of a new consultation, and the first day of its first phase."""

    template = forms.ChoiceField(label=gettext_lazy("Template"), widget=forms.RadioSelect)
    starts_on = StaffDateField(label=gettext_lazy("First day"), help_text=gettext_lazy("All phases follow from it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = "en" if get_language() == ENGLISH else "sr"
        field: Any = self.fields["template"]
        field.choices = [(key, row[f"name_{code}"]) for key, row in consultation_templates().items()]
        self.abouts = [
            (row[f"about_{code}"], [(PhaseActivity(each["activity"]).label, each["days"]) for each in row["phases"]])
            for row in consultation_templates().values()
        ]

    @property
    def options(self) -> list[tuple[Any, str, list[tuple[Any, int]]]]:
        """Each radio button with the description of its template and its phases with their days."""
        return [(button, *about) for button, about in zip(self["template"], self.abouts, strict=True)]

    def clean_starts_on(self) -> date:
        """Return the first day. Raises ValidationError if it has passed."""
        day: date = self.cleaned_data["starts_on"]
        if day < localdate():
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return day


class PhaseForm(forms.ModelForm):  # type: ignore[type-arg]
    """One phase. `PhaseFormSet` checks overlaps among the submitted phases, not against the stored ones."""

    starts_at = StaffDateTimeField(label=gettext_lazy("Begins"))
    ends_at = StaffDateTimeField(label=gettext_lazy("Ends"))

    class Meta:
        model = Phase
        fields = ("feature", "starts_at", "ends_at")

    def validate_constraints(self) -> None:
        """Skipped: `PhaseFormSet.clean` checks the phases, because they replace all stored ones."""


class PhaseFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """All phases of a consultation, which must not overlap."""

    def clean(self) -> None:
        """Report a phase that ends before it starts, and overlapping phases at the later one of the two."""
        super().clean()
        rows = [form for form in self._remaining_forms() if not form.errors]
        drafts = [_draft(form) for form in rows]
        for place, trouble, other in check_phases(drafts):
            if trouble == PhaseFault.ENDS_FIRST:
                rows[place].add_error("ends_at", _("It ends before it begins."))
            elif trouble == PhaseFault.OVERLAP and other is not None:
                words = {
                    "phase": PhaseActivity(drafts[other].feature).label,
                    "from": format_moment(drafts[other].starts_at),
                    "to": format_moment(drafts[other].ends_at),
                }
                rows[place].add_error(
                    "starts_at",
                    _("The phase “%(phase)s” takes place at this time, from %(from)s to %(to)s. Phases cannot overlap.")
                    % words,
                )

    def drafts(self) -> list[PhaseDraft]:
        """Return the phases to save, from a valid formset."""
        return [_draft(form) for form in self._remaining_forms()]

    def _remaining_forms(self) -> Iterator[Any]:
        for form in self.forms:
            data = getattr(form, "cleaned_data", None)
            if data and not data.get("DELETE"):
                yield form


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question with its choices, one per line. After the first answer only the order and the English text can change."""

    choices_sr = forms.CharField(
        label=gettext_lazy("Choices (Serbian)"),
        help_text=gettext_lazy("One per line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )
    choices_en = forms.CharField(
        label=gettext_lazy("Choices (English)"),
        help_text=gettext_lazy("In the same order. Leave it empty, or write as many."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    class Meta:
        model = Question
        fields = ("order", "kind", "text", "other")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            stored_choices = list(self.instance.choices.all())
            for code in ("sr", "en"):
                words = [getattr(choice, f"text_{code}") or "" for choice in stored_choices]
                self.initial[f"choices_{code}"] = "\n".join(words) if any(words) else ""
            if has_answers(self.instance.consultation):
                for name in STAYS:
                    if name in self.fields:
                        self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Choices are allowed only for some kinds, and both languages need the same number."""
        data: dict[str, Any] = super().clean() or {}
        serbian, english = _lines(data.get("choices_sr", "")), _lines(data.get("choices_en", ""))
        has_choices = data.get("kind") in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
        if "kind" in data and not has_choices and serbian:
            self.add_error("choices_sr", _("Questions of this kind have no choices."))
        if "kind" in data and not has_choices and data.get("other"):
            self.add_error("other", _("Questions of this kind have no choices."))
        if len(serbian) > MAX_CHOICES:
            self.add_error("choices_sr", _("At most %(most)d choices.") % {"most": MAX_CHOICES})
        if len({line.casefold() for line in serbian}) < len(serbian):
            self.add_error("choices_sr", _("A choice appears twice."))
        for name, lines in (("choices_sr", serbian), ("choices_en", english)):
            if any(len(line) > MAX_CHOICE_LENGTH for line in lines):
                self.add_error(name, _("A choice has at most %(most)d characters.") % {"most": MAX_CHOICE_LENGTH})
        if english and len(english) != len(serbian):
            self.add_error(
                "choices_en",
                _("There are %(sr)d choices in Serbian and %(en)d in English.")
                % {"sr": len(serbian), "en": len(english)},
            )
        return data

    def choices(self) -> list[ChoiceText]:
        """Return the choices, from a valid form."""
        serbian, english = _lines(self.cleaned_data["choices_sr"]), _lines(self.cleaned_data["choices_en"])
        return [ChoiceText(sr, en) for sr, en in zip(serbian, english or [""] * len(serbian), strict=True)]


def _draft(form: Any) -> PhaseDraft:
    data = form.cleaned_data
    starts_at: datetime = data["starts_at"]
    return PhaseDraft(PhaseActivity(data["feature"]), starts_at, data["ends_at"])


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]
