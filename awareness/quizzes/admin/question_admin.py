"""Admin of questions, with a preview of unsaved form data."""

import json
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from modeltranslation.admin import TranslationStackedInline

from awareness.publishing.admin_base import PublishingAdmin, current_editor
from awareness.quizzes.admin import import_export_views
from awareness.quizzes.admin.builder import question_cards, quiz_url
from awareness.quizzes.admin.forms import (
    MAX_SITUATIONS,
    ChoiceForm,
    ChoiceFormSet,
    QuestionForm,
    SituationFormSet,
    drafted_question,
    used_fields,
    write_truth,
)
from awareness.quizzes.admin.statistics import QuestionUse, question_uses
from awareness.quizzes.feedback import answer_feedback
from awareness.quizzes.import_export.import_plan import GIFT, JSON
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.validation import MAX_CHOICES
from awareness.quizzes.models import Question, QuestionChoice, QuestionSituation, QuizEntry
from awareness.quizzes.presentation import present_question
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.services import save_question
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.autosave import AutosaveMixin
from clicksafely.common.staff.jobs import register_audited_jobs
from clicksafely.common.staff.lists import FOLDED_INLINE, CappedPaginator, FixedOrderChangeList, FoldedSearchAdmin
from clicksafely.common.staff.site import staff_view

SEED = "preview"
# Parameters of the addresses that the page of a quiz uses: the form is a part of that page; the quiz to return to.
IN_CARD = "_card"
OF_QUIZ = "quiz"


@staff_view("quizzes.view_question")
@require_POST
def preview_question(request: HttpRequest) -> HttpResponseBase:
    """Render the question in the form and its feedback, without saving."""
    sent = request.POST.copy()
    write_truth(sent)
    question = drafted_question(sent)
    language = ENGLISH if request.POST.get("preview_language") == ENGLISH else translation.get_language()
    with translation.override(language):
        sheet = sheet_of([question], language=language, seed=SEED)[0]
        context = {
            "question": present_question(question, language=language, seed=SEED),
            "feedback": answer_feedback(question, None, None, language=language, seed=SEED),
            "story": sheet if sheet.situations else None,
            "tag": LANGUAGES[language].tag,
            "is_empty": not question.text and not question.choices,
        }
        return render(request, "staff/quizzes/preview.html", context)


@staff_view("quizzes.view_question")
@require_GET
def show_question_card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a question as in the list of a quiz; `quiz` is the quiz to return to."""
    question = get_object_or_404(Question, pk=pk)
    context = {"card": question_cards([question.pk])[question.pk], "quiz": quiz_key(request)}
    return render(request, "staff/quizzes/question_card.html", context)


def quiz_key(request: HttpRequest) -> str:
    """Return the key of the quiz to return to, empty if there is none."""
    key = request.GET.get(OF_QUIZ, "")
    return key if key.isascii() and key.isdigit() and len(key) < 10 else ""


_IN_A_QUIZ = Exists(QuizEntry.objects.filter(question=OuterRef("pk")))


class ChoiceInline(RolePermissionsMixin, TranslationStackedInline):  # type: ignore[type-arg]
    model = QuestionChoice
    template = FOLDED_INLINE
    open_rows = 4
    form = ChoiceForm
    formset = ChoiceFormSet
    max_num = MAX_CHOICES
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("text_sr", "text_en"),
                    ("match_sr", "match_en"),
                    ("order", "weight", "role", "tolerance", "at", "leads_to"),
                    ("feedback_sr", "feedback_en"),
                    ("missed_sr", "missed_en"),
                )
            },
        ),
    )

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty forms for editors without JavaScript."""
        return 1 if obj else 4


