"""Staff page of a closing report with its version history."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from awareness.events.models import ClosingReport
from awareness.events.staff.date_views import DatePage
from awareness.events.staff.report_forms import ReportForms
from awareness.events.staff.report_services import check_reportable, report_changes, save_closing_report
from clicksafely.common.exceptions import ActionRefused, EditConflict


class EditReport(DatePage):
    """Write or correct the report of a date; saving also records attendance."""

    permissions = ("events.add_closingreport", "events.change_closingreport")
    template_name = "staff/events/dates/report.html"

    def get_title(self) -> str:
        return _("Closing report: %(date)s") % {"date": self.object}

    def get_context(self) -> dict[str, Any]:
        stored = ClosingReport.objects.filter(date=self.object).select_related("closed_by").first()
        corrections = report_changes(stored) if stored else []
        return {**super().get_context(), "date": self.object, "report": stored, "corrections": corrections}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect to the date if it has no report now."""
        try:
            check_reportable(self.object, self.now)
        except ActionRefused as refused:
            messages.error(request, refused.message)
            return redirect(self.get_url())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render(forms=ReportForms(self.object))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        forms = ReportForms(self.object, request.POST)
        refusal = _("The report is not saved. Correct the marked fields below.")
        if forms.is_valid():
            try:
                save_closing_report(
                    date=self.object,
                    findings=forms.findings,
                    attended=forms.attended,
                    opened=forms.counts.cleaned_data["opened"],
                    actor=self.user,
                    now=self.now,
                )
            except EditConflict:
                refusal = _(
                    "Another user saved this report in the meantime. Your changes were not saved. Open the report in "
                    "another window, compare both versions, and save the correct one there."
                )
            except ActionRefused as refused:
                refusal = refused.message
            else:
                messages.success(request, _("The report is saved."))
                return redirect(self.get_url())
        return self.render(status=422, forms=forms, refusal=refusal)
