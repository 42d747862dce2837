"""Staff view that adds locations to a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.lifecycle.exceptions import CaseError
from hotline.review.views import acting_user, find_report, show_case, staff_action
from hotline.triage.forms import AddLocationsForm
from hotline.triage.location_services import add_locations


@staff_action
def add_locations_to_case(request: HttpRequest, report_id: int) -> HttpResponse:
    """Add addresses to a case, and list unreadable ones in a message."""
    report, form = find_report(report_id), AddLocationsForm(request.POST)
    if not form.is_valid():
        return show_case(request, report, places_form=form)
    try:
        added = add_locations(report=report, locations=form.locations, actor=acting_user(request), now=timezone.now())
    except CaseError as error:
        return show_case(request, report, refusal=error, places_form=form)
    n = len(added)
    messages.success(request, ngettext("%(n)s address is added.", "%(n)s addresses are added.", n) % {"n": n})
    if form.extraction.unreadable:
        words = " · ".join(map(str, form.extraction.unreadable))
        messages.warning(request, _("Not added, because they cannot be read: %(words)s") % {"words": words})
    return redirect("admin:hotline-case", report_id)
