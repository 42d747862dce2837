"""The page of a closing report: written once the date has begun, corrected with every version kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.models import ClosingReport, EventDate
from awareness.events.staff.date_views import render_date
from awareness.events.staff.exceptions import ActionNotAllowed
from awareness.events.staff.report_forms import ReportForms
from awareness.events.staff.report_services import check_reportable, report_changes, save_closing_report
from awareness.events.staff.shortcuts import (
    current_user,
    get_date_or_404,
    redirect_to_date,
    render_staff_page,
    staff_page,
)
from awareness.publishing.services import EditConflict

ADD, CHANGE = "events.add_closingreport", "events.change_closingreport"


@staff_page(ADD, CHANGE)
def report(request: HttpRequest, date_id: int) -> HttpResponse:
    """The report of a date; saving it settles who came."""
    date, now = get_date_or_404(date_id), timezone.now()
    try:
        check_reportable(date, now)
    except ActionNotAllowed as error:
        return render_date(request, date, refusal=str(error.message))
    forms = ReportForms(date, request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST":
        if forms.is_valid():
            try:
                save_closing_report(
                    date=date,
                    findings=forms.findings,
                    came=forms.came,
                    opened=forms.counts.cleaned_data["opened"],
                    actor=current_user(request),
                    now=now,
                )
            except EditConflict:
                refusal = _(
                    "Somebody else saved this report meanwhile. Nothing was saved. Open the report in another window, look at both, and send what should stay from there."
                )
            except ActionNotAllowed as error:
                refusal = str(error.message)
            else:
                messages.success(request, _("The report is saved."))
                return redirect_to_date(date)
        else:
            refusal = _("The report is not saved yet: look at what is marked below.")
    return _show(request, date, forms, refusal)


def _show(request: HttpRequest, date: EventDate, forms: ReportForms, refusal: str) -> HttpResponse:
    stored = ClosingReport.objects.filter(date=date).select_related("closed_by").first()
    return render_staff_page(
        request,
        "staff/events/dates/report.html",
        _("Closing report: %(date)s") % {"date": date},
        status=422 if refusal else 200,
        date=date,
        forms=forms,
        report=stored,
        corrections=report_changes(stored) if stored else [],
        refusal=refusal,
    )
