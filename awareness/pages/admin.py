"""Admin of fixed pages, partners and contact points."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from awareness.pages.forms import SectionForm, SectionFormSet
from awareness.pages.models import ContactPoint, FixedPage, PageName, PageSection, Partner
from awareness.publishing.admin_base import PartInline, PublicationAdmin, PublishingAdmin
from awareness.publishing.editor_hints import EditorHint, record_hints, rich_text_hints, translation_hints
from awareness.publishing.forms import PlacedForm
from awareness.publishing.list_filters import CheckedFilter
from awareness.publishing.models import Publication
from awareness.publishing.preview_admin import PreviewAdmin


class SectionInline(PartInline):
    model = PageSection
    form = SectionForm
    formset = SectionFormSet
    extra = 0
    max_num = 40
    fields = (("kind", "order"), "title", "text", "slug")
    rich_text = ("text",)


@admin.register(FixedPage)
class FixedPageAdmin(PublicationAdmin):
    """Fixed pages are loaded with the seed content: they are neither added nor withdrawn nor deleted."""

    page = "{slug}/"
    list_display = ("title", "state", "checked_on", "changed_at")
    list_filter = (CheckedFilter,)
    fields = ("title", "summary", "heading", "lead", "keywords", "folds_sections", "checked_on")
    inlines = (SectionInline,)
    actions = ()

    def has_add_permission(self, request: HttpRequest, *args: Any, **kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page_path(self, record: Publication) -> str:
        """The home page has no path of its own."""
        return "" if record.slug == PageName.HOME else super().page_path(record)

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Hints about the texts of the page and of its sections."""
        found = record_hints(record)
        for section in PageSection.objects.filter(page_id=record.pk):
            for hint in (*translation_hints(section), *rich_text_hints(section, ("text",), above=2)):
                found.append(EditorHint(f"{section.title}, {hint.where}", hint.what))
        return found


@admin.register(Partner)
class PartnerAdmin(PreviewAdmin, PublishingAdmin):
    page = "partners/"
    form = PlacedForm
    list_display = ("name", "role", "since", "until", "order")
    list_filter = ("role",)
    # A short table.
    search_fields = ("name_sr", "name_en")
    in_global_search = True
    fields = ("name", "role", "since", "until", "note", "url", "order")


@admin.register(ContactPoint)
class ContactPointAdmin(PreviewAdmin, PublishingAdmin):
    page = "contact/"
    form = PlacedForm
    list_display = ("value", "unit", "kind", "order", "active")
    list_filter = ("unit", "kind")
    fields = ("unit", "kind", "value", "label", "order", "active")
