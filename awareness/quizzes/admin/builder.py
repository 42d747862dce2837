"""Questions of a quiz on its form: cards in order, and the formset that adds, moves and removes them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, HiddenInput, Media, ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from awareness.publishing.forms import OptionalChoiceInput
from awareness.quizzes.admin.editor_hints import question_hints
from awareness.quizzes.feedback import answer_feedback
from awareness.quizzes.kinds import schemas
from awareness.quizzes.kinds.registry import kind_choices, kind_of
from awareness.quizzes.labels import ChoiceOutcome
from awareness.quizzes.models import Question, QuizEntry
from awareness.quizzes.selectors import questions_with_parts, to_question_data
from clicksafely.common.permissions import RolePermissionsMixin

# Limit for one lesson and one admin page.
MAX_ENTRIES = 40
# Parameter of the address of a quiz: a question of the bank, which is added to the form.
NEW_QUESTION = "question"
SEED = "card"


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question in the list of a quiz. `answers`: the right ones. `hints`: what is missing."""

    pk: int
    text: str
    kind: str
    answers: tuple[str, ...]
    hints: tuple[str, ...]


def question_cards(keys: Collection[int], level: str = "") -> dict[int, QuestionCard]:
    """Return the cards of questions by primary key, in a quiz for `level`, with four queries."""
    rows = questions_with_parts(Question.objects.filter(pk__in=keys)) if keys else ()
    return {row.pk: _card(row, level) for row in rows}


def _card(row: Question, level: str) -> QuestionCard:
    return QuestionCard(
        pk=row.pk,
        text=row.text,
        kind=row.get_kind_display(),
        answers=tuple(_answers(to_question_data(row), translation.get_language())),
        hints=tuple(question_hints(row, level)),
    )


def _answers(question: schemas.Question, language: str) -> list[str]:
    """Return the right answers, or the choices in their places."""
    feedback = answer_feedback(question, None, None, language=language, seed=SEED)
    if feedback.ordered:
        return [f"{each.right_place}. {each.text}" for each in feedback.choices]
    placed = [f"{each.text} → {each.right_place}" for each in feedback.choices if each.right_place]
    right = [choice.text.read(language) for choice in question.choices if choice.weight == schemas.FULL_CREDIT]
    chosen = [each.text for each in feedback.choices if each.part == ChoiceOutcome.MISSED]
    return placed or chosen or list(feedback.accepted) or (right if kind_of(question).is_scored else [])


def quiz_url(quiz: int | str, question: int, *, is_new: bool) -> str:
    """Return the address of the form of a quiz at a question. A new one is added to the form."""
    added = f"?{NEW_QUESTION}={question}" if is_new else ""
    return f"{reverse('admin:quizzes_quiz_change', args=[quiz])}{added}#question-{question}"


class EntryFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Questions in order. A question without an order number is appended."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # A user with view permission only has a form without fields.
        if "order" in form.fields:
            form.fields["order"].required = False
            form.fields["question"].widget = HiddenInput()
        if form.instance.pk is None:
            form.initial["order"] = None

    def cards(self) -> Iterator[tuple[Any, QuestionCard | None]]:
        """Yield each form with the card of its question, None if it is unknown."""
        keys = [_key_of(form) for form in self.forms]
        found = question_cards([key for key in keys if key is not None], self.instance.level)
        for form, key in zip(self.forms, keys, strict=True):
            yield form, found.get(key) if key is not None else None

    def kinds(self) -> list[tuple[str, Any]]:
        """Return the kinds of a new question: code and label."""
        return kind_choices()

    def bank_search(self) -> str:
        """Return the field that finds questions of the bank. It is not sent."""
        field = ModelChoiceField(Question.objects.none(), required=False, widget=_bank_select())
        return str(field.widget.render("", None, {"id": "bank-search"}))

    def clean(self) -> None:
        """Assign missing order numbers and reject duplicate questions."""
        super().clean()
        rows = [
            form
            for form in self.forms
            if form not in self.deleted_forms and getattr(form, "cleaned_data", {}).get("question")
        ]
        following = max((form.cleaned_data["order"] or 0 for form in rows), default=0) + 1
        seen = set()
        for form in rows:
            if form.cleaned_data["order"] is None:
                form.cleaned_data["order"] = form.instance.order = following
                following += 1
            question = form.cleaned_data["question"]
            if question in seen:
                form.add_error("question", ValidationError(_("This question is already in the quiz.")))
            seen.add(question)

    def validate_unique(self) -> None:
        """Do nothing: `clean` reports duplicates at their row."""


def _bank_select() -> OptionalChoiceInput:
    attributes = {"data-placeholder": _("Search the bank")}
    return OptionalChoiceInput(QuizEntry._meta.get_field("question"), admin.site, attrs=attributes)


def _key_of(form: Any) -> int | None:
    """Return the question of a stored, added or submitted entry."""
    value = form["question"].value() if "question" in form.fields else form.instance.question_id
    return int(value) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 10 else None


class EntryInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = QuizEntry
    template = "staff/quizzes/builder.html"
    formset = EntryFormSet
    fieldsets = ((None, {"fields": (("order", "question"),)}),)
    max_num = MAX_ENTRIES

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """One form for a question that was written on its own page, none otherwise."""
        return 1 if new_question(request, obj) else 0

    @property
    def media(self) -> Media:
        """Add the search in the bank."""
        found: Media = super().media + _bank_select().media
        return found

    def get_queryset(self, request: HttpRequest) -> "QuerySet[QuizEntry]":
        return super().get_queryset(request).select_related("question")


def new_question(request: HttpRequest, quiz: Any) -> int | None:
    """Return the id of the question that the address adds to the form of `quiz`.

    Returns None if the bank has no such question, or if the quiz has it already.
    """
    key = request.GET.get(NEW_QUESTION, "")
    if request.method != "GET" or quiz is None or not (key.isascii() and key.isdigit() and len(key) < 10):
        return None
    is_known = Question.objects.filter(pk=key).exists() and not quiz.entries.filter(question=key).exists()
    return int(key) if is_known else None
