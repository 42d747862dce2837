"""Admin views of the import: upload, preview, confirmation."""

import secrets
from typing import Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, StateTooLarge, open_state, seal_state
from clicksafely.common.documents.spreadsheets import TOO_LONG, read_rows
from clicksafely.common.documents.validation import DocumentRefused
from clicksafely.common.staff.site import staff_view
from youthpanel.members.forms import ImportForm
from youthpanel.members.spreadsheet_import.apply_plan import PlanOutdated, apply_plan
from youthpanel.members.spreadsheet_import.columns import COLUMNS, template_csv, template_xlsx
from youthpanel.members.spreadsheet_import.import_plan import ImportPlan, build_plan
from youthpanel.members.view_helpers import ADD_MEMBER, ADD_SCHOOL, acting_user
from youthpanel.models import Cohort

LARGEST: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 300
MOST_COLUMNS: Final = 40
LONGEST_CELL: Final = 300
MOST_PROBLEMS: Final = 300
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = list[list[str]]


@staff_view(ADD_MEMBER, ADD_SCHOOL)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """The upload form, the preview of a file, and the import after confirmation."""
    if request.method != "POST":
        return _show(request, ImportForm(initial={"cohort": request.GET.get("cohort")}))
    if "state" in request.POST:
        return _confirmed(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    upload = form.cleaned_data["file"]
    if getattr(upload, "refusal", "") or upload.size > LARGEST:
        form.add_error("file", _("This file is larger than 2 MB. Divide it."))
        return _show(request, form, status=422)
    try:
        rows = read_rows(upload.read(), most=MOST_ROWS, columns=MOST_COLUMNS, longest=LONGEST_CELL)
        return _planned(request, form.cleaned_data["cohort"], rows, secrets.token_hex(8))
    except DocumentRefused as refused:
        form.add_error("file", str(refused.message))
    except StateTooLarge:
        form.add_error("file", str(TOO_LONG))
    return _show(request, form, status=422)


@staff_view(ADD_MEMBER)
@require_safe
def template_as_xlsx(request: HttpRequest) -> HttpResponse:
    """The template as XLSX."""
    return _file(template_xlsx(get_language() or "sr"), _XLSX, "xlsx")


@staff_view(ADD_MEMBER)
@require_safe
def template_as_csv(request: HttpRequest) -> HttpResponse:
    """The template as CSV."""
    return _file(template_csv(get_language() or "sr"), "text/csv; charset=utf-8", "csv")


def _file(content: bytes, media_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="youth-panel.{ending}"'
    return response


def _planned(
    request: HttpRequest, cohort: Cohort, rows: Rows, seed: str, *, problem: str | Promise = ""
) -> HttpResponse:
    """The preview, with a confirmation button if there are no faults. Raises StateTooLarge."""
    plan = build_plan(rows, cohort=cohort, today=localdate(), seed=seed)
    state = ""
    if not plan.faults:
        # Real names are sealed into the form and not stored on the server.
        state = seal_state({"rows": rows, "cohort": cohort.pk, "seed": seed}, purpose=_purpose(request))
    form = ImportForm(initial={"cohort": cohort.pk})
    return _show(request, form, plan=plan, state=state, problem=problem, status=422 if plan.faults or problem else 200)


def _confirmed(request: HttpRequest) -> HttpResponse:
    late = _("That was too long ago, or was changed on the way. Choose the file again.")
    try:
        said = open_state(request.POST["state"], purpose=_purpose(request))
    except (StateExpired, StateInvalid):
        return _show(request, ImportForm(), problem=late, status=422)
    cohort = Cohort.objects.filter(pk=said["cohort"]).first()
    if cohort is None:
        return _show(request, ImportForm(), problem=late, status=422)
    # Checked again, because the database may have changed in the meantime.
    plan = build_plan(said["rows"], cohort=cohort, today=localdate(), seed=said["seed"])
    try:
        if plan.faults:
            raise PlanOutdated
        members = apply_plan(plan=plan, actor=acting_user(request), now=timezone.now())
    except PlanOutdated:
        problem = _("Somebody wrote something in the meantime, so nothing was imported. This is how it looks now.")
        return _planned(request, cohort, said["rows"], said["seed"], problem=problem)
    schools = len({id(row.school) for row in plan.rows})
    text = ngettext("%(n)d member was taken in.", "%(n)d members were taken in.", len(members)) % {"n": len(members)}
    text += " " + ngettext("%(n)d school in the file.", "%(n)d schools in the file.", schools) % {"n": schools}
    messages.success(request, text)
    return redirect(f"{reverse('admin:youthpanel_member_changelist')}?cohort__id__exact={cohort.pk}")


def _purpose(request: HttpRequest) -> str:
    return f"panel import {acting_user(request).pk}"


def _show(
    request: HttpRequest,
    form: ImportForm,
    *,
    plan: ImportPlan | None = None,
    state: str = "",
    problem: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    language = get_language() or "sr"
    context = {
        **admin.site.each_context(request),
        "title": _("Import schools and members"),
        "form": form,
        "plan": plan,
        "problems": [(each, each.heading(language)) for each in plan.all_problems[:MOST_PROBLEMS]] if plan else [],
        "problem": problem,
        "state": state,
        "columns": [(column.heading(language), column.help) for column in COLUMNS],
    }
    return render(request, "staff/youthpanel/members/import.html", context, status=status)
