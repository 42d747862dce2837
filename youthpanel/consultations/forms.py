"""The questionnaire form, built from the questions of a consultation: for members, for paper entry and for the preview."""

from collections.abc import Mapping
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.common.fields import PlainLineField, PlainTextField
from youthpanel.consultations.services import MAX_ANSWER_LENGTH, MAX_OTHER_LENGTH, SCORES, Answer, questions_of
from youthpanel.models import Consultation, Question, QuestionKind

OTHER: Final = "other"
_NO_CHOICE: Final = gettext_lazy("Choose one of the options.")


class QuestionnaireForm(forms.Form):
    """A field `q<id>` per question, and `q<id>_other` where a free answer is allowed. No field is required.

    `may_be_empty`: a paper sheet may have votes on cards only.
    """

    may_be_empty = False

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = _field(question)
            if question.other:
                self.fields[f"q{question.pk}_other"] = PlainLineField(
                    label=_("In your own words"),
                    required=False,
                    max_length=MAX_OTHER_LENGTH,
                    widget=forms.TextInput(attrs={"autocomplete": "off"}),
                )

    @property
    def scales(self) -> list[str]:
        """The fields with the five numbers of a scale as choices, which fit on one line."""
        return [f"q{question.pk}" for question in self.questions if question.kind == QuestionKind.SCALE]

    @property
    def numbered(self) -> list[tuple[int | None, BoundField]]:
        """The fields with the numbers of their questions, as on the printed sheet.

        The free answer of a question has None.
        """
        numbers = {f"q{question.pk}": number for number, question in enumerate(self.questions, 1)}
        return [(numbers.get(field.name), field) for field in self]

    @property
    def helper(self) -> FormHelper:
        """The crispy layout. Templates write the form element, its tokens and its button."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(self._question_layout(question) for question in self.questions))
        return helper

    def clean(self) -> dict[str, Any]:
        """A free answer needs text. A single choice allows one answer."""
        data: dict[str, Any] = super().clean() or {}
        for question in self.questions:
            name, other = f"q{question.pk}", f"q{question.pk}_other"
            if other not in data or name not in data:
                continue
            chosen = [data[name]] if isinstance(data[name], str) else list(data[name])
            if OTHER in chosen and not data[other]:
                self.add_error(other, _("Write your answer here, or choose another one."))
            elif data[other] and question.kind == QuestionKind.SINGLE and chosen not in ([OTHER], [""]):
                self.add_error(name, _("You can give only one answer: choose one, or write your own."))
        if not self.errors and not self.answers and not self.may_be_empty:
            self.add_error(None, _("Answer at least one question."))
        return data

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers in the shape of `AnswerSheet.answers`, from a valid form."""
        answers = {str(question.pk): self._answer(question) for question in self.questions}
        return {key: answer for key, answer in answers.items() if answer}

    @property
    def texts(self) -> list[str]:
        """The free texts of the answers, from a valid form."""
        return [str(answer["text"]) for answer in self.answers.values() if "text" in answer]

    @property
    def unanswered(self) -> list[Question]:
        """The questions without an answer, from a valid form."""
        return [question for question in self.questions if str(question.pk) not in self.answers]

    def _answer(self, question: Question) -> Answer:
        value = self.cleaned_data[f"q{question.pk}"]
        text = self.cleaned_data.get(f"q{question.pk}_other", "")
        answer: Answer = {}
        if question.kind == QuestionKind.OPEN:
            text = value
        elif question.kind == QuestionKind.SCALE:
            answer |= {"score": int(value)} if value else {}
        else:
            chosen = [value] if isinstance(value, str) else value
            ids = [int(each) for each in chosen if each not in ("", OTHER)]
            answer |= {"choices": ids} if ids else {}
        answer |= {"text": text} if text else {}
        return answer

    def _question_layout(self, question: Question) -> Div:
        name = f"q{question.pk}"
        first = name if question.kind == QuestionKind.OPEN else Field(name, wrapper_class=f"choices {question.kind}")
        others = [f"{name}_other"] if question.other else []
        return Div(first, *others, css_class="question")


def questionnaire_form(consultation: Consultation, data: Mapping[str, Any] | None = None) -> QuestionnaireForm:
    """Return the questionnaire in the active language; two queries. `data` is the submitted data.

    A valid form has `answers`, which `save_answer_sheet` takes.
    """
    return QuestionnaireForm(data, questions=questions_of(consultation))


def _field(question: Question) -> forms.Field:
    words: dict[str, Any] = {"label": question.text, "required": False}
    if question.kind == QuestionKind.OPEN:
        area = forms.Textarea(attrs={"rows": 4, "autocomplete": "off"})
        return PlainTextField(max_length=MAX_ANSWER_LENGTH, widget=area, **words)
    words["error_messages"] = {"invalid_choice": _NO_CHOICE}
    if question.kind == QuestionKind.SCALE:
        scores = [(str(score), str(score)) for score in SCORES]
        words["help_text"] = _("1 is the lowest, 5 is the highest.")
        return forms.ChoiceField(choices=scores, widget=forms.RadioSelect, **words)
    choices = [(str(choice.pk), choice.text) for choice in question.choices.all()]
    if question.other:
        choices.append((OTHER, pgettext("choice", "Something else")))
    if question.kind == QuestionKind.SINGLE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple, help_text=_("Choose as many as you like."), **words
    )
