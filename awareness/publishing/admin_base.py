"""Base classes for the admin of public records, and the comparison of two editors' changes."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, ClassVar, Final, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from awareness.publishing.bulk_actions import PUBLISH_CHOSEN, UNPUBLISH_CHOSEN
from awareness.publishing.drafts import (
    PUBLISH_PERMISSION,
    CannotPublish,
    DraftExists,
    apply_draft,
    discard_draft,
    draft_faults,
    find_draft,
    opened_token,
    publish_record,
    restore_address_and_dates,
    restore_into_draft,
    save_draft,
    shown_draft,
    unpublish_record,
    write_draft_content,
)
from awareness.publishing.editor_hints import EditorHint, translation_hints
from awareness.publishing.forms import PUBLISH, SCHEDULE, PublicationForm
from awareness.publishing.list_filters import DraftFilter, PublicationStateFilter
from awareness.publishing.models import Draft, Publication, PublicationState, Version
from awareness.publishing.preview_admin import PreviewAdmin
from awareness.publishing.services import delete_record, lock_row, save_record
from awareness.publishing.versions import Content, as_lines, differences, newer_fields, serialize_record, versions_of
from clicksafely.common.exceptions import EditConflict
from clicksafely.common.files.upload_handlers import DiskUploadHandler, receive_uploads
from clicksafely.common.permissions import RolePermissionsMixin, has_role_permission
from clicksafely.common.staff.autosave import AutosaveMixin
from clicksafely.common.staff.lists import FOLDED_INLINE, FoldedSearchAdmin, StaffModelAdmin
from clicksafely.common.staff.rich_text_fields import RichTextMixin

EXPORT_CONTENT_LISTS: Final = "publishing.export_lists"


def current_editor(request: HttpRequest) -> AbstractBaseUser:
    """Return the signed-in user. The staff site requires a sign-in."""
    return cast(AbstractBaseUser, request.user)


def may_publish(request: HttpRequest) -> bool:
    """Return whether the roles of the user grant publishing."""
    return has_role_permission(request.user, PUBLISH_PERMISSION)


class PublishingAdmin(StaffModelAdmin, TranslationAdmin[Any]):
    """Saves and deletes through the services, which expire cached pages and write the audit log. Accepts large uploads."""

    has_history = True
    has_plain_name = True

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler | None:
        """Return the upload handler of the form; None for the default handler, which works in memory."""
        return None

    # The upload handler is set before the form is read. Django's own `changeform_view` checks the token afterwards.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show Django's add page, with uploads sent to `upload_handler`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show Django's change page, with uploads sent to `upload_handler`."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        with self._receiving(request):
            return super().change_view(request, object_id, form_url, extra_context)

    def editor_hints(self, record: Any) -> list[EditorHint]:
        """Return the hints shown after a record is saved."""
        return list(translation_hints(record))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Extend Django's response with the editor hints."""
        self._show_editor_hints(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Extend Django's response with the editor hints."""
        self._show_editor_hints(request, obj)
        return super().response_change(request, obj)

    def _show_editor_hints(self, request: HttpRequest, record: Any) -> None:
        if "_continue" not in request.POST:
            for hint in self.editor_hints(record):
                messages.warning(request, str(hint))

    def _receiving(self, request: HttpRequest) -> AbstractContextManager[None]:
        handler = self.upload_handler(request)
        return receive_uploads(request, handler) if handler else nullcontext()

    def is_publishing(self, action: str, obj: Any) -> bool:
        """Return whether adding, changing or deleting `obj` changes a public page at once. `obj` is None in lists."""
        return True

    def has_add_permission(self, request: HttpRequest, *args: Any, **kwargs: Any) -> bool:
        return super().has_add_permission(request, *args, **kwargs) and self._is_allowed(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_allowed(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_allowed(request, "delete", obj)

    def _is_allowed(self, request: HttpRequest, action: str, obj: Any) -> bool:
        return may_publish(request) or not self.is_publishing(action, obj)

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        save_record(record=obj, actor=current_editor(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        delete_record(record=obj, actor=current_editor(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            if not self.has_delete_permission(request, record):
                raise PermissionDenied
            self.delete_model(request, record)


SHOWN_VERSIONS = 50
PUBLICATION_FIELDSET: Any = (
    gettext_lazy("Publication"),
    {"fields": ("published_at", "withdrawn_at", "slug"), "classes": ("collapse",)},
)


class PartInline(RichTextMixin, RolePermissionsMixin, TranslationStackedInline[Any, Any]):
    """Inline of a publication's parts."""

    template = FOLDED_INLINE


@dataclass
class DraftEdit:
    """A request that shows or saves the draft of `live`, the record as the public sees it. `draft` is the stored draft.

    `content` is the draft to be stored, to be published at `publish_at`.
    """

    live: Publication
    draft: Draft | None
    content: Content | None = None
    publish_at: datetime | None = None
    is_published: bool = False


def _edit_of(request: HttpRequest) -> DraftEdit | None:
    return cast(DraftEdit | None, getattr(request, "draft_edit", None))


# Fields of a form that only editors with the permission to publish may send.
PUBLISHING_INPUTS = frozenset(
    {
        PUBLISH,
        SCHEDULE,
        *(f"{field}{part}" for field in ("publish_at", "published_at", "withdrawn_at") for part in ("", "_0", "_1")),
    }
)


class PublicationAdmin(RichTextMixin, AutosaveMixin, PreviewAdmin, PublishingAdmin, FoldedSearchAdmin):
    """Admin of a publication with its parts.

    The table of the model has a column `folded` with title and address.
    """

    in_global_search = True
    form = PublicationForm
    change_form_template = "staff/publishing/change_form.html"
    list_filter: ClassVar[Any] = (PublicationStateFilter,)
    list_display: Any = ("title", "state", "published_at", "withdrawn_at", "changed_at")
    search_fields: ClassVar[Any] = ("title_sr", "title_en", "slug")
    actions: Any = (PUBLISH_CHOSEN, UNPUBLISH_CHOSEN)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may publish and unpublish the chosen records."""
        return may_publish(request) and self.has_change_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Add `has_draft` for the list."""
        drafts = Draft.objects.filter(kind=self.model._meta.label_lower, object_id=OuterRef("pk"))
        rows: QuerySet[Any] = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(has_draft=Exists(drafts))
        return found

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Add the filter by drafts."""
        return (*super().get_list_filter(request), DraftFilter)

    @admin.display(description=gettext_lazy("state"))
    def state(self, record: Publication) -> str:
        """Return the current publication state, and whether the published text has a draft."""
        label = str(record.state_at(timezone.now()).label)
        return _("%(state)s, with a draft") % {"state": label} if getattr(record, "has_draft", False) else label

    def is_publishing(self, action: str, obj: Any) -> bool:
        """Return whether a published record is deleted. Other changes are drafts until they are published."""
        return action == "delete" and obj is not None and obj.published_at is not None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make the dates read-only for editors who may not publish."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if may_publish(request) else (*fields, "published_at", "withdrawn_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class, which knows the pressed button and whether it edits a draft."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        edit = _edit_of(request)
        form.is_beside = edit is not None
        form.is_public = edit is not None and edit.live.state_at(timezone.now()) == PublicationState.PUBLISHED
        form.button = next((name for name in (PUBLISH, SCHEDULE) if name in request.POST), "")
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the record; while its draft is shown, with the address and dates of the draft."""
        record = super().get_object(request, object_id, from_field)
        edit = _edit_of(request)
        if record is not None and edit is not None and edit.draft is not None:
            restore_address_and_dates(record, edit.draft.content)
        return record

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show and save a record that was never published, or the draft of another one.

        The draft is written to the rows of its record, shown or changed there, and rolled back.
        """
        with transaction.atomic():
            live = self._find_live(request, unquote(object_id))
            if live is None:
                return super().change_view(request, object_id, form_url, extra_context)
            edit = DraftEdit(live, find_draft(live))
            request.draft_edit = edit  # type: ignore[attr-defined]
            with transaction.atomic():
                if edit.draft is not None:
                    apply_draft(record=copy(live), content=edit.draft.content, now=timezone.now())
                response = super().change_view(request, object_id, form_url, extra_context)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
                if not edit.is_published:
                    transaction.set_rollback(True)
            if edit.content is not None:
                save_draft(
                    record=live,
                    content=edit.content,
                    actor=current_editor(request),
                    now=timezone.now(),
                    publish_at=edit.publish_at,
                )
                self.forget_unsaved(request, live.pk)
        return response

    def _find_live(self, request: HttpRequest, object_id: str) -> Publication | None:
        """Return the record if its text is edited in a draft. A POST request locks it until its end."""
        record: Publication | None = self.get_object(request, object_id)
        if record is None or (record.published_at is None and find_draft(record) is None):
            return None
        if request.method == "POST":
            return lock_row(type(record), record.pk)
        return type(record)._default_manager.filter(pk=record.pk).first()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Refuse forged buttons and dates of editors who may not publish."""
        if not may_publish(request) and not PUBLISHING_INPUTS.isdisjoint(request.POST):
            raise PermissionDenied
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CannotPublish as refusal:
            # The forms have checked all they contain; a part that another editor has just added is not in them.
            for fault in refusal.faults:
                messages.error(request, str(fault))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Do nothing. `save_related` saves the record together with its parts."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the record with its parts in one version, or write its draft, which `change_view` stores."""

        def save_parts() -> None:
            super(PublicationAdmin, self).save_related(request, form, formsets, change)

        edit, actor, now = _edit_of(request), current_editor(request), timezone.now()
        is_later = form.button == SCHEDULE and form.is_public
        if edit is not None and (is_later or not form.button):
            edit.content = write_draft_content(record=form.instance, save_parts=save_parts)
            edit.publish_at = form.cleaned_data["publish_at"] if is_later else None
        elif form.is_publishing():
            publish_record(record=form.instance, actor=actor, now=now, parts=save_parts)
            if edit is not None:
                edit.is_published = True
        else:
            save_record(record=form.instance, actor=actor, now=now, parts=save_parts)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Show the form again after a draft was saved; otherwise as for other records."""
        edit = _edit_of(request)
        if edit is not None and edit.content is not None:
            if edit.publish_at is not None:
                messages.success(request, _("The draft has been saved and scheduled."))
            elif edit.draft is not None and edit.draft.publish_at is not None:
                messages.warning(request, _("The draft has been saved. It is no longer scheduled: schedule it again."))
            else:
                messages.success(request, _("The draft has been saved. The public page has not changed."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_change(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the publication state, previews, editor hints, and the conflicting text after an edit conflict."""
        form, record = context["adminform"].form, kwargs.get("obj") or context.get("original")
        context["may_publish"] = may_publish(request)
        if record is not None:
            edit, now = _edit_of(request), timezone.now()
            # While a draft is shown, the rows of the record contain it.
            shown = type(record)._default_manager.filter(pk=record.pk).first() or record
            live, draft = (edit.live, edit.draft) if edit else (shown, None)
            context |= {
                "opened": opened_token(live),
                "previews": self.previews(live),
                "live": live,
                "state": live.state_at(now),
                "states": PublicationState,
                "is_beside": edit is not None,
                "draft": draft,
                "is_stale": draft is not None and draft.based_on != live.revision,
                "draft_faults": draft_faults(draft, live) if draft is not None and draft.refused_at else [],
                "editor_hints": self.editor_hints(shown),
                "latest": draft or versions_of(live).first(),
            }
            if getattr(form, "changed_meanwhile", False):
                context["conflicts"] = conflicting_fields(form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Add the pages of drafts."""
        names = {"compare": self.compare, "discard": self.discard, "unpublish": self.unpublish}
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for name, view in names.items()
        ]
        return [*own, *super().get_urls()]

    def preview_unsaved(self, request: HttpRequest, object_id: int | None = None) -> HttpResponseBase:
        """Show the public page with the form. An invalid form of a stored record shows the draft."""
        if object_id is None:
            return super().preview_unsaved(request)
        record, draft = self._find_with_draft(request, str(object_id))
        request.draft_edit = DraftEdit(copy(record), draft)  # type: ignore[attr-defined]
        with shown_draft(record):
            return self.show_submitted(request, record)

    def write_submitted(self, request: HttpRequest, record: Any) -> Any:
        """Write the form to the rows of `record`, or to new ones, as a draft."""
        is_stored = record is not None
        shown = type(record)._default_manager.get(pk=record.pk) if is_stored else None
        form_class = self.get_form(request, shown, change=is_stored)
        form_class.is_preview, form_class.is_beside, form_class.button = True, True, ""
        form = form_class(request.POST, instance=shown)
        formsets, _instances = self._create_formsets(request, form.instance, change=is_stored)  # type: ignore[attr-defined]
        if not (form.is_valid() and all_valid(formsets)):
            return None
        self.save_form(request, form, change=is_stored)
        if is_stored:
            form.instance.slug = record.slug

        def save_parts() -> None:
            super(PublicationAdmin, self).save_related(request, form, formsets, is_stored)

        write_draft_content(record=form.instance, save_parts=save_parts)
        return form.instance

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the differences between the published text and its draft."""
        record, draft = self._find_with_draft(request, object_id)
        if draft is None:
            raise Http404
        context = self._page_context(request, record, _("Draft and published text"))
        context |= {"draft": draft, "changes": differences(type(record), serialize_record(record), draft.content)}
        return TemplateResponse(request, "staff/publishing/compare.html", context)

    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for confirmation, then delete the draft."""
        record, draft = self._find_with_draft(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if draft is None:
            raise Http404
        if request.method == "POST" and self._acted(request, record, discard_draft):
            messages.success(request, _("The draft has been discarded. The public page has not changed."))
            return HttpResponseRedirect("../change/")
        context = self._page_context(request, record, _("Discard the draft?"))
        return TemplateResponse(request, "staff/publishing/discard.html", context | {"draft": draft})

    def unpublish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for confirmation, then withdraw the record or cancel its publication."""
        record, _draft = self._find_with_draft(request, object_id)
        if not (may_publish(request) and self.has_change_permission(request, record)):
            raise PermissionDenied
        if record.is_permanent:
            raise Http404
        state = record.state_at(timezone.now())
        if state not in {PublicationState.PUBLISHED, PublicationState.SCHEDULED}:
            raise Http404
        if request.method == "POST" and self._acted(request, record, unpublish_record):
            messages.success(request, _("The page is no longer public."))
            return HttpResponseRedirect("../change/")
        context = self._page_context(request, record, _("Withdraw the page?"))
        return TemplateResponse(request, "staff/publishing/unpublish.html", context)

    def _find_with_draft(self, request: HttpRequest, object_id: str) -> tuple[Publication, Draft | None]:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record, find_draft(record)

    def _acted(self, request: HttpRequest, record: Publication, service: Callable[..., None]) -> bool:
        """Call `service`. Return False, with a message, if the text is not the one that the editor confirmed."""
        opened, actor = request.POST.get("opened", ""), current_editor(request)
        try:
            service(record=record, opened=opened, actor=actor, now=timezone.now())
        except EditConflict:
            messages.error(request, _("Another editor saved this page in the meantime. Check it before you confirm."))
            return False
        return True

    def _page_context(self, request: HttpRequest, record: Publication, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": record,
            "opts": self.opts,
            "original": record,
            "opened": opened_token(record),
            "can_change": self.has_change_permission(request, record),
        }

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """List the versions with their changes. A POST request with a version restores it."""
        record, _draft = self._find_with_draft(request, object_id)
        versions = list(versions_of(record)[: SHOWN_VERSIONS + 1])
        for version in versions:
            if str(version.revision) == request.POST.get("version"):
                return self._bring_back(request, record, version)
        # The oldest version has no predecessor.
        pairs: list[tuple[Version, Version | None]] = list(zip_longest(versions, versions[1:]))
        context = self._page_context(request, record, _("Versions"))
        context["entries"] = [
            (version, differences(type(record), before.content if before else {}, version.content))
            for version, before in pairs[:SHOWN_VERSIONS]
        ]
        return TemplateResponse(request, "staff/publishing/history.html", context)

    def _bring_back(self, request: HttpRequest, record: Publication, version: Version) -> HttpResponse:
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        editor = current_editor(request)
        try:
            restored = restore_into_draft(record=record, version=version, actor=editor, now=timezone.now())
        except DraftExists:
            messages.error(request, _("This page has a draft. Publish or discard it before you restore a version."))
            return HttpResponseRedirect("../history/")
        words = _("The text of version %(number)d has been restored.")
        if restored is not None:
            words = _("The text of version %(number)d is now the draft. The public page has not changed.")
        facts = {"number": version.revision, "fields": ", ".join(newer_fields(record, version.content))}
        messages.success(request, words % facts)
        if facts["fields"]:
            words = _("Version %(number)d is older than these fields. Check them: %(fields)s.")
            messages.warning(request, words % facts)
        return HttpResponseRedirect("../change/")


class ConflictingField(NamedTuple):
    """A field that two editors changed differently, as lines of plain text."""

    label: str
    theirs: list[str]
    mine: list[str]


def conflicting_fields(form: forms.ModelForm, inline_formsets: Any) -> list[ConflictingField]:  # type: ignore[type-arg]
    """Return the fields, including those of parts, whose form values differ from the stored ones."""
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
        if name not in {"opened", "publish_at"} and theirs != mine:
            found.append(ConflictingField(f"{prefix}{field.label}", theirs, mine))
    return found


def _as_chosen(field: Any, value: Any) -> Any:
    """Return the labels of the chosen values, because a form contains keys."""
    several = value if isinstance(value, list | tuple) else [value]
    if isinstance(field, forms.ModelChoiceField):
        keys = {str(getattr(each, "pk", each)) for each in several}
        return [str(row) for row in cast(Any, field.queryset).filter(pk__in=[key for key in keys if key.isdigit()])]
    if isinstance(field, forms.ChoiceField):
        chosen = {str(each) for each in several}
        choices: Any = flatten_choices(cast(Any, field.choices))
        return [label for key, label in choices if key and str(key) in chosen]
    return value
