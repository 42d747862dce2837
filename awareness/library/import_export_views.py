"""Staff pages of the import and export of resources."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from awareness.library.csv_import_export import (
    BOUNDS,
    ResourcePlan,
    all_resources,
    apply_plan,
    build_plan,
    export_rows,
)
from awareness.publishing.drafts import PUBLISH_PERMISSION
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.imports.pages import Choices, TableImportPage
from clicksafely.common.imports.tables import TableRow
from clicksafely.common.staff.site import staff_view

# More rows would exceed the request timeout; `manage.py import_resources` has a higher limit.
MAX_AT_ONCE = 1000
TOO_MANY = gettext_lazy(
    "The file has more than 1,000 rows. Ask the administrator to import it with `manage.py import_resources`."
)


@staff_view("library.view_resource")
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Download all resources as CSV."""
    response = HttpResponse(
        "".join(export_rows(all_resources())), content_type="text/csv; charset=utf-8; header=present"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="resources.csv"'
    return response


class ResourceImportForm(forms.Form):
    """The file of an import."""

    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


class ImportResources(TableImportPage[ResourcePlan]):
    """Import of resources. The good rows of a file with problems can be imported alone."""

    permissions = ("library.add_resource", "library.change_resource", PUBLISH_PERMISSION)
    title = gettext_lazy("Import resources")
    template_name = "staff/library/import.html"
    form_class = ResourceImportForm
    bounds = BOUNDS
    partial = True

    def get_url(self) -> str:
        return reverse("admin:library_resource_changelist")

    def plan_rows(self, rows: Sequence[TableRow], choices: Choices) -> ResourcePlan:
        """Build the plan of a file with at most `MAX_AT_ONCE` resources."""
        if len(rows) - 1 > MAX_AT_ONCE:
            raise ActionRefused([FieldFault("file", TOO_MANY)])
        return build_plan(rows)

    def apply_plan(self, plan: ResourcePlan) -> HttpResponse:
        """Write the resources, and return to their list."""
        written = apply_plan(plan=plan.only_good(), actor=self.user, now=self.now)
        text = ngettext("%(n)s resource was imported.", "%(n)s resources were imported.", written)
        messages.success(self.request, text % {"n": written})
        return redirect(self.get_url())
