"""Staff pages for import (upload, preview, confirmation) and export of questions."""

import base64
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from awareness.publishing.drafts import PUBLISH_PERMISSION
from awareness.quizzes.import_export.export import Exported, export_questions, export_quiz
from awareness.quizzes.import_export.import_plan import GIFT, IMPORT_FORMATS, ImportPlan, apply_plan, read_plan
from awareness.quizzes.import_export.text_encoding import MAX_BYTES
from awareness.quizzes.kinds.schemas import Choice
from awareness.quizzes.models import Question, Quiz
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.fields import PlainTextField
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.imports.pages import MAX_PROBLEMS, Choices, ImportPage

MAX_SHOWN: Final = 200
# Larger imports exceed the request timeout. `manage.py import_questions` has no such limit.
MAX_AT_ONCE: Final = 500
MAX_TEXT_SIZE: Final = 200_000  # characters


class QuestionImportForm(forms.Form):
    """A file, or a text, with its format. The language applies to GIFT and Moodle XML."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".txt,.gift,.xml,.json,text/plain,text/xml,application/json"}),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=IMPORT_FORMATS, initial=GIFT)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of a Moodle file"),
        choices=[("sr", gettext_lazy("Serbian")), ("en", gettext_lazy("English"))],
        initial="sr",
    )
    text = PlainTextField(
        label=gettext_lazy("Or the text of the questions"),
        required=False,
        max_length=MAX_TEXT_SIZE,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Require a file or a text."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and data.get("file") is None and not data.get("text"):
            self.add_error("file", _("Choose a file, or paste the questions below."))
        return data


class ImportQuestions(ImportPage[ImportPlan]):
    """Import of a quiz with its questions, all or none, or of the good questions of a GIFT file. The others come back as text."""

    permissions = (
        *("quizzes.add_question", "quizzes.change_question", "quizzes.add_quiz", "quizzes.change_quiz"),
        PUBLISH_PERMISSION,
    )
    title = gettext_lazy("Import questions")
    template_name = "staff/quizzes/import.html"
    form_class = QuestionImportForm

    def get_url(self) -> str:
        return reverse("admin:quizzes_question_changelist")

    def read_file(self, form: forms.Form) -> str:
        """Return the bytes in base64: the plan reports an unknown encoding."""
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        return base64.b64encode(file.read(MAX_BYTES + 1) if file else text.encode()).decode()

    def get_choices(self, form: forms.Form) -> dict[str, Any]:
        return {"format": form.cleaned_data["format"], "language": form.cleaned_data["language"]}

    def build_plan(self, content: str, choices: Choices) -> ImportPlan:
        self.choices = choices
        plan = read_plan(base64.b64decode(content), choices["format"], choices["language"])
        if len(plan.new) + len(plan.translated) > MAX_AT_ONCE:
            text = _(
                "The file has more than %(number)d new questions. Split it, or ask the administrator to run "
                "`manage.py import_questions`."
            )
            raise ActionRefused([FieldFault("file", text % {"number": MAX_AT_ONCE})])
        return plan

    def get_preview(self, plan: ImportPlan) -> dict[str, Any]:
        return {"plan": plan, "notes": plan.all_notes[:MAX_PROBLEMS], "shown": list(_shown(plan))}

    def get_initial_of(self, choices: Choices, plan: ImportPlan) -> dict[str, Any]:
        """The form below a preview has the questions that are left out, to be corrected; all are written as GIFT."""
        if not plan.left_out:
            return dict(choices)
        text = "\n\n".join(entry.found.source for entry in plan.left_out)
        return {**choices, "format": GIFT, "text": text[:MAX_TEXT_SIZE]}

    def apply_plan(self, plan: ImportPlan) -> HttpResponse:
        """Add the questions, and show their list or the quiz."""
        quiz = apply_plan(plan=plan, actor=self.user, now=self.now)
        added, translated = len(plan.new), len(plan.translated)
        text = ngettext(
            "%(number)d question was added to the bank.", "%(number)d questions were added to the bank.", added
        )
        messages.success(self.request, text % {"number": added})
        if translated:
            text = ngettext(
                "A translation was added to %(number)d question.",
                "A translation was added to %(number)d questions.",
                translated,
            )
            messages.success(self.request, text % {"number": translated})
        if plan.left_out:
            text = ngettext(
                "%(number)d question was left out. Correct it below and import it again.",
                "%(number)d questions were left out. Correct them below and import them again.",
                len(plan.left_out),
            )
            messages.warning(self.request, text % {"number": len(plan.left_out)})
            return self.render(form=self.form_class(initial=self.get_initial_of(self.choices, plan)))
        if quiz is None:
            return redirect(self.get_url())
        messages.success(self.request, _("The quiz was saved as a draft. Review it before publishing."))
        return redirect("admin:quizzes_quiz_change", quiz.pk)


def questions_file(questions: "QuerySet[Question]", form: str) -> HttpResponse:
    """Return questions as a download, in the editor's language."""
    return _attachment(export_questions(questions, form, _content_language()), "questions")


def quiz_file(quiz: Quiz, form: str) -> HttpResponse:
    """Return a quiz loaded with `find_quiz` as a download, in the editor's language."""
    return _attachment(export_quiz(quiz, form, _content_language()), quiz.slug)


def _content_language() -> str:
    return ENGLISH if get_language() == ENGLISH else "sr"


def _attachment(exported: Exported, name: str) -> HttpResponse:
    response = HttpResponse(exported.text, content_type=exported.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{exported.ending}"'
    return response


def _shown(plan: ImportPlan) -> Iterator[dict[str, object]]:
    """Yield the previewed questions of a file, shortened."""
    for entry in plan.entries[:MAX_SHOWN]:
        question = entry.question
        if question is not None:
            yield {
                "line": entry.found.line,
                "kind_label": entry.kind_label,
                "question": question,
                "bank_question": entry.bank_question,
                "css": "blocking" if any(note.blocking for note in entry.notes) else "",
                "text": question.text.read(_content_language()),
                "choices": [{"text": _short(choice), "weight": choice.weight} for choice in question.choices],
            }


def _short(choice: Choice) -> str:
    text, match = choice.text.read(_content_language()), choice.match.read(_content_language())
    return f"{text} → {match}" if match else text
