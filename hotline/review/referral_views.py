"""Staff views for referrals on the case page."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from clicksafely.common.clock import database_now
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import CaseError
from hotline.models import IccamReport, PoliceHold, Referral
from hotline.permissions import RETRY_ICCAM, REVIEW_URGENT_REFERRAL
from hotline.referral import services
from hotline.referral.iccam import queue
from hotline.referral.police.export_data import OpenedCase, describe_case, describe_package, words_for_police
from hotline.referral.police.report_pdf import LANGUAGE, report_sections
from hotline.referral.police.selectors import default_recipient
from hotline.review import referral_services, sealed_content
from hotline.review.exceptions import NeedsSupervisor
from hotline.review.views import acting_user, find_item, find_report, redirect_after_action, show_case, staff_action


@staff_action
def refer(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Refer one item on the chosen routes."""
    report, item, routes = find_report(report_id), find_item(report_id, item_id), request.POST.getlist("routes")
    try:
        referral_services.refer(
            report=report,
            item=item,
            actor=acting_user(request),
            routes=routes,
            now=database_now(),
            unsure="unsure" in request.POST,
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, routes=routes)
    return redirect_after_action(
        request, report_id, _("It is on its way: its host is looked up once more, then it goes out.")
    )


@staff_action
def refer_urgently(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Refer one item to the police at once."""
    report, item, reason = find_report(report_id), find_item(report_id, item_id), request.POST.get("reason", "")
    try:
        referral_services.refer_urgently(
            report=report, item=item, actor=acting_user(request), reason=reason, now=database_now()
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, danger_reason=reason)
    return redirect_after_action(
        request, report_id, _("It goes to the police now; supervisors see it. If minutes count, also call 192.")
    )


@staff_action
def withdraw(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """Withdraw a referral that has not been sent."""
    referral = _referral(report_id, referral_id)
    try:
        referral_services.withdraw(referral=referral, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    messages.success(request, _("It is taken back."))
    return redirect("admin:hotline-case", report_id)


@staff_action
def release_hold(request: HttpRequest, report_id: int, hold_id: int) -> HttpResponse:
    """Release a police hold, so that the host is notified."""
    hold = get_object_or_404(PoliceHold, pk=hold_id, item__report_items__report_id=report_id)
    try:
        referral_services.release_hold(hold=hold, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=hold.item, refusal=error)
    messages.success(request, _("The hold is released: the host hears of it now."))
    return redirect("admin:hotline-case", report_id)


@staff_action
def open_reason(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """Show the reason for an urgent referral, for supervisors."""
    referral, user = _referral(report_id, referral_id), acting_user(request)
    try:
        if not has_role_permission(user, REVIEW_URGENT_REFERRAL):
            raise NeedsSupervisor
        reason = services.open_reason(referral=referral, actor=user, now=database_now())
    except (CaseError, SealError) as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    return show_case(request, find_report(report_id), item=referral.item, opened_reason=(referral.pk, reason))


@staff_action
def review_urgent(request: HttpRequest, report_id: int, referral_id: int) -> HttpResponse:
    """Record the supervisor's review."""
    referral = _referral(report_id, referral_id)
    try:
        referral_services.review_urgent(referral=referral, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), item=referral.item, refusal=error)
    messages.success(request, _("It is noted that you have looked at it."))
    return redirect("admin:hotline-case", report_id)


def _referral(report_id: int, referral_id: int) -> Referral:
    return get_object_or_404(
        Referral.objects.select_related("item", "report"), pk=referral_id, item__report_items__report_id=report_id
    )


@staff_action
def retry(request: HttpRequest, report_id: int, iccam_id: int) -> HttpResponse:
    """Retry a failed ICCAM report at once, for supervisors."""
    report, user = find_report(report_id), acting_user(request)
    # The row is shown on every case of its items.
    row = get_object_or_404(
        IccamReport.objects.select_related("report").distinct(),
        pk=iccam_id,
        contents__item__report_items__report_id=report_id,
    )
    try:
        if not has_role_permission(user, RETRY_ICCAM):
            raise NeedsSupervisor
        queue.retry(row=row, actor=user, now=database_now())
    except CaseError as error:
        return show_case(request, report, refusal=error)
    messages.success(request, _("ICCAM is told again within a minute."))
    return redirect("admin:hotline-case", report_id)


MEMBERS = ("report.pdf", "case.json", "manifest.json")


@staff_action
def preview_package(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Show the text of the police report and the list of files, without pictures.

    The report contains the reporter's text, so opening it is logged and counted.
    """
    report, item, now = find_report(report_id), find_item(report_id, item_id), database_now()
    try:
        words = sealed_content.open_words(report=report, actor=acting_user(request), now=now)
    except (CaseError, SealError) as error:
        return show_case(request, report, item=item, refusal=error)
    recipient = default_recipient()
    with translation.override(LANGUAGE):
        opened = OpenedCase(words_for_police(words.get("words", {})))
        cases = [describe_case(report, [(item, None)], opened)]
    content = describe_package(reference="LEA", made_at=now, cases=cases)
    context = {
        **admin.site.each_context(request),
        "title": _("What the police would get"),
        "report": report,
        "case": report_sections(content, recipient=recipient.in_full if recipient else "", members=[])["cases"][0],
        "recipient": recipient,
        "has_expired": bool(recipient and recipient.has_expired(now)),
        "members": MEMBERS,
    }
    return render(request, "staff/hotline/police/preview.html", context)
