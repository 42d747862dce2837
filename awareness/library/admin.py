"""The editors' desk of the library: a resource with its files on one form."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from modeltranslation.admin import TranslationStackedInline

from awareness.library import exchange_views
from awareness.library.checking import remarks
from awareness.library.forms import FileForm, FileFormSet, ResourceForm
from awareness.library.models import Resource, ResourceFile
from awareness.library.receiving import receiving
from awareness.library.services import add_file, publish_resource, remove_file, withdraw_resource
from awareness.topics.admin import PublishingAdmin
from awareness.topics.services import publish_record
from clicksafely.common.language import LANGUAGES, SERBIAN
from clicksafely.common.lists import CappedPaginator, HeadedAdmin


def _editor(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


# One below the other: the fields of a table have no labels.
class FileInline(TranslationStackedInline):  # type: ignore[type-arg]
    model = ResourceFile
    form = FileForm
    formset = FileFormSet
    extra = 1
    max_num = 20
    fields = ("upload", "about", "label", "order")
    readonly_fields = ("about",)

    @admin.display(description=_("file"))
    def about(self, file: ResourceFile) -> str:
        """What it was found to be."""
        if file.pk is None:
            return "–"
        address = _address(file.resource, SERBIAN, f"files/{file.pk}/")
        return format_html(
            '<a href="{}">{}</a> · {} · {}', address, file.name, file.media_type, filesizeformat(file.size)
        )


@admin.register(Resource)
class ResourceAdmin(PublishingAdmin, HeadedAdmin):
    form = ResourceForm
    inlines = [FileInline]
    list_display = ("title", "kind", "language", "licence", "state", "downloads")
    list_filter = ("kind", "language", "licence", "topics")
    search_fields = ("title_sr", "title_en", "slug")
    ordering = ("-id",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    readonly_fields = ("state", "links")
    autocomplete_fields = ("replaces", "parts")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "summary", "topics", "kind", "language", "audiences", "ages", "levels")}),
        (
            _("Licence and publication"),
            {"fields": ("licence", "creator", "publisher", "published_at", "withdrawn_at", "state", "links", "opened")},
        ),
        (_("Texts"), {"fields": ("description", "use_in_class", "teaches", "keywords")}),
        (
            _("More about it"),
            {
                "fields": ("minutes", "features", "version", "replaces", "is_based_on", "parts"),
                "classes": ("collapse",),
            },
        ),
    )

    @admin.display(description=_("state"))
    def state(self, resource: Resource) -> str:
        """What everybody finds now."""
        return str(resource.state_at(timezone.now()).label)

    @admin.display(description=_("downloads"), ordering="-uses")
    def downloads(self, resource: Resource) -> int:
        """Of all its files, at the last count."""
        return resource.uses

    @admin.display(description=_("look at it"))
    def links(self, resource: Resource) -> SafeString | str:
        """The page in each language, also before it is published."""
        if resource.pk is None:
            return "–"
        return format_html_join(" · ", '<a href="{}" target="_blank" translate="no">{}</a>', _pages(resource))

    # The token is in the body: the admin asks for it when it is clear who sends, and where the files go.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; sent, its files go to the disk as they arrive."""
        with receiving(request):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same for one that is there."""
        with receiving(request):
            return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[Any]:
        """Import and export beside the admin's own pages."""
        own = [
            path("export/", self.admin_site.admin_view(exchange_views.export), name="library-export"),
            path("import/", self.admin_site.admin_view(exchange_views.import_), name="library-import"),
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        publish_resource(
            record=cast(Resource, obj),
            topics=form.cleaned_data["topics"],
            parts=form.cleaned_data["parts"],
            actor=_editor(request),
            now=timezone.now(),
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        actor, now = _editor(request), timezone.now()
        for file in formset.deleted_objects:
            remove_file(file=file, actor=actor, now=now)
        for file, _changed in formset.changed_objects:
            publish_record(record=file, actor=actor, now=now)
        for each in formset.extra_forms:
            if each.has_changed() and each not in formset.deleted_forms and each.checked:
                add_file(
                    resource=form.instance,
                    checked=each.checked,
                    labels={code: each.cleaned_data.get(f"label_{code}") or "" for code in ("sr", "en")},
                    order=each.cleaned_data.get("order") or 0,
                    actor=actor,
                    now=now,
                )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for remark in remarks(form.instance):
            messages.warning(request, str(remark))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        withdraw_resource(record=cast(Resource, obj), actor=_editor(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            withdraw_resource(record=record, actor=_editor(request), now=timezone.now())


def _address(resource: Resource, language: str, rest: str = "") -> str:
    """A page of the public site, with the key of its preview. A staff door has no such addresses, so they are not looked up."""
    site = settings.SITE_URL.rstrip("/") if settings.PORTAL == "staff" else ""
    return f"{site}/{language}/resources/{resource.slug}/{rest}?preview={resource.preview_key}"


def _pages(resource: Resource) -> list[tuple[str, str]]:
    return [(_address(resource, code), language.label) for code, language in LANGUAGES.items()]
