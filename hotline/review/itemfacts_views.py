"""Acts at the desk that say something about one item."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from hotline.hosting.waking import wake_lookups
from hotline.lifecycle.errors import CaseError
from hotline.models import ContentItem
from hotline.review import itemfacts
from hotline.review.views import SeeOther, acting_user, find_report, show_case, staff_act


@staff_act
def look_up(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Have the host of an item looked up again; what is known so far stays until then."""
    report, item = find_report(report_id), _item(report_id, item_id)
    try:
        itemfacts.ask_again(report=report, item=item, actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, report, item=item, refusal=error)
    wake_lookups()
    messages.success(request, _("The host is being looked up. Load the page again in a moment."))
    return _back(request, report_id)


@staff_act
def site_type(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Say what kind of site an item is on."""
    report, item, typed = find_report(report_id), _item(report_id, item_id), request.POST.get("site_type", "")
    try:
        itemfacts.set_site_type(report=report, item=item, actor=acting_user(request), site_type=typed, now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error)
    messages.success(request, _("The kind of site is recorded."))
    return _back(request, report_id)


def _back(request: HttpRequest, report_id: int) -> HttpResponse:
    place = request.POST.get("item", "")
    query = {"item": place} if place.isdecimal() else None
    return SeeOther(reverse("admin:hotline-case", args=[report_id], query=query))


def _item(report_id: int, item_id: int) -> ContentItem:
    return get_object_or_404(ContentItem, pk=item_id, report_items__report_id=report_id)
