"""What will be erased: a page for supervisors, which writes nothing."""

from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clicksafely.common.permissions import duty_required
from hotline.models import LegalMinimum
from hotline.retention import selectors
from hotline.retention.policy import read_terms

DAYS_AHEAD = 30


@duty_required("hotline.view_retentionrule")
@require_safe
def what_goes(request: HttpRequest) -> HttpResponse:
    """What is due now, and within the next month as things stand; what is kept although its time is over, and what the law asks for."""
    now, terms = timezone.now(), read_terms()
    context = {
        **admin.site.each_context(request),
        "title": _("What will be erased"),
        "due": selectors.plan(now=now, terms=terms),
        "soon": selectors.plan(now=now + timedelta(days=DAYS_AHEAD), terms=terms),
        "days_ahead": DAYS_AHEAD,
        "kept": selectors.kept_back(now=now, terms=terms),
        "minimums": LegalMinimum.objects.all(),
    }
    return render(request, "staff/hotline/retention/schedule.html", context)
