"""Live previews: beside a form of the admin, the public page as it would be if the form were saved."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.exceptions import PermissionDenied
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation

from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.transactions import rolled_back


def render_public(
    request: HttpRequest, template: str, read_context: Callable[[], dict[str, Any]], *, code: str
) -> HttpResponse:
    """Return a page in the layout of the public site, in the language `code`. The context is read in that language."""
    # From here on the request counts as one of the public site, so that the Latin middleware transliterates the page.
    request.LANGUAGE_CODE = code
    with translation.override(code):
        response = render(request, template, read_context())
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response


class LivePreviewMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page that shows a record with the submitted form.

    The preview is shown beside the form of a stored or new record.
    """

    def show_written(self, request: HttpRequest, record: Any, language: str) -> HttpResponseBase:
        """Return the page that visitors read about the written rows of `record`, in `language`."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        """Add the pages of the live preview: of a stored record, and of a new one."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview_unsaved"
        view: Any = self.admin_site.admin_view(cast(Any, self.preview_unsaved))
        return [
            path("<int:object_id>/preview-unsaved/", view, name=name),
            path("add/preview-unsaved/", view, name=name),
            *super().get_urls(),
        ]

    def preview_unsaved(self, request: HttpRequest, object_id: int | None = None) -> HttpResponseBase:
        """Show the record with the form, in `preview_language`. Nothing is saved. A new record has no `object_id`."""
        record = None if object_id is None else self.get_object(request, str(object_id))
        if record is None and object_id is not None:
            raise Http404
        with rolled_back():
            return self.show_submitted(request, record)

    def show_submitted(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        """Write and show the form; `record` is None for a new one. Runs in `rolled_back`.

        An invalid form shows the stored record, or only that it has errors. A header says so.
        """
        if not (self.has_change_permission(request, record) if record else self.has_add_permission(request)):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        language = request.POST.get("preview_language", "")
        written = self.write_submitted(request, record)
        shown = record or written
        response: HttpResponseBase = (
            self.show_written(request, shown, language if language in LANGUAGES else SERBIAN)
            if shown
            else render(request, "staff/forms/no_preview.html")
        )
        response.headers["X-Preview"] = "typed" if written else "stored" if record else "none"
        return response

    def write_submitted(self, request: HttpRequest, record: Any) -> Any:
        """Write the submitted form to the rows of `record`, or to new ones, without its service.

        Return the written record; None if the form is not valid.
        """
        is_stored = record is not None
        shown = type(record)._default_manager.get(pk=record.pk) if is_stored else None
        form = self.get_form(request, shown, change=is_stored)(request.POST, instance=shown)
        formsets, _instances = self._create_formsets(request, form.instance, change=is_stored)  # type: ignore[attr-defined]
        if not (form.is_valid() and all_valid(formsets)):
            return None
        form.save()
        for formset in formsets:
            self.save_formset(request, form, formset, change=is_stored)
        return form.instance

    def preview_unsaved_url(self, record: Any) -> str:
        """Return the URL that shows `record`, None for a new one, with the submitted form."""
        return reverse(admin_urlname(self.opts, "preview_unsaved"), args=[record.pk] if record else [])  # type: ignore[arg-type]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the state of the record, and the preview if the user may save the record."""
        record = kwargs.get("obj") or context.get("original")
        if record is not None and hasattr(record, "get_state_display"):
            context.setdefault("bar_state", record.get_state_display())
        if self.has_change_permission(request, record) if record else self.has_add_permission(request):
            context |= {
                "preview_unsaved_url": self.preview_unsaved_url(record),
                "preview_languages": [(code, language.name) for code, language in LANGUAGES.items()],
            }
        return super().render_change_form(request, context, *args, **kwargs)
