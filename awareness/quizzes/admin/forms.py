"""Admin forms of questions and answers, and the plain question built from form data for preview and validation."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from itertools import chain, count
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.publishing.drafts import opened_token
from awareness.publishing.forms import OpenedForm
from awareness.quizzes.enums import Frame, Role
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, FULL_CREDIT, BilingualText, Choice, Situation
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.kinds.validation import (
    MAX_CHOICE_LENGTH,
    MAX_CHOICES,
    MAX_DISCUSSION_LENGTH,
    MAX_EXPLANATION_LENGTH,
    MAX_NAME_LENGTH,
    MAX_QUESTION_LENGTH,
    question_problems,
)
from awareness.quizzes.models import Question
from awareness.quizzes.selectors import bilingual_text
from clicksafely.common.fields import UnlabelledHiddenInput
from clicksafely.common.serbian.search_folding import slugify

MAX_SITUATIONS: Final = 20
# The weights that an editor chooses. Imported questions may have others.
WEIGHTS: Final = (
    ("100", pgettext_lazy("answer", "right")),
    ("50", pgettext_lazy("answer", "half right")),
    ("25", pgettext_lazy("answer", "a little right")),
    ("0", pgettext_lazy("answer", "wrong")),
)
_TRUE: Final = "true"
_STEP: Final = Decimal("0.00001")
_MAX_LENGTH = 2000
_MAX_TEXT_LENGTHS = {
    "text": MAX_QUESTION_LENGTH,
    "explanation": MAX_EXPLANATION_LENGTH,
    "discussion": MAX_DISCUSSION_LENGTH,
}


def cleaned_question(row: Question, choices: Iterable[BaseForm], situations: Iterable[BaseForm]) -> Plain:
    """Return the question from validated forms. `choices` must be in their order."""
    return Plain(
        kind=row.kind,
        name=row.name,
        text=bilingual_text(row, "text"),
        frame=row.frame,
        explanation=bilingual_text(row, "explanation"),
        discussion=bilingual_text(row, "discussion"),
        level=row.level,
        difficulty=row.difficulty,
        shuffle=row.shuffle,
        choices=tuple(_choice(form.cleaned_data) for form in choices),
        situations=tuple(
            Situation(number=form.cleaned_data["number"], text=_cleaned(form.cleaned_data, "text"))
            for form in situations
        ),
    )


def drafted_question(post: Mapping[str, str]) -> Plain:
    """Return the question from unvalidated form data for the preview.

    Invalid values are skipped or replaced by defaults.
    """
    choices = [
        (_number(post, f"choices-{place}-order", 32_000), place, f"choices-{place}-")
        for place in range(_count(post, "choices"))
        if not post.get(f"choices-{place}-DELETE") and _words(post, f"choices-{place}-text")
    ]
    situations = [
        f"situations-{place}-"
        for place in range(_count(post, "situations"))
        if not post.get(f"situations-{place}-DELETE") and _words(post, f"situations-{place}-text")
    ]
    kind, frame = post.get("kind", ""), post.get("frame", "")
    return Plain(
        kind=kind if kind in QUESTION_KINDS else next(iter(QUESTION_KINDS)),
        name=post.get("name", "")[:_MAX_LENGTH],
        text=_words(post, "text"),
        frame=frame if frame in Frame.values else Frame.MESSAGE,
        explanation=_words(post, "explanation"),
        discussion=_words(post, "discussion"),
        source_title=post.get("source_title", "")[:_MAX_LENGTH],
        shuffle=bool(post.get("shuffle")),
        choices=tuple(_drafted(post, prefix) for _order, _place, prefix in sorted(choices)),
        situations=tuple(
            Situation(number=_number(post, f"{prefix}number", 0), text=_words(post, f"{prefix}text"))
            for prefix in situations
        ),
    )


def _choice(data: Mapping[str, Any]) -> Choice:
    return Choice(
        text=_cleaned(data, "text"),
        match=_cleaned(data, "match"),
        weight=data.get("weight") or Decimal(0),
        feedback=_cleaned(data, "feedback"),
        missed=_cleaned(data, "missed"),
        role=data.get("role") or "",
        at=data.get("at") or 0,
        leads_to=data.get("leads_to"),
        tolerance=data.get("tolerance"),
    )


def _cleaned(data: Mapping[str, Any], name: str) -> BilingualText:
    return BilingualText(data.get(f"{name}_sr") or "", data.get(f"{name}_en") or "")


def _drafted(post: Mapping[str, str], prefix: str) -> Choice:
    role, onward = post.get(f"{prefix}role", ""), post.get(f"{prefix}leads_to", "")
    return Choice(
        text=_words(post, f"{prefix}text"),
        match=_words(post, f"{prefix}match") or EMPTY_TEXT,
        weight=_decimal(post.get(f"{prefix}weight", "")),
        feedback=_words(post, f"{prefix}feedback"),
        missed=_words(post, f"{prefix}missed"),
        role=role if role in Role.values else Role.TEXT,
        at=_number(post, f"{prefix}at", 0),
        leads_to=_number(post, f"{prefix}leads_to", 0) if onward.strip() else None,
    )


def _words(post: Mapping[str, str], name: str) -> BilingualText:
    return BilingualText(
        post.get(f"{name}_sr", "").strip()[:_MAX_LENGTH], post.get(f"{name}_en", "").strip()[:_MAX_LENGTH]
    )


def _count(post: Mapping[str, str], name: str) -> int:
    return min(_number(post, f"{name}-TOTAL_FORMS", 0), MAX_CHOICES * 2)


def _number(post: Mapping[str, str], name: str, default: int) -> int:
    text = post.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", ".")[:MAX_CHOICE_LENGTH])
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) <= 100 else Decimal(0)


def write_truth(post: QueryDict) -> None:
    """Write the answers of a question of which the form asks only whether its statement is true."""
    kind, truth = QUESTION_KINDS.get(post.get("kind", "")), post.get("is_true")
    if kind is None or "is_true" not in kind.editor_fields or not truth:
        return
    post["choices-TOTAL_FORMS"] = str(max(_count(post, "choices"), len(kind.default_choices)))
    for place, text in enumerate(kind.default_choices):
        prefix = f"choices-{place}-"
        if not _words(post, f"{prefix}text"):
            post[f"{prefix}text_sr"], post[f"{prefix}text_en"] = text.sr, text.en
        post[f"{prefix}weight"] = str(FULL_CREDIT if (place == 0) == (truth == _TRUE) else 0)


def _unused_name(text: str) -> str:
    """Return a name for the bank made of a question's text, which no other question has."""
    name = slugify(text)[: MAX_NAME_LENGTH - 6].rstrip("-")
    taken = set(Question.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(each for each in chain([name], (f"{name}-{number}" for number in count(2))) if each not in taken)


class QuestionForm(OpenedForm):
    """Fields of a question. `is_in_card` if the form is shown on the page of a quiz, whose fields have the usual ids."""

    is_in_card = False

    is_true = forms.ChoiceField(
        label=gettext_lazy("The statement is"),
        choices=((_TRUE, pgettext_lazy("statement", "true")), ("false", pgettext_lazy("statement", "false"))),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_in_card:
            self.auto_id = "question_%s"
        self.initial["opened"] = opened_token(self.instance)
        # A user with view permission only has a form without fields.
        if "name" in self.fields:
            self.fields["name"].required = False
        kind = QUESTION_KINDS.get(self.instance.kind)
        if self.instance.pk and kind and "is_true" in kind.editor_fields:
            first = self.instance.choices.first()
            self.initial["is_true"] = _TRUE if first and first.weight else "false"
        for name, longest in _MAX_TEXT_LENGTHS.items():
            for language in ("sr", "en"):
                if field := self.fields.get(f"{name}_{language}"):
                    field.max_length = longest  # type: ignore[attr-defined]
                    field.widget.attrs |= {"maxlength": longest, "rows": 4}

    def clean_name(self) -> str:
        """Return the name, made of the text of the question if it is empty."""
        texts = (self.data.get("text_sr"), self.data.get("text_en"))
        return self.cleaned_data["name"] or _unused_name(next(filter(None, texts), ""))

    def clean(self) -> dict[str, Any]:
        """Check text lengths, the sample of a "find the clues" question, and concurrent changes."""
        data = super().clean() or {}
        for name, longest in _MAX_TEXT_LENGTHS.items():
            for language in ("sr", "en"):
                if len(data.get(f"{name}_{language}") or "") > longest:
                    self.add_error(
                        f"{name}_{language}", _("At most %(number)d characters are allowed.") % {"number": longest}
                    )
        kind = QUESTION_KINDS.get(data.get("kind") or "")
        if kind and "frame" in kind.editor_fields and data.get("frame") not in Frame.values:
            self.add_error("frame", _("Choose the kind of sample."))
        if self.instance.pk:
            self.check_opened(
                data.get("opened"),
                _(
                    "Another editor saved this question in the meantime. Your text is still in the form. "
                    "Compare the versions in another window, then save again."
                ),
            )
        return data


class SituationFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The situations of a scenario. The form does not ask for their numbers; a new one gets the next number."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "number" in form.fields:
            form.fields["number"].required = False
            form.fields["number"].widget = UnlabelledHiddenInput()

    def clean(self) -> None:
        """Assign the missing numbers."""
        super().clean()
        written = _filled(self)
        following = max((form.cleaned_data.get("number") or 0 for form in written), default=0) + 1
        for form in written:
            if not form.cleaned_data.get("number") and "number" not in form.errors:
                form.cleaned_data["number"] = form.instance.number = following
                following += 1


def _situation_choices(first: str) -> list[tuple[str, str]]:
    numbers = range(1, MAX_SITUATIONS + 1)
    return [("0", first), *((str(number), _("Situation %(number)d") % {"number": number}) for number in numbers)]


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """One answer. Without an order number it is appended. `is_reweighted` if its share of the credit has changed."""

    is_reweighted = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A user with view permission only has a form without fields.
        for name in ("order", "text_sr"):
            if name in self.fields:
                self.fields[name].required = False
        if self.instance.pk is None:
            self.initial["order"] = None
        for name in ("weight", "tolerance"):
            if self.initial.get(name) is not None:
                # 50 instead of 50.00000.
                self.initial[name] = Decimal(f"{Decimal(self.initial[name]).normalize():f}")
        for name in ("feedback_sr", "feedback_en", "missed_sr", "missed_en"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 2
        if "at" in self.fields:
            beginning = _("the beginning")
            self.fields["at"].widget = forms.Select(choices=_situation_choices(beginning))
            onward = [("", _("the end")), *_situation_choices(beginning)]
            self.fields["leads_to"].widget = forms.Select(choices=onward)

    def offer_weights(self) -> None:
        """Offer the usual weights, and the present one."""
        self.fields["weight"].label, self.fields["weight"].help_text = _("Right or wrong"), ""
        present = str(self["weight"].value())
        own = [] if present in dict(WEIGHTS) else [(present, f"{present} %")]
        self.fields["weight"].widget = forms.Select(choices=[*WEIGHTS, *own])

    def has_changed(self) -> bool:
        """Return whether the answer has to be saved.

        A new answer with only a number is not saved, because the buttons of the order write the number.
        """
        is_numbered_only = self.instance.pk is None and self.changed_data == ["order"]
        return self.is_reweighted or (super().has_changed() and not is_numbered_only)

    def clean(self) -> dict[str, Any]:
        """Require the text in at least one language: an accepted word may exist in one language only."""
        data = super().clean() or {}
        if not data.get("text_sr") and not data.get("text_en") and "text_sr" not in self.errors:
            self.add_error("text_sr", _("The text is missing."))
        return data


class ChoiceFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The answers of a question. `situation_formset`: the formset of its situations, needed to validate the whole question."""

    situation_formset: forms.BaseInlineFormSet | None = None  # type: ignore[type-arg]

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "weight" not in form.fields:
            return
        kind = QUESTION_KINDS.get(self.instance.kind)
        if kind and kind.shares_credit and not form.is_bound and form.instance.pk and self._has_equal_shares():
            form.initial["weight"] = FULL_CREDIT if form.instance.weight > 0 else form.initial["weight"]
        form.offer_weights()

    def _has_equal_shares(self) -> bool:
        return len({row.weight for row in self.get_queryset() if row.weight > 0}) == 1

    def clean(self) -> None:
        """Number the answers, share the credit and validate the whole question."""
        super().clean()
        written = self._number(_filled(self))
        self._share_credit(written)
        situations = (
            _filled(self.situation_formset)
            if self.situation_formset is not None and self.situation_formset.is_valid()
            else []
        )
        if any(form.errors for form in written) or self.instance.kind not in QUESTION_KINDS:
            return
        if self.situation_formset is not None and not self.situation_formset.is_valid():
            return
        at = {choice_label(place): form for place, form in enumerate(written)}
        of_all = []
        # Problems in the question's own fields are reported by its form.
        elsewhere = {_("Name"), _("Question"), _("Explanation"), _("Age"), _("Difficulty"), _("Sample")}
        for problem in question_problems(cleaned_question(self.instance, written, situations)):
            if problem.where in at:
                at[problem.where].add_error(None, problem.what)
            elif problem.where.partition(" [")[0] not in elsewhere:
                of_all.append(problem.what if problem.where == _("Answers") else f"{problem.where}: {problem.what}")
        if of_all:
            raise ValidationError(of_all)

    def _share_credit(self, written: "list[forms.ModelForm[Any]]") -> None:
        """Give the right answers equal shares, unless their weights make the whole."""
        kind = QUESTION_KINDS.get(self.instance.kind)
        right = [form for form in written if (form.cleaned_data.get("weight") or 0) > 0]
        total = sum(form.cleaned_data["weight"] for form in right)
        if kind is None or not kind.shares_credit or not right or abs(total - FULL_CREDIT) <= 1:
            return
        part = (FULL_CREDIT / len(right)).quantize(_STEP, ROUND_DOWN)
        for form in right:
            form.is_reweighted = True  # type: ignore[attr-defined]
            form.cleaned_data["weight"] = form.instance.weight = part

    def _number(self, written: "list[forms.ModelForm[Any]]") -> "list[forms.ModelForm[Any]]":
        """Assign missing order numbers; return the forms in that order."""
        following = max((form.cleaned_data.get("order") or 0 for form in written), default=0) + 1
        for form in written:
            if form.cleaned_data.get("order") is None:
                form.cleaned_data["order"] = form.instance.order = following
                following += 1
        return sorted(written, key=lambda form: form.cleaned_data["order"])


def _filled(formset: "forms.BaseInlineFormSet[Any, Any, Any]") -> "list[forms.ModelForm[Any]]":
    """Return filled forms that are not marked for deletion."""
    return [
        form
        for form in formset.forms
        if hasattr(form, "cleaned_data")
        and form.has_changed() | bool(form.instance.pk)
        and form not in formset.deleted_forms
    ]


def used_fields() -> dict[str, list[str]]:
    """Return the fields that each question kind uses beside the common ones. "situations" means the whole inline."""
    return {
        code: [*kind.editor_fields, *(["shuffle"] if kind.can_shuffle else [])] for code, kind in QUESTION_KINDS.items()
    }
