"""What will be erased: a page for supervisors, which writes nothing."""

from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clicksafely.common.permissions import role_permission_required
from hotline.models import LegalMinimum
from hotline.retention import selectors
from hotline.retention.policy import load_policy

DAYS_AHEAD = 30


@role_permission_required("hotline.view_retentionrule")
@require_safe
def purge_preview(request: HttpRequest) -> HttpResponse:
    """What is due now, and within the next month as things stand; what is kept although its time is over, and what the law asks for."""
    now, terms = timezone.now(), load_policy()
    context = {
        **admin.site.each_context(request),
        "title": _("What will be erased"),
        "due": selectors.purge_plan(now=now, terms=terms),
        "soon": selectors.purge_plan(now=now + timedelta(days=DAYS_AHEAD), terms=terms),
        "days_ahead": DAYS_AHEAD,
        "kept": selectors.count_retained(now=now, terms=terms),
        "minimums": LegalMinimum.objects.all(),
    }
    return render(request, "staff/hotline/retention/schedule.html", context)
