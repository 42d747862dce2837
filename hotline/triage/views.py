"""Staff view that adds locations to a case."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.review.case_actions import CaseAction, case_action
from hotline.triage.forms import AddLocationsForm
from hotline.triage.location_services import add_locations


@case_action(form=AddLocationsForm)
def add_locations_to_case(action: CaseAction) -> HttpResponse:
    """Add addresses to a case, and list unreadable ones in a message."""
    form = cast(AddLocationsForm, action.form)
    n = len(add_locations(report=action.report, locations=form.locations, actor=action.user, now=action.now))
    response = action.done(ngettext("%(n)s address is added.", "%(n)s addresses are added.", n) % {"n": n})
    if form.extraction.unreadable:
        words = " · ".join(map(str, form.extraction.unreadable))
        messages.warning(
            action.request, _("Not added because the addresses are not valid: %(words)s") % {"words": words}
        )
    return response
