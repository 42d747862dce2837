"""Quizzes in the staff site: questions of the bank in their order, what is said at the end, and what comes next."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import BaseInlineFormSet, CheckboxSelectMultiple
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from awareness.publishing.admin_base import PUBLICATION_FIELDSET, PartInline, PublicationAdmin, PublicationStateFilter
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.models import Publication
from awareness.quizzes.admin import import_export_views, statistics_views
from awareness.quizzes.admin.editor_hints import quiz_hints
from awareness.quizzes.import_export.import_plan import FORMATS
from awareness.quizzes.models import NextStep, Quiz, QuizEntry, ResultText
from awareness.quizzes.selectors import find_quiz, prefetch_quiz_parts
from awareness.topics.admin_mixins import TopicsMixin
from clicksafely.common.permissions import RolePermissionsMixin, role_permission_required
from clicksafely.common.staff.lists import CappedPaginator

# What a class does in a lesson, and what a page with all of them still holds.
MOST_ENTRIES = 40
MOST_CLOSINGS = 8
MOST_NEXT = 5


class EntryFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Questions in their order; one without a number goes behind the others."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # Whoever may only look has a form without fields.
        if "order" in form.fields:
            form.fields["order"].required = False
        if form.instance.pk is None:
            form.initial["order"] = None

    def clean(self) -> None:
        """Number them, and take each question once."""
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
                form.add_error("question", ValidationError(_("This question stands there already.")))
            seen.add(question)

    def validate_unique(self) -> None:
        """Said at the row in `clean`."""


class QuestionSelect(AutocompleteSelect):
    """A search in the bank; where nothing is chosen it says what it is for."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": _("Search the bank")}


class EntryInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = QuizEntry
    formset = EntryFormSet
    fieldsets = ((None, {"fields": (("order", "question"),)}),)
    autocomplete_fields = ("question",)
    max_num = MOST_ENTRIES

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Room to add without a script as well."""
        return 1 if obj else 5

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "question":
            kwargs["widget"] = QuestionSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[QuizEntry]":
        return super().get_queryset(request).select_related("question")


class ClosingInline(PartInline):
    model = ResultText
    fieldsets = ((None, {"fields": ("from_percent", ("text_sr", "text_en"))}),)
    max_num = MOST_CLOSINGS

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Three, as most quizzes have, for a new one."""
        return 0 if obj else 3


class NextStepInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = NextStep
    fieldsets = ((None, {"fields": (("order", "kind", "slug"),)}),)
    max_num = MOST_NEXT

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Two for a new quiz."""
        return 0 if obj else 2


@admin.register(Quiz)
class QuizAdmin(TopicsMixin, PublicationAdmin):
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
        (None, {"fields": (("title_sr", "title_en"), ("summary_sr", "summary_en"), ("level", "minutes"), "topics")}),
        PUBLICATION_FIELDSET,
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A dozen topics, all to be seen."""
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": CheckboxSelectMultiple})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the number of questions of each quiz of the page; one query more."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        entries = QuizEntry.objects.filter(quiz__in=[quiz.pk for quiz in page.result_list])
        numbers = dict(entries.values_list("quiz").annotate(Count("id")).order_by())
        for quiz in page.result_list:
            quiz.number = numbers.get(quiz.pk, 0)
        return page

    @admin.display(description=gettext_lazy("questions"))
    def questions(self, quiz: Quiz) -> int:
        """How many it has."""
        number: int = quiz.number  # type: ignore[attr-defined]
        return number

    def remarks(self, record: Publication) -> list[EditorHint]:
        """Of the quiz, its questions, what is said at the end, and where it leads."""
        return quiz_hints(prefetch_quiz_parts(Quiz.objects.filter(pk=record.pk)).get(), timezone.now())

    def get_urls(self) -> list[Any]:
        """Its figures, and the quiz as a file."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/figures/", wrap(statistics_views.figures), name="quizzes-statistics"),
            path("<int:pk>/figures.csv", wrap(statistics_views.figures_csv), name="quizzes-statistics-csv"),
            path("<int:pk>/export/<slug:form>/", wrap(export), name="quizzes-export"),
        ]
        return [*own, *super().get_urls()]


@role_permission_required("quizzes.view_quiz")
@require_safe
def export(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """A quiz as a file: JSON holds everything, GIFT its questions as far as it can."""
    if form not in dict(FORMATS):
        raise Http404
    quiz = find_quiz(get_object_or_404(Quiz, pk=pk).slug)
    if quiz is None:
        raise Http404
    return import_export_views.quiz_file(quiz, form)
