"""Admin of content whose forms keep unsaved values on the server."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from clicksafely.common.models import UnsavedForm
from clicksafely.common.staff.autosave_services import (
    TooLarge,
    discard_unsaved,
    find_unsaved,
    keep_unsaved,
    other_editors,
    to_form_data,
)

# Names of the buttons.
RESTORE = "_restore_unsaved"
DISCARD = "_discard_unsaved"


class AutosaveMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page that keeps unsaved values, and the offer to restore them. The model has no personal data.

    A script sends the form while the editor types. Without the script nothing is kept. After a crash, the form offers
    the unsaved changes. Restoring shows the form as if it had been submitted with an error. Conflicts with other
    editors are therefore found as for every submitted form.
    """

    def get_urls(self) -> list[Any]:
        """Add the page that keeps and discards unsaved values."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_autosave"
        view = self.admin_site.admin_view(self.autosave)
        return [
            path("add/autosave/", view, name=f"{name}_new"),
            path("<int:object_id>/autosave/", view, name=name),
            *super().get_urls(),
        ]

    def autosave(self, request: HttpRequest, object_id: int = 0) -> HttpResponse:
        """Keep the values of a POST request, or discard those kept. Return who else is editing, as JSON."""
        self._check_may_edit(request, object_id)
        kind, actor, now = self.opts.label_lower, self._editor(request), timezone.now()
        if request.method not in {"GET", "POST"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        if DISCARD in request.POST:
            discard_unsaved(kind=kind, object_id=object_id, actor=actor)
            return HttpResponseRedirect("../change/" if object_id else "../")
        state = {"saved": "", "others": self._others(request, object_id)}
        if request.method == "POST":
            try:
                row = keep_unsaved(kind=kind, object_id=object_id, values=request.POST, actor=actor, now=now)
            except TooLarge:
                return JsonResponse(state, status=413)
            state["saved"] = _("Typed text kept at %(time)s, not saved yet") % {"time": _short_time(row)}
        return JsonResponse(state)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the unsaved values if the editor restores them, and delete them once the form is saved."""
        key = int(object_id) if object_id and object_id.isdecimal() else 0
        if request.method == "POST" and RESTORE in request.POST:
            row = find_unsaved(kind=self.opts.label_lower, object_id=key, actor=self._editor(request))
            if row is None:
                return HttpResponseRedirect(request.path)
            data = to_form_data(row)
            data["csrfmiddlewaretoken"] = request.POST.get("csrfmiddlewaretoken", "")
            request.POST = data  # type: ignore[assignment]
            request.restored_form = row  # type: ignore[attr-defined]
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and response.status_code == 302:
            self.forget_unsaved(request, key)
        return response

    def forget_unsaved(self, request: HttpRequest, object_id: int) -> None:
        """Delete the unsaved values of a form that was saved."""
        discard_unsaved(kind=self.opts.label_lower, object_id=object_id, actor=self._editor(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class. A restored form is never valid, so it is shown and not saved."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        row: UnsavedForm | None = getattr(request, "restored_form", None)
        if row is None:
            return form
        words = _("Your unsaved changes of %(time)s are back in the form. Check them and save.")
        message = words % {"time": _short_time(row)}

        class RestoredForm(form):  # type: ignore[misc]
            def clean(self) -> Any:
                data = super().clean()
                self.add_error(None, ValidationError(message, code="restored"))
                return data

        return RestoredForm

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the offer to restore unsaved values, and who else is editing."""
        record = kwargs.get("obj") or context.get("original")
        key = record.pk if record is not None and record.pk else 0
        may_edit = self.has_change_permission(request, record) if key else self.has_add_permission(request)
        if may_edit and not context.get("is_popup"):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_autosave"
            is_new_page = request.method != "POST"
            row = find_unsaved(kind=self.opts.label_lower, object_id=key, actor=self._editor(request))
            context["autosave"] = {
                "url": reverse(name, args=[key]) if key else reverse(f"{name}_new"),
                "offered_at": _short_time(row) if row is not None and is_new_page else "",
                "is_typed": not is_new_page,
                "is_restored": hasattr(request, "restored_form"),
                "others": self._others(request, key),
                "restore": RESTORE,
                "discard": DISCARD,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _check_may_edit(self, request: HttpRequest, object_id: int) -> None:
        if not object_id:
            allowed = self.has_add_permission(request)
        else:
            record = self.get_object(request, str(object_id))
            if record is None:
                raise Http404
            allowed = self.has_change_permission(request, record)
        if not allowed:
            raise PermissionDenied

    def _others(self, request: HttpRequest, object_id: int) -> str:
        found = other_editors(
            kind=self.opts.label_lower, object_id=object_id, actor=self._editor(request), now=timezone.now()
        )
        return " ".join(
            _("%(name)s is editing this too, last at %(time)s.")
            % {"name": each.name, "time": date_format(localtime(each.saved_at), "H:i")}
            for each in found
        )

    def _editor(self, request: HttpRequest) -> Any:
        return request.user


def _short_time(row: UnsavedForm) -> str:
    """Return the time of day at which the values were kept, with the date if it is not today's."""
    at = localtime(row.saved_at)
    return date_format(at, "H:i" if at.date() == localdate() else "SHORT_DATETIME_FORMAT")
