"""Import and export of resources in the staff site."""

import base64
import binascii
from typing import cast

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from awareness.library.csv_import_export import ImportPlan, all_resources, apply_plan, export_rows, read_plan
from clicksafely.common.permissions import role_permission_required

# More take longer than a page may; `manage.py import_resources` takes them all.
MOST_AT_ONCE = 1000
TOO_MANY = gettext_lazy(
    "More than 1,000 rows: ask whoever runs the system to import them with `manage.py import_resources`."
)


@role_permission_required("library.view_resource")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Every resource as a file."""
    response = HttpResponse(
        "".join(export_rows(all_resources())), content_type="text/csv; charset=utf-8; header=present"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="resources.csv"'
    return response


@role_permission_required("library.add_resource", "library.change_resource")
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponseBase:
    """Choose a file, see what it would do, say yes."""
    if request.method != "POST":
        return _show(request)
    data = _data(request)
    if not data:
        return _show(request, problem=gettext_lazy("Choose a file."), status=422)
    plan = read_plan(data)
    if len(plan.rows) > MOST_AT_ONCE:
        return _show(request, problem=TOO_MANY, status=422)
    if plan.faults or "confirmed" not in request.POST:
        return _show(request, plan=plan, data=data, status=422 if plan.faults else 200)
    apply_plan(plan=plan, actor=cast(AbstractBaseUser, request.user), now=timezone.now())
    written = plan.new + plan.changed
    messages.success(
        request, ngettext("%(n)s resource was written.", "%(n)s resources were written.", written) % {"n": written}
    )
    return redirect("admin:library_resource_changelist")


def _data(request: HttpRequest) -> bytes:
    """The chosen file, or the one that was looked at before and comes back in the form."""
    upload = request.FILES.get("file")
    if upload is not None:
        content: bytes = upload.read()
        return content
    try:
        return base64.b64decode(request.POST.get("data", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _show(
    request: HttpRequest,
    *,
    plan: ImportPlan | None = None,
    data: bytes = b"",
    problem: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Import resources"),
        "plan": plan,
        "data": base64.b64encode(data).decode() if plan and not plan.faults else "",
        "problem": problem,
    }
    return render(request, "staff/library/import.html", context, status=status)
