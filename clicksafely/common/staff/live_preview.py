"""Live previews: beside a form of the admin, the public page as it would be if the form were saved."""

from collections.abc import Callable
from typing import Any

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
    """Adds the page that shows a record with the submitted form, and the preview beside the form of a stored record."""

    def show_written(self, request: HttpRequest, record: Any, language: str) -> HttpResponseBase:
        """Return the page that visitors read about the stored rows of `record`, in `language`."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        """Add the page of the live preview."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview_unsaved"
        view: Any = self.preview_unsaved
        return [
            path("<int:object_id>/preview-unsaved/", self.admin_site.admin_view(view), name=name),
            *super().get_urls(),
        ]

    def preview_unsaved(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """Show the record with the form, in `preview_language`. Nothing is saved."""
        record = self.get_object(request, str(object_id))
        if record is None:
            raise Http404
        with rolled_back():
            return self.show_submitted(request, record)

    def show_submitted(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        """Write and show the form. An invalid one shows the stored record, and a header says so. Runs in `rolled_back`."""
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        language = request.POST.get("preview_language", "")
        is_valid = self.write_submitted(request, record)
        response = self.show_written(request, record, language if language in LANGUAGES else SERBIAN)
        response.headers["X-Preview"] = "typed" if is_valid else "stored"
        return response

    def write_submitted(self, request: HttpRequest, record: Any) -> bool:
        """Write the submitted form to the rows of `record`, without its service. Return False if it is not valid."""
        shown = type(record)._default_manager.get(pk=record.pk)
        form = self.get_form(request, shown, change=True)(request.POST, instance=shown)
        formsets, _instances = self._create_formsets(request, shown, change=True)  # type: ignore[attr-defined]
        if not (form.is_valid() and all_valid(formsets)):
            return False
        form.save()
        for formset in formsets:
            self.save_formset(request, form, formset, change=True)
        return True

    def preview_unsaved_url(self, record: Any) -> str:
        """Return the URL that shows the record with the submitted form."""
        return reverse(admin_urlname(self.opts, "preview_unsaved"), args=[record.pk])  # type: ignore[arg-type]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the state of the record, and the preview if the user may change the stored record."""
        record = kwargs.get("obj") or context.get("original")
        if record is not None and hasattr(record, "get_state_display"):
            context.setdefault("bar_state", record.get_state_display())
        if record is not None and record.pk and self.has_change_permission(request, record):
            context |= {
                "preview_unsaved_url": self.preview_unsaved_url(record),
                "preview_languages": [(code, language.name) for code, language in LANGUAGES.items()],
            }
        return super().render_change_form(request, context, *args, **kwargs)
