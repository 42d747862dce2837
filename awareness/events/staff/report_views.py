"""The page of a closing report: written once the date has begun, corrected with every version kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.models import ClosingReport, EventDate
from awareness.events.staff.date_views import show_date
from awareness.events.staff.exceptions import NotPossible
from awareness.events.staff.report_forms import ReportForms
from awareness.events.staff.report_services import close_date, corrections, refuse_unclosable
from awareness.events.staff.shortcuts import acting, page_for, show, the_date, to_date
from awareness.publishing.services import ChangedMeanwhile

ADD, CHANGE = "events.add_closingreport", "events.change_closingreport"


@page_for(ADD, CHANGE)
def report(request: HttpRequest, date_id: int) -> HttpResponse:
    """The report of a date; saving it settles who came."""
    date, now = the_date(date_id), timezone.now()
    try:
        refuse_unclosable(date, now)
    except NotPossible as error:
        return show_date(request, date, refusal=str(error.message))
    forms = ReportForms(date, request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST":
        if forms.is_valid():
            try:
                close_date(
                    date=date,
                    findings=forms.findings,
                    came=forms.came,
                    opened=forms.counts.cleaned_data["opened"],
                    actor=acting(request),
                    now=now,
                )
            except ChangedMeanwhile:
                refusal = _(
                    "Somebody else saved this report meanwhile. Nothing was saved. Open the report in another window, look at both, and send what should stay from there."
                )
            except NotPossible as error:
                refusal = str(error.message)
            else:
                messages.success(request, _("The report is saved."))
                return to_date(date)
        else:
            refusal = _("The report is not saved yet: look at what is marked below.")
    return _show(request, date, forms, refusal)


def _show(request: HttpRequest, date: EventDate, forms: ReportForms, refusal: str) -> HttpResponse:
    stored = ClosingReport.objects.filter(date=date).select_related("closed_by").first()
    return show(
        request,
        "staff/events/dates/report.html",
        _("Closing report: %(date)s") % {"date": date},
        status=422 if refusal else 200,
        date=date,
        forms=forms,
        report=stored,
        corrections=corrections(stored) if stored else [],
        refusal=refusal,
    )
