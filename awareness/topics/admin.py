"""Admin pages of help lines, picture removal services and topics."""

from django import forms
from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.publishing.admin_base import (
    EXPORT_CONTENT_LISTS,
    PUBLICATION_FIELDSET,
    PartInline,
    PublicationAdmin,
    PublishingAdmin,
)
from awareness.publishing.audiences import Reader
from awareness.publishing.editor_hints import EditorHint, record_hints, rich_text_hints, translation_hints
from awareness.publishing.forms import PlacedForm, PublicationForm
from awareness.publishing.list_filters import CheckedFilter, PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.publishing.preview_admin import PreviewAdmin
from awareness.topics.admin_mixins import TopicsMixin
from awareness.topics.models import HelpLine, RemovalService, Topic, TopicAnswer
from clicksafely.common.report_registry import report_categories
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.slug_forms import SlugForm


def _report_categories() -> list[tuple[str, str | Promise]]:
    return [
        ("", _("None: the reader chooses")),
        *((category.code, category.title) for category in report_categories().values()),
    ]


class PlacedSlugForm(PlacedForm, SlugForm):
    pass


@admin.register(HelpLine)
class HelpLineAdmin(PreviewAdmin, PublishingAdmin):
    page = "help/"
    form = PlacedSlugForm
    list_display = ("phone", "title", "free", "around_the_clock", "hours", "crisis", "checked_on", "order", "active")
    list_display_links = ("phone", "title")
    list_filter = (CheckedFilter,)
    fields = (
        "title",
        "description",
        "phone",
        "free",
        "around_the_clock",
        "hours",
        "crisis",
        "source",
        "checked_on",
        "url",
        "order",
        "active",
        "slug",
    )


@admin.register(RemovalService)
class RemovalServiceAdmin(PreviewAdmin, PublishingAdmin):
    page = "help/"
    form = PlacedSlugForm
    list_display = ("title", "url", "checked_on", "order", "active")
    list_filter = (CheckedFilter,)
    fields = ("title", "description", "url", "checked_on", "order", "active", "slug")


class TopicForm(PlacedForm, PublicationForm):
    report_category = forms.ChoiceField(label=_("Category of a report"), choices=_report_categories, required=False)


class AnswerInline(PartInline):
    model = TopicAnswer
    extra = 0
    max_num = len(Reader)
    fields = ("audience", "title", "lead", "body")
    rich_text = ("body",)


@admin.register(Topic)
class TopicAdmin(ExportMixin, TopicsMixin, PublicationAdmin):
    export_permission = EXPORT_CONTENT_LISTS
    export_columns = ("title", "state", "order", "published_at", "withdrawn_at", "changed_at")
    form = TopicForm
    page = "topics/{slug}/"
    list_display = (
        "title",
        "state",
        "order",
        "published_at",
        "withdrawn_at",
        "checked_on",
        "law_left_out",
        "changed_at",
    )
    list_filter = (PublicationStateFilter, CheckedFilter)
    fieldsets = (
        (None, {"fields": ("title", "summary", "do_now")}),
        (
            _("Law, sources and approval"),
            {
                "fields": ("law", "sources", "approval_note", "needs_approval", "checked_on"),
                "classes": ("collapse",),
            },
        ),
        (
            _("Search and reports"),
            {"fields": ("keywords", "report_category", "removal_services", "order"), "classes": ("collapse",)},
        ),
        PUBLICATION_FIELDSET,
    )
    inlines = (AnswerInline,)
    rich_text = ("do_now", "law", "sources")

    @admin.display(description=_("law awaits the check"))
    def law_left_out(self, topic: Topic) -> str:
        """Yes if visitors do not see the box on the law, because it was not checked."""
        return str(_("Yes")) if topic.has_unchecked_law else ""

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Hints about the topic's texts, its answers, and readers without an answer. An answer for all ages is one for each age."""
        found = record_hints(record, rich_text=self.rich_text)
        if isinstance(record, Topic) and record.has_unchecked_law:
            what = _("The public page leaves this box out until the day of the check is entered.")
            found.append(EditorHint(str(_("what the law says")), str(what)))
        answered = set()
        for answer in TopicAnswer.objects.filter(topic_id=record.pk):
            name = answer.get_audience_display()
            answered.add(answer.audience)
            for hint in (*translation_hints(answer), *rich_text_hints(answer, ("body",), above=2)):
                found.append(EditorHint(f"{name}, {hint.where}", hint.what))
        for_all_ages = (
            [Reader.CHILDREN] if Reader.CHILDREN in answered else [Reader.YOUNGEST, Reader.MIDDLE, Reader.OLDEST]
        )
        missing = [reader for reader in (*for_all_ages, Reader.PARENTS, Reader.EDUCATORS) if reader not in answered]
        return [*found, *(EditorHint(str(reader.label), str(_("There is no answer yet."))) for reader in missing)]
