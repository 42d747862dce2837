"""Admin of quizzes: questions in order, closing texts and next steps."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet, CheckboxSelectMultiple
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.publishing.admin_base import (
    EXPORT_CONTENT_LISTS,
    PUBLICATION_FIELDSET,
    PartInline,
    PublicationAdmin,
)
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.list_filters import PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.quizzes.admin import quiz_views
from awareness.quizzes.admin.editor_hints import MIN_QUESTIONS, quiz_hints
from awareness.quizzes.models import NextStep, Quiz, QuizEntry, ResultText
from awareness.quizzes.selectors import prefetch_quiz_parts
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.lists import FOLDED_INLINE, CappedPaginator

# Limits for one lesson and one admin page.
MAX_ENTRIES = 40
MAX_CLOSINGS = 8
MAX_NEXT_STEPS = 5


class EntryFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Questions in order. A question without an order number is appended."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # A user with view permission only has a form without fields.
        if "order" in form.fields:
            form.fields["order"].required = False
        if form.instance.pk is None:
            form.initial["order"] = None

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


class QuestionSelect(AutocompleteSelect):
    """Autocomplete over the question bank, with a placeholder."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": _("Search the bank")}


class EntryInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = QuizEntry
    template = FOLDED_INLINE
    formset = EntryFormSet
    fieldsets = ((None, {"fields": (("order", "question"),)}),)
    autocomplete_fields = ("question",)
    max_num = MAX_ENTRIES
    open_rows = MIN_QUESTIONS

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Empty forms for editors without JavaScript."""
        return 1 if obj else MIN_QUESTIONS

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "question":
            kwargs["widget"] = QuestionSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[QuizEntry]":
        return super().get_queryset(request).select_related("question")


class ClosingInline(PartInline):
    model = ResultText
    fieldsets = ((None, {"fields": ("from_percent", ("text_sr", "text_en"))}),)
    max_num = MAX_CLOSINGS

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Three empty forms for a new quiz."""
        return 0 if obj else 3


class NextStepInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = NextStep
    template = FOLDED_INLINE
    fieldsets = ((None, {"fields": (("order", "kind", "slug"),)}),)
    max_num = MAX_NEXT_STEPS

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Two empty forms for a new quiz."""
        return 0 if obj else 2


@admin.register(Quiz)
class QuizAdmin(ExportMixin, TopicsMixin, PublicationAdmin):
    export_permission = EXPORT_CONTENT_LISTS
    export_columns = ("title", "level", "state", "published_at", "changed_at")
    page = "quizzes/{slug}/"
    change_form_template = "admin/quizzes/quiz/change_form.html"
    change_list_template = "admin/quizzes/quiz/change_list.html"
    list_display = ("title", "level", "questions", "state", "published_at", "changed_at")
    list_filter = (PublicationStateFilter, "level", "topics")
    ordering = ("-changed_at", "-id")
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    inlines = (EntryInline, ClosingInline, NextStepInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("title_sr", "title_en"),
                    ("summary_sr", "summary_en"),
                    ("level", "minutes"),
                    "needs_approval",
                )
            },
        ),
        TOPICS_FIELDSET,
        PUBLICATION_FIELDSET,
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show all topics as checkboxes: there are about a dozen."""
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": CheckboxSelectMultiple})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Add the number of questions of each quiz on the page, with one query."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        entries = QuizEntry.objects.filter(quiz__in=[quiz.pk for quiz in page.result_list])
        numbers = dict(entries.values_list("quiz").annotate(Count("id")).order_by())
        for quiz in page.result_list:
            quiz.number = numbers.get(quiz.pk, 0)
        return page

    @admin.display(description=gettext_lazy("questions"))
    def questions(self, quiz: Quiz) -> int:
        """Number of questions."""
        number: int = quiz.number  # type: ignore[attr-defined]
        return number

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Return hints about the quiz, its questions, closing texts and next steps."""
        return quiz_hints(prefetch_quiz_parts(Quiz.objects.filter(pk=record.pk)).get(), timezone.now())

    def get_urls(self) -> list[Any]:
        """Add the statistics and the export."""
        own = [
            path("<int:pk>/figures/", quiz_views.Statistics.as_view(), name="quizzes-statistics"),
            path("<int:pk>/figures.csv", quiz_views.StatisticsCsv.as_view(), name="quizzes-statistics-csv"),
            path("<int:pk>/export/<slug:form>/", quiz_views.ExportQuiz.as_view(), name="quizzes-export"),
        ]
        return [*own, *super().get_urls()]
