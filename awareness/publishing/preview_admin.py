"""Admin whose records are previewed as pages of the public site, saved and unsaved."""

from typing import Any, ClassVar, cast

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt

from awareness.publishing.previews import show_preview
from clicksafely.common.i18n.language import LANGUAGES, Language
from clicksafely.common.staff.live_preview import LivePreviewMixin


class PreviewAdmin(LivePreviewMixin):
    """Admin of records on a public page. `page` is its path after the language, with a `{slug}` placeholder."""

    page: ClassVar[str]

    def page_path(self, record: Any) -> str:
        """Return the path of the public page after the language."""
        return self.page.format(slug=getattr(record, "slug", ""))

    def previews(self, record: Any) -> list[tuple[Language, str]]:
        """Return each language with the URL of the preview of the page."""
        page = self.page_path(record)
        return [(language, self.preview_url(record, f"{code}/{page}")) for code, language in LANGUAGES.items()]

    def preview_url(self, record: Any, page: str) -> str:
        """Return the URL that shows the public page at the path `page`, such as "sr/topics/privacy/", with the draft."""
        return reverse(admin_urlname(self.opts, "preview"), args=[record.pk, page])  # type: ignore[arg-type]

    def get_urls(self) -> list[Any]:
        """Add the preview of the saved record, and the links in the preview of a new one."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view: Any = self.admin_site.admin_view(cast(Any, self.preview))
        return [
            # `int`, because the path of the page may contain the same words.
            path("<int:object_id>/preview/<path:page>", view, name=name),
            path("add/preview/<path:page>", view, name=name),
            *super().get_urls(),
        ]

    # The form of a quiz has no token. A preview changes nothing.
    @csrf_exempt
    def preview(self, request: HttpRequest, page: str, object_id: int | None = None) -> HttpResponseBase:
        """Show the public page at the path `page` with the draft of the record. A new record has no `object_id`, and no pages."""
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return show_preview(request, record=None, page=page, form_path="")
        record = self.get_object(request, str(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return show_preview(request, record=record, page=page, form_path=self._form_path(record))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the previews of the saved record."""
        record = kwargs.get("obj") or context.get("original")
        if record is not None and record.pk:
            context.setdefault("previews", self.previews(record))
        return super().render_change_form(request, context, *args, **kwargs)

    def show_written(self, request: HttpRequest, record: Any, language: str) -> HttpResponseBase:
        """Return the public page with the rows of the record as they are in this transaction."""
        page = f"{language}/{self.page_path(record)}"
        match = request.resolver_match
        is_new = match is not None and "object_id" not in match.kwargs
        form, preview = (admin_urlname(self.opts, name) for name in ("add" if is_new else "change", "preview"))  # type: ignore[arg-type]
        number = [] if is_new else [record.pk]
        return show_preview(
            request,
            record=record,
            page=page,
            form_path=reverse(form, args=number),
            address=reverse(preview, args=[*number, page]),
            is_written=True,
            is_new=is_new,
        )

    def _form_path(self, record: Any) -> str:
        return reverse(admin_urlname(self.opts, "change"), args=[record.pk])  # type: ignore[arg-type]
