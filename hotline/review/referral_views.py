"""Staff views for referrals on the case page."""

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _

from clicksafely.common.permissions import has_role_permission
from hotline.models import ContentItem, IccamReport, PoliceHold, Referral, Route
from hotline.models.routing import MANUAL_ROUTES
from hotline.permissions import RETRY_ICCAM, REVIEW_URGENT_REFERRAL
from hotline.referral import services
from hotline.referral.iccam import queue
from hotline.referral.police.export_data import OpenedCase, describe_case, describe_package, words_for_police
from hotline.referral.police.report_pdf import LANGUAGE, report_sections
from hotline.referral.police.selectors import default_recipient
from hotline.review import openings, referral_services, sealed_content
from hotline.review.case_actions import CaseAction, case_action
from hotline.review.case_page import OpenedContent, OpenedReason
from hotline.review.exceptions import NeedsSupervisor
from hotline.review.forms import ReferralForm, UrgentReferralForm


@case_action(form=ReferralForm)
def refer(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Refer one item on the chosen routes."""
    referral_services.refer(report=action.report, item=item, actor=action.user, now=action.now, **action.data)
    message = _("The hand-over is queued. The host is checked once more before it is sent.")
    if by_hand := [str(route.label) for route in Route if route in MANUAL_ROUTES & {*action.data["routes"]}]:
        by_yourself = _("Contact this recipient yourself: %(recipients)s. Then record it on the page of the case.")
        message += " " + by_yourself % {"recipients": ", ".join(by_hand)}
    return action.done_with_work(message)


@case_action(form=UrgentReferralForm)
def refer_urgently(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Refer one item to the police at once."""
    referral_services.refer_urgently(
        report=action.report, item=item, actor=action.user, reason=action.data["reason"], now=action.now
    )
    return action.done_with_work(
        _("It is being sent to the police now. Supervisors can see it. If minutes count, also call 192.")
    )


@case_action()
def withdraw(action: CaseAction, referral_id: int) -> HttpResponse:
    """Withdraw a referral that has not been sent."""
    referral_services.withdraw(referral=_find_referral(action, referral_id), actor=action.user, now=action.now)
    return action.done(_("The hand-over is withdrawn."))


@case_action()
def record_handover(action: CaseAction, referral_id: int) -> HttpResponse:
    """Record that the user has handed over a referral by hand."""
    referral_services.record_handover(referral=_find_referral(action, referral_id), actor=action.user, now=action.now)
    return action.done(_("The hand-over is recorded."))


@case_action()
def release_hold(action: CaseAction, hold_id: int) -> HttpResponse:
    """Release a police hold, so that the host is notified."""
    hold = get_object_or_404(PoliceHold, pk=hold_id, item__report_items__report_id=action.report.pk)
    action.item = hold.item
    referral_services.release_hold(hold=hold, actor=action.user, now=action.now)
    return action.done(_("The police hold is released. The host is notified now."))


@case_action()
def open_reason(action: CaseAction, referral_id: int) -> HttpResponse:
    """Show the reason for an urgent referral, for supervisors."""
    referral = _find_referral(action, referral_id)
    if not has_role_permission(action.user, REVIEW_URGENT_REFERRAL):
        raise NeedsSupervisor
    reason = services.open_reason(referral=referral, actor=action.user, now=action.now)
    return action.show(opened_content=OpenedContent(urgent_reason=OpenedReason(referral.pk, reason)))


@case_action()
def review_urgent(action: CaseAction, referral_id: int) -> HttpResponse:
    """Record the supervisor's review."""
    referral = _find_referral(action, referral_id)
    referral_services.review_urgent(referral=referral, actor=action.user, now=action.now)
    return action.done(_("Your review is recorded."))


def _find_referral(action: CaseAction, referral_id: int) -> Referral:
    """Return the referral, or raise Http404. The page shows its item."""
    referrals = Referral.objects.select_related("item", "report")
    referral = get_object_or_404(referrals, pk=referral_id, item__report_items__report_id=action.report.pk)
    action.item = referral.item
    return referral


@case_action()
def retry(action: CaseAction, iccam_id: int) -> HttpResponse:
    """Retry a failed ICCAM report at once, for supervisors."""
    # The row is shown on every case of its items.
    row = get_object_or_404(
        IccamReport.objects.select_related("report").distinct(),
        pk=iccam_id,
        contents__item__report_items__report_id=action.report.pk,
    )
    if not has_role_permission(action.user, RETRY_ICCAM):
        raise NeedsSupervisor
    queue.retry(row=row, actor=action.user, now=action.now)
    return action.done(_("The data is sent to ICCAM again within a minute."))


MEMBERS = ("report.pdf", "case.json", "manifest.json")


@case_action()
def preview_package(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Show the text of the police report and the list of files, without pictures.

    The report contains the reporter's text and the address, so opening them is logged and counted.
    """
    report, now = action.report, action.now
    words = sealed_content.open_report_text(report=report, actor=action.user, now=now)
    openings.open_addresses(report=report, items=[item], actor=action.user, now=now)
    recipient = default_recipient()
    with translation.override(LANGUAGE):
        opened_case = OpenedCase(words_for_police(words.get("words", {})))
        cases = [describe_case(report, [(item, None)], opened_case)]
    content = describe_package(reference="LEA", created_at=now, cases=cases)
    context = {
        **admin.site.each_context(action.request),
        "title": _("Preview of the police package"),
        "report": report,
        "case": report_sections(content, recipient=recipient.in_full if recipient else "", members=[])["cases"][0],
        "recipient": recipient,
        "has_expired": bool(recipient and recipient.has_expired(now)),
        "members": MEMBERS,
    }
    return render(action.request, "staff/hotline/police/preview.html", context)
