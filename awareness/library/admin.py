"""Admin of resources, with their files as inlines, whose uploads are streamed to the library's folder."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final, cast
from uuid import UUID

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from awareness.library import import_export_views
from awareness.library.editor_hints import resource_hints
from awareness.library.forms import FileForm, FileFormSet, ResourceForm
from awareness.library.models import MAX_FILE_BYTES, Resource, ResourceFile
from awareness.library.services import RICH_TEXTS, add_file, delete_resource, remove_file
from awareness.library.storage import delete_file, new_file
from awareness.publishing.admin_base import (
    PUBLICATION_FIELDSET,
    PartInline,
    PublicationAdmin,
    current_editor,
)
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.forms import OptionalChoiceInput
from awareness.publishing.list_filters import CheckedFilter, PublicationStateFilter
from awareness.publishing.models import Publication
from awareness.publishing.services import save_record
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.files.file_store import FileWriter, StoredFile
from clicksafely.common.files.upload_handlers import DiskUploadHandler
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.staff.home import register_recent_kind
from clicksafely.common.staff.jobs import register_audited_jobs
from clicksafely.common.staff.lists import CappedPaginator

TOO_BIG = _("This file is larger than 512 MB. Split it, or save it with lower picture or sound quality.")

# Half of the proxy's body limit, so the form can report an oversized upload before the proxy rejects it.
MAX_TOTAL_BYTES: Final = 2 * MAX_FILE_BYTES
TOO_MUCH = _(
    "Together these files are larger than 1 GB, so none was saved. Upload some of them now and the others later."
)


class LibraryUploadHandler(DiskUploadHandler):
    """Stores uploads in the library's folder."""

    too_big = TOO_BIG
    together = MAX_TOTAL_BYTES
    too_much = TOO_MUCH

    def begin(self) -> FileWriter:
        """Return a writer for any file of the form."""
        return new_file()

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Return the ids that belong to stored resource files."""
        return set(ResourceFile.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))

    def discard(self, stored: StoredFile) -> None:
        """Erase a file and its preview."""
        delete_file(stored)


class FileInline(PartInline):
    model = ResourceFile
    form = FileForm
    formset = FileFormSet
    extra = 1
    max_num = 20
    classes = ("stored-files",)
    # The styles hide `upload` for stored files and `about` for new ones.
    fields = ("upload", "about", "language", "label", "order")
    readonly_fields = ("about",)

    @admin.display(description=_("file"))
    def about(self, file: ResourceFile) -> str:
        """Return a link to the stored file with its type and size."""
        if file.pk is None:
            return "–"
        page = f"{SERBIAN}/resources/{file.resource.slug}/files/{file.pk}/"
        address = reverse("admin:library_resource_preview", args=[file.resource_id, page])
        kind = file.name.rpartition(".")[2].upper()
        return format_html(
            '<a href="{}" translate="no">{}</a> · {} · {}', address, file.name, kind, filesizeformat(file.size)
        )


register_recent_kind(ResourceFile, "library.view_resource")
register_audited_jobs({"resources.imported": ("library.view_resource", "library_resource_changelist")})


@admin.register(Resource)
class ResourceAdmin(TopicsMixin, PublicationAdmin):
    page = "resources/{slug}/"
    form = ResourceForm
    inlines = (FileInline,)
    rich_text = RICH_TEXTS
    # The public page shows the description directly below its `h1`.
    levels_of: ClassVar[Mapping[str, tuple[int, ...]]] = {"description": (2, 3)}
    list_display = ("title", "kind", "state", "published_at", "withdrawn_at", "checked_on", "downloads")
    list_filter = (PublicationStateFilter, CheckedFilter, "kind", "language", "licence", "topics")
    ordering = ("-id",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    autocomplete_fields = ("replaces", "parts", "quiz")
    fieldsets = (
        (None, {"fields": ("title", "summary", ("kind", "language"), "other_languages")}),
        TOPICS_FIELDSET,
        (_("Intended for"), {"fields": ("audiences", "ages", "levels"), "classes": ("collapse",)}),
        (_("Licence"), {"fields": ("licence", "creator", "creator_en", "publisher", "publisher_en")}),
        PUBLICATION_FIELDSET,
        (_("Texts"), {"fields": ("description", "use_in_class", "teaches", "keywords"), "classes": ("collapse",)}),
        (
            _("More details"),
            {
                "fields": ("minutes", "features", "version", "replaces", "is_based_on", "parts", "quiz"),
                "classes": ("collapse",),
            },
        ),
        (_("Approval"), {"fields": ("approval_note", "checked_on"), "classes": ("collapse",)}),
    )

    @admin.display(description=_("downloads"), ordering="-uses")
    def downloads(self, resource: Resource) -> int:
        """Return the downloads of all files, as of the last hourly count."""
        return resource.uses

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Return the hints for the resource and its files."""
        return resource_hints(Resource.objects.prefetch_related("files").get(pk=record.pk))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Label the empty options of `replaces` and `quiz`."""
        if db_field.name in {"replaces", "quiz"}:
            kwargs["widget"] = OptionalChoiceInput(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Ask for uploaded files again if the form is invalid."""
        if request.method == "POST":
            for formset in context["inline_admin_formsets"]:
                for form in formset.formset.extra_forms:
                    form.ask_again()
        return super().render_change_form(request, context, *args, **kwargs)

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler:
        """Return a handler that streams uploads to disk."""
        return LibraryUploadHandler(request)

    def get_urls(self) -> list[Any]:
        """Add the import and export pages."""
        own = [
            path("export/", import_export_views.export, name="library-export"),
            path("import/", import_export_views.ImportResources.as_view(), name="library-import"),
        ]
        return [*own, *super().get_urls()]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        actor, now = current_editor(request), timezone.now()
        for file in formset.deleted_objects:
            remove_file(file=file, actor=actor, now=now)
        for file, _changed in formset.changed_objects:
            save_record(record=file, actor=actor, now=now)
        for each in formset.extra_forms:
            if each.has_changed() and each not in formset.deleted_forms and each.checked:
                add_file(
                    resource=form.instance,
                    checked=each.checked,
                    labels={code: each.cleaned_data.get(f"label_{code}") or "" for code in ("sr", "en")},
                    language=each.cleaned_data.get("language") or "",
                    order=each.cleaned_data.get("order") or 0,
                    actor=actor,
                    now=now,
                )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        delete_resource(record=cast(Resource, obj), actor=current_editor(request), now=timezone.now())
