"""Staff pages of the import of schools and members, and its templates."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from clicksafely.common.imports.pages import Choices, TableImportPage
from clicksafely.common.imports.tables import Bounds, TableRow
from clicksafely.common.staff.site import staff_view
from youthpanel.members.forms import ImportForm
from youthpanel.members.spreadsheet_import.columns import COLUMNS, COLUMNS_BY_CODE, template_csv, template_xlsx
from youthpanel.members.spreadsheet_import.import_plan import MemberPlan, apply_plan, build_plan
from youthpanel.models import Cohort

ADD_MEMBER: Final = "youthpanel.add_member"
_TEMPLATES: Final = {
    "xlsx": (template_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (template_csv, "text/csv; charset=utf-8"),
}


class ImportMembers(TableImportPage[MemberPlan]):
    """Import of schools and members into a cohort: all rows or none. Their real names are never stored in clear."""

    permissions = (ADD_MEMBER, "youthpanel.add_school")
    title = gettext_lazy("Import schools and members")
    template_name = "staff/youthpanel/members/import.html"
    form_class = ImportForm
    bounds = Bounds(megabytes=2, rows=300, columns=40, cell=300)

    def get_url(self) -> str:
        return reverse("admin:youthpanel_member_changelist")

    def get_choices(self, form: forms.Form) -> dict[str, Any]:
        """Return the cohort, and the seed of the proposed pseudonyms."""
        return {"cohort": form.cleaned_data["cohort"].pk, "seed": secrets.token_hex(8)}

    def plan_rows(self, rows: Sequence[TableRow], choices: Choices) -> MemberPlan:
        """Build the plan for the chosen cohort."""
        cohort = Cohort.objects.get(pk=choices["cohort"])
        return build_plan(rows, cohort=cohort, today=localdate(), seed=choices["seed"])

    def apply_plan(self, plan: MemberPlan) -> HttpResponse:
        """Add the members, and show those of the cohort."""
        members = apply_plan(plan=plan, actor=self.user, now=self.now)
        schools = len({id(row.school) for row in plan.rows})
        text = ngettext("%(n)d member was added.", "%(n)d members were added.", len(members)) % {"n": len(members)}
        text += " " + ngettext("%(n)d school in the file.", "%(n)d schools in the file.", schools) % {"n": schools}
        messages.success(self.request, text)
        return redirect(f"{self.get_url()}?cohort__id__exact={plan.cohort.pk}")

    def get_heading(self, column: str) -> str:
        """Return the heading of a column as in the template."""
        return COLUMNS_BY_CODE[column].heading(get_language() or "sr") if column in COLUMNS_BY_CODE else ""

    def get_context(self) -> dict[str, Any]:
        """Return the headings of all columns with their help texts."""
        columns = [(column.heading(get_language() or "sr"), column.help) for column in COLUMNS]
        return {**super().get_context(), "columns": columns}


@staff_view(ADD_MEMBER)
@require_safe
def download_template(request: HttpRequest, ending: str) -> HttpResponse:
    """Return an empty spreadsheet with the headings; `ending` is "xlsx" or "csv"."""
    fill, media_type = _TEMPLATES[ending]
    response = HttpResponse(fill(get_language() or "sr"), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="youth-panel.{ending}"'
    return response