class SituationInline(RolePermissionsMixin, TranslationStackedInline):  # type: ignore[type-arg]
    model = QuestionSituation
    template = FOLDED_INLINE
    formset = SituationFormSet
    max_num = MAX_SITUATIONS
    fieldsets = ((None, {"fields": ("number", ("text_sr", "text_en"))}),)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty forms for editors without JavaScript."""
        return 1 if obj else 2


class UseFilter(admin.SimpleListFilter):
    """Filters questions by use in any quiz."""

    title = _("in quizzes")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("yes", _("in a quiz")), ("no", _("in none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(_IN_A_QUIZ)
            case "no":
                return queryset.exclude(_IN_A_QUIZ)
        return queryset


register_audited_jobs({"questions.imported": ("quizzes.view_question", "quizzes_question_changelist")})


@admin.register(Question)
class QuestionAdmin(AutosaveMixin, PublishingAdmin, FoldedSearchAdmin):
    has_history = False
    form = QuestionForm
    inlines = (ChoiceInline, SituationInline)
    change_form_template = "admin/quizzes/question/change_form.html"
    change_list_template = "admin/quizzes/question/change_list.html"
    list_display = ("name", "short_text", "kind", "topic", "level", "difficulty", "quizzes", "facility")
    list_filter = ("kind", "level", "difficulty", "topic", UseFilter)
    list_select_related = ("topic",)
    search_fields = ("name", "text_sr", "text_en")
    in_global_search = True
    ordering = ("-changed_at", "-id")
    sortable_by = ()
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    save_as = True
    actions = ("export_as_json", "export_as_gift")
    fieldsets = (
        (None, {"fields": (("kind", "frame"), ("text_sr", "text_en"), "is_true", "shuffle", "name")}),
        (
            _("After the answer"),
            {
                "fields": (
                    ("explanation_sr", "explanation_en"),
                    ("discussion_sr", "discussion_en"),
                    ("source_title", "source_url"),
                )
            },
        ),
        (
            _("In the bank"),
            {"fields": (("topic", "level", "difficulty"), "category", "opened"), "classes": ("collapse",)},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the fields without a column on the read-only page, where Django would show them."""
        if self.has_change_permission(request, obj) or obj is None:
            return super().get_fieldsets(request, obj)
        return tuple(
            (title, options | {"fields": tuple(row for row in options["fields"] if row not in {"opened", "is_true"})})
            for title, options in self.fieldsets
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class, which knows whether it is shown on the page of a quiz."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.is_in_card = IN_CARD in request.GET
        return form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Write the answers of a statement that is true or false."""
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ChoiceInline) and "data" in found:
            write_truth(found["data"])
        return found

    def name_in_search(self, row: Question) -> str:
        """Return the text of the question; its own name is a code of the editors."""
        return self.short_text(row)

    def is_publishing(self, action: str, obj: Any) -> bool:
        """Return whether the question is in a quiz that was published."""
        return obj is not None and QuizEntry.objects.exclude(quiz__published_at=None).filter(question=obj).exists()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return FixedOrderChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Add the use of each question on the page, with two queries."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        uses = question_uses([question.pk for question in page.result_list])
        for question in page.result_list:
            question.use = uses.get(question.pk, QuestionUse())
        return page

    @admin.display(description=_("question"))
    def short_text(self, question: Question) -> str:
        """The start of the question text."""
        return verbatim(Truncator(question.text).chars(81))

    @admin.display(description=_("quizzes"))
    def quizzes(self, question: Question) -> int:
        """Number of quizzes that use the question."""
        use: QuestionUse = question.use  # type: ignore[attr-defined]
        return use.quizzes

    @admin.display(description=_("success rate"))
    def facility(self, question: Question) -> str:
        """Mean credit of the answers, in percent."""
        use: QuestionUse = question.use  # type: ignore[attr-defined]
        return "–" if use.facility is None else f"{use.facility:.0%}".replace("%", " %")

    def get_urls(self) -> list[Any]:
        """Add the import and the preview."""
        own = [
            path("import/", import_export_views.ImportQuestions.as_view(), name="quizzes-import"),
            path("preview/", preview_question, name="quizzes-question-preview"),
            path("<int:pk>/card/", show_question_card, name="quizzes-question-card"),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the fields and the default answers of each kind as JSON for the form's script."""
        context["uses"] = json.dumps(used_fields())
        defaults = {
            kind.code: [[text.sr, text.en] for text in kind.default_choices] for kind in QUESTION_KINDS.values()
        }
        context["defaults"] = json.dumps(defaults, ensure_ascii=False)
        context["sharing"] = json.dumps([kind.code for kind in QUESTION_KINDS.values() if kind.shares_credit])
        response = super().render_change_form(request, context, *args, **kwargs)
        if IN_CARD in request.GET and isinstance(response, TemplateResponse):
            response.template_name = "staff/quizzes/question_editor.html"
            response.status_code = 422 if request.method == "POST" else 200
        return response

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Return to the quiz from which the form was opened, with the new question."""
        return self._return_to_quiz(request, obj, is_new=True) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Return to the quiz from which the form was opened."""
        return self._return_to_quiz(request, obj, is_new=False) or super().response_change(request, obj)

    def _return_to_quiz(self, request: HttpRequest, question: Question, *, is_new: bool) -> HttpResponse | None:
        quiz = quiz_key(request)
        if IN_CARD in request.GET:
            shown = reverse("admin:quizzes-question-card", args=[question.pk])
            return HttpResponseRedirect(f"{shown}?{OF_QUIZ}={quiz}" if quiz else shown)
        if quiz and "_save" in request.POST:
            return HttpResponseRedirect(quiz_url(quiz, question.pk, is_new=is_new))
        return None

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Give the formset of answers the formset of situations: they are validated together."""
        formsets, instances = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if len(formsets) == 2:
            formsets[0].situation_formset = formsets[1]
        return formsets, instances

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        """Do nothing: `save_related` saves the question together with its answers."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the question and its answers."""
        save_question(
            question=form.instance,
            actor=current_editor(request),
            now=timezone.now(),
            parts=lambda: super(QuestionAdmin, self).save_related(request, form, formsets, change),
        )

    @admin.action(description=_("Export as JSON"), permissions=["view"])
    def export_as_json(self, request: HttpRequest, queryset: "QuerySet[Question]") -> HttpResponse:
        """Download the selected questions with all their data."""
        return import_export_views.questions_file(queryset, JSON)

    @admin.action(description=_("Export as GIFT, for Moodle"), permissions=["view"])
    def export_as_gift(self, request: HttpRequest, queryset: "QuerySet[Question]") -> HttpResponse:
        """Download the selected questions as GIFT. The file lists the content that GIFT cannot hold."""
        return import_export_views.questions_file(queryset, GIFT)
