"""The form of a question with its answers: what is wrong stands at the row it is wrong in."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from awareness.quizzes.bank.drafting import cleaned_question
from awareness.quizzes.models import Question
from awareness.quizzes.questions.checking import LONGEST_EXPLANATION, LONGEST_QUESTION, choice_label, problems
from awareness.quizzes.questions.kinds import Frame, Kind
from clicksafely.common.fields import HiddenNote


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """`opened` is the revision that the editor began with."""

    opened = forms.IntegerField(required=False, label="", widget=HiddenNote)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = self.instance.revision
        for name, longest in (("text", LONGEST_QUESTION), ("explanation", LONGEST_EXPLANATION)):
            for language in ("sr", "en"):
                if field := self.fields.get(f"{name}_{language}"):
                    field.max_length = longest  # type: ignore[attr-defined]
                    field.widget.attrs |= {"maxlength": longest, "rows": 4}

    def clean(self) -> dict[str, Any]:
        """The lengths, the mock where clues are found, and nobody else's saving in between."""
        data = super().clean() or {}
        for name, longest in (("text", LONGEST_QUESTION), ("explanation", LONGEST_EXPLANATION)):
            for language in ("sr", "en"):
                if len(data.get(f"{name}_{language}") or "") > longest:
                    self.add_error(f"{name}_{language}", _("Longer than %(number)d characters.") % {"number": longest})
        if data.get("kind") == Kind.CLUES and data.get("frame") not in Frame.values:
            self.add_error("frame", _("Say what the clues are found in."))
        if self.instance.pk:
            self._check_turn(data.get("opened"))
        return data

    def _check_turn(self, opened: int | None) -> None:
        # The row stays locked until what this form says is saved: the admin validates in the transaction in which it saves.
        stored = Question.objects.select_for_update().filter(pk=self.instance.pk).values_list("revision", flat=True)
        revision = stored.first()
        if opened != revision:
            data = cast(QueryDict, self.data).copy()
            data["opened"] = str(revision)
            self.data = data
            self.add_error(
                None,
                _(
                    "Somebody else saved this question while you were writing. Your text is still in the form: look at theirs in another window, "
                    "then save again."
                ),
            )


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """An answer. Without a number it goes behind the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever may only look has a form without fields.
        for name in ("order", "text_sr"):
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.pk is None:
            self.initial["order"] = None
        for name in ("weight", "tolerance"):
            if self.initial.get(name) is not None:
                # 50, not 50.00000.
                self.initial[name] = Decimal(f"{Decimal(self.initial[name]).normalize():f}")
        for name in ("feedback_sr", "feedback_en", "missed_sr", "missed_en"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        """One language is enough: a word that is looked for may be there in one only."""
        data = super().clean() or {}
        if not data.get("text_sr") and not data.get("text_en") and "text_sr" not in self.errors:
            self.add_error("text_sr", _("It says nothing."))
        return data


class ChoiceFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The answers of a question. `beside` is the formset of its situations: only together they are a question."""

    beside: forms.BaseInlineFormSet | None = None  # type: ignore[type-arg]

    def clean(self) -> None:
        """Number the answers, and ask what keeps the whole question from being asked."""
        super().clean()
        written = self._number(_filled(self))
        situations = _filled(self.beside) if self.beside is not None and self.beside.is_valid() else []
        if any(form.errors for form in written) or self.instance.kind not in Kind.values:
            return
        if self.beside is not None and not self.beside.is_valid():
            return
        at = {choice_label(place): form for place, form in enumerate(written)}
        of_all = []
        # What stands in the fields of the question itself is checked there.
        elsewhere = {_("Name"), _("Question"), _("Explanation"), _("Level"), _("Difficulty"), _("Mock")}
        for problem in problems(cleaned_question(self.instance, written, situations)):
            if problem.where in at:
                at[problem.where].add_error(None, problem.what)
            elif problem.where.partition(" [")[0] not in elsewhere:
                of_all.append(problem.what if problem.where == _("Answers") else f"{problem.where}: {problem.what}")
        if of_all:
            raise ValidationError(of_all)

    def _number(self, written: "list[forms.ModelForm[Any]]") -> "list[forms.ModelForm[Any]]":
        """In their order, each with a number."""
        following = max((form.cleaned_data.get("order") or 0 for form in written), default=0) + 1
        for form in written:
            if form.cleaned_data.get("order") is None:
                form.cleaned_data["order"] = form.instance.order = following
                following += 1
        return sorted(written, key=lambda form: form.cleaned_data["order"])


def _filled(formset: "forms.BaseInlineFormSet[Any, Any, Any]") -> "list[forms.ModelForm[Any]]":
    """The forms of rows that stay."""
    return [
        form
        for form in formset.forms
        if hasattr(form, "cleaned_data")
        and form.has_changed() | bool(form.instance.pk)
        and form not in formset.deleted_forms
    ]
