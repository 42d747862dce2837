"""The base every admin page of public records stands on."""

from contextlib import AbstractContextManager, nullcontext
from itertools import zip_longest
from typing import Any, ClassVar, NamedTuple, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.forms import PublicationForm
from awareness.publishing.models import Publication, PublicationState, Version
from awareness.publishing.services import delete_record, restore_version, save_record
from awareness.publishing.shortcuts import PREVIEW_PARAMETER
from awareness.publishing.versions import as_lines, differences, versions_of
from clicksafely.common.files.upload_handlers import DiskUploadHandler, receive_uploads
from clicksafely.common.i18n.language import LANGUAGES, Language
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.staff.lists import StaffModelAdmin
from clicksafely.common.staff.rich_text_fields import RichTextMixin


def current_editor(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class PublishingAdmin(StaffModelAdmin, TranslationAdmin[Any]):
    """Saves and deletes through the services, so that pages notice and the audit knows. The files of its forms may be large."""

    has_history = True

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler | None:
        """What takes in the files of the form; None where the site's own does, in memory."""
        return None

    # The upload handler is set before the form is read. Django's own `changeform_view` checks the token afterwards.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; files go to `upload_handler`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; files go to `upload_handler`."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().change_view(request, object_id, form_url, extra_context)

    def _receiving(self, request: HttpRequest) -> AbstractContextManager[None]:
        handler = self.upload_handler(request)
        return receive_uploads(request, handler) if handler else nullcontext()

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        save_record(record=obj, actor=current_editor(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        delete_record(record=obj, actor=current_editor(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            delete_record(record=record, actor=current_editor(request), now=timezone.now())


SHOWN_VERSIONS = 50
PUBLICATION_FIELDSET: Any = (gettext_lazy("Publication"), {"fields": (("published_at", "withdrawn_at"), "slug")})


class PartInline(RichTextMixin, RolePermissionsMixin, TranslationStackedInline[Any, Any]):
    """A part of a publication, on its form."""


class PublicationStateFilter(admin.SimpleListFilter):
    """By what everybody finds at this moment."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(PublicationState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        match self.value():
            case PublicationState.DRAFT:
                return queryset.filter(published_at=None)
            case PublicationState.SCHEDULED:
                return queryset.filter(published_at__gt=now)
            case PublicationState.PUBLISHED:
                return queryset.visible(now)  # type: ignore[attr-defined, no-any-return]
            case PublicationState.WITHDRAWN:
                return queryset.filter(withdrawn_at__lte=now)
        return queryset


class ConflictingField(NamedTuple):
    """A field of which two editors wrote different things, as lines of plain text."""

    label: str
    theirs: list[str]
    mine: list[str]


class PublicationAdmin(RichTextMixin, PublishingAdmin):
    """Everything of a publication on one form. `page` is the path of its public page behind the language, with a place for the slug."""

    form = PublicationForm
    page: ClassVar[str]
    change_form_template = "staff/publishing/change_form.html"
    list_filter: ClassVar[Any] = (PublicationStateFilter,)
    list_display: Any = ("title", "state", "published_at", "withdrawn_at", "changed_at")
    search_fields: ClassVar[Any] = ("title_sr", "title_en", "slug")
    save_on_top = True

    @admin.display(description=gettext_lazy("state"))
    def state(self, record: Publication) -> str:
        """What everybody finds now."""
        return str(record.state_at(timezone.now()).label)

    def remarks(self, record: Publication) -> list[EditorHint]:
        """What should be mended; each kind of page knows its own."""
        return []

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Nothing yet: the record is saved together with its parts."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The record, then its parts, in one version."""
        save_record(
            record=form.instance,
            actor=current_editor(request),
            now=timezone.now(),
            opened=form.cleaned_data.get("opened") if change else None,
            parts=lambda: super(PublicationAdmin, self).save_related(request, form, formsets, change),
        )

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """As Django does, with the remarks."""
        self._tell_remarks(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """As Django does, with the remarks."""
        self._tell_remarks(request, obj)
        return super().response_change(request, obj)

    def _tell_remarks(self, request: HttpRequest, record: Publication) -> None:
        if "_continue" not in request.POST:
            for remark in self.remarks(record):
                messages.warning(request, str(remark))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With previews, remarks, and the other text where somebody else saved in between."""
        form, record = context["adminform"].form, kwargs.get("obj") or context.get("original")
        if record is not None:
            stored = type(record)._default_manager.filter(pk=record.pk).first() or record
            latest = versions_of(stored).first()
            context |= {
                "opened": stored.revision,
                "previews": self.previews(stored),
                "state": stored.state_at(timezone.now()),
                "remarks": self.remarks(stored),
                "latest": latest,
            }
            if getattr(form, "changed_meanwhile", False):
                context["beside"] = conflicting_fields(form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    def previews(self, record: Publication) -> list[tuple[Language, str]]:
        """Its page in every language, with its address. Published or not, whoever has the address sees it."""
        query = urlencode({PREVIEW_PARAMETER: record.preview_key})
        base = settings.SITE_URL.rstrip("/")
        path = self.page.format(slug=record.slug)
        return [(language, f"{base}/{code}/{path}?{query}") for code, language in LANGUAGES.items()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version with what it changed; sent with a version, that text is brought back."""
        record = self.get_object(request, object_id)
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        kept = list(versions_of(record)[: SHOWN_VERSIONS + 1])
        chosen = request.POST.get("version", "")
        version = next((version for version in kept if str(version.revision) == chosen), None)
        if version is not None:
            return self._bring_back(request, record, version)
        # The oldest of all is compared with nothing.
        pairs: list[tuple[Version, Version | None]] = list(zip_longest(kept, kept[1:]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions"),
            "subtitle": record,
            "opts": self.opts,
            "original": record,
            "entries": [
                (version, differences(type(record), before.content if before else {}, version.content))
                for version, before in pairs[:SHOWN_VERSIONS]
            ],
            "can_change": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, "staff/publishing/history.html", context)

    def _bring_back(self, request: HttpRequest, record: Publication, version: Version) -> HttpResponse:
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        try:
            with transaction.atomic():
                restore_version(record=record, version=version, actor=current_editor(request), now=timezone.now())
        except ValidationError as error:
            messages.error(
                request,
                _("Version %(number)d cannot be brought back while the page is published: %(reason)s")
                % {"number": version.revision, "reason": " ".join(error.messages)},
            )
            return HttpResponseRedirect("../history/")
        messages.success(request, _("The text of version %(number)d is back.") % {"number": version.revision})
        return HttpResponseRedirect("../change/")


def conflicting_fields(form: forms.ModelForm, inline_formsets: Any) -> list[ConflictingField]:  # type: ignore[type-arg]
    """What the form says where the stored record says something else, the parts included."""
    found = list(_different(form, ""))
    for formset in inline_formsets:
        for part in formset.formset.forms:
            found += _different(part, f"{formset.opts.verbose_name}: {part.instance}, ")
    return found


def _different(form: Any, prefix: str) -> list[ConflictingField]:
    found = []
    for name in form.changed_data:
        field = form[name]
        theirs, mine = (as_lines(_as_chosen(field.field, value)) for value in (form.initial.get(name), field.value()))
        if name != "opened" and theirs != mine:
            found.append(ConflictingField(f"{prefix}{field.label}", theirs, mine))
    return found


def _as_chosen(field: Any, value: Any) -> Any:
    """The words of what was chosen: a form holds keys."""
    several = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ModelChoiceField):
        keys = {str(getattr(each, "pk", each)) for each in several}
        return [str(row) for row in cast(Any, field.queryset).filter(pk__in=[key for key in keys if key.isdigit()])]
    if isinstance(field, forms.ChoiceField):
        chosen = {str(each) for each in several}
        choices: Any = flatten_choices(cast(Any, field.choices))
        return [label for key, label in choices if key and str(key) in chosen]
    return value
