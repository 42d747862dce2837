"""Admin of quizzes: questions in order, closing texts and next steps."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.forms import CheckboxSelectMultiple, ModelForm, TypedChoiceField
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.publishing.admin_base import (
    EXPORT_CONTENT_LISTS,
    PUBLICATION_FIELDSET,
    PartInline,
    PublicationAdmin,
)
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.forms import PageField, PageFormSet
from awareness.publishing.list_filters import CheckedFilter, PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.publishing.next_steps import NextKind
from awareness.quizzes.admin import quiz_views
from awareness.quizzes.admin.builder import EntryInline, new_question
from awareness.quizzes.admin.editor_hints import quiz_hints
from awareness.quizzes.models import NextStep, Quiz, QuizEntry, ResultText
from awareness.quizzes.selectors import prefetch_quiz_parts
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.lists import FOLDED_INLINE, CappedPaginator

# Limits for one lesson and one admin page.
MAX_CLOSINGS = 8
MAX_NEXT_STEPS = 5
# Percent between the scores from which a closing text can be shown.
SCORE_STEP = 5


class ClosingForm(ModelForm):  # type: ignore[type-arg]
    """A closing text; the score from which it is shown is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "from_percent" in self.fields:
            stored = {self.instance.from_percent} if self.instance.pk else set()
            scores = sorted({*range(0, 101, SCORE_STEP), *stored})
            # The select box has no empty choice: a new form with its first score and without a text is unchanged.
            if not self.instance.pk:
                self.initial["from_percent"] = scores[0]
            self.fields["from_percent"] = TypedChoiceField(
                label=gettext_lazy("From this score"), choices=[(score, f"{score} %") for score in scores], coerce=int
            )


class ClosingInline(PartInline):
    model = ResultText
    form = ClosingForm
    fieldsets = ((None, {"fields": ("from_percent", ("text_sr", "text_en"))}),)
    max_num = MAX_CLOSINGS

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Three empty forms for a new quiz."""
        return 0 if obj else 3


class NextStepForm(ModelForm):  # type: ignore[type-arg]
    page = PageField(label=pgettext_lazy("next step", "Page"))

    class Meta:
        model = NextStep
        fields = ("order",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind:
            self.initial["page"] = f"{self.instance.kind}:{self.instance.slug}"

    def clean(self) -> dict[str, Any]:
        """Set the kind and the slug of the chosen page."""
        data: dict[str, Any] = super().clean() or {}
        if "page" in data:
            self.instance.kind, _separator, self.instance.slug = data["page"].partition(":")
        return data


class NextStepFormSet(PageFormSet):
    page_kinds = NextKind.values


class NextStepInline(RolePermissionsMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = NextStep
    form = NextStepForm
    formset = NextStepFormSet
    template = FOLDED_INLINE
    fieldsets = ((None, {"fields": (("page", "order"),)}),)
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
    list_display = ("title", "level", "questions", "state", "published_at", "checked_on", "changed_at")
    list_filter = (PublicationStateFilter, CheckedFilter, "level", "topics")
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
                    ("level", "minutes", "needs_approval", "checked_on"),
                )
            },
        ),
        TOPICS_FIELDSET,
        PUBLICATION_FIELDSET,
    )

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Add the question that was written on its own page."""
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, EntryInline) and obj.pk and (question := new_question(request, obj)):
            found["initial"] = [{"question": question}]
        return found

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
