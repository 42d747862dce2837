"""Staff pages: "My work", the case page and its actions."""

from functools import partial
from typing import Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clicksafely.common.clock import database_now
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue import failed_tasks
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin
from clicksafely.common.staff.pages import ActionPage, DetailPage
from clicksafely.common.staff.site import acting_user, staff_view
from hotline.availability import services as availability_services
from hotline.availability.scheduling import CHECK_TASK
from hotline.availability.selectors import checks_to_review
from hotline.hosting.enqueue import enqueue_lookups
from hotline.hosting.selectors import hosting_alerts
from hotline.models import ContentItem, LegalHold, Upload
from hotline.outbox import queue
from hotline.permissions import (
    MANAGE_LEGAL_HOLD,
    MANAGE_QUARANTINE,
    RELEASE_CLAIM,
    REVIEW_URGENT_REFERRAL,
    VIEW_CLOSINGS,
    VIEW_SERVICE_NOTICES,
    WORK_CASE,
)
from hotline.referral.quarantine import services as quarantine_services
from hotline.referral.quarantine.selectors import awaiting_handover
from hotline.referral.takedown.selectors import notices_to_review
from hotline.retention import services as retention_services
from hotline.review import (
    assessments,
    case_services,
    claims,
    notes,
    openings,
    reopen_services,
    sealed_content,
    selectors,
    welfare,
)
from hotline.review.case_actions import CaseAction, CaseWorkPage, case_action, find_report, show_case
from hotline.review.case_page import CasePage, OpenedContent, minutes_to_undo
from hotline.review.case_pictures import RevealedPicture
from hotline.review.close_without_assessment import MAX_TOGETHER
from hotline.review.forms import (
    ActionsForm,
    AssessmentForm,
    CategoryForm,
    ClaimForm,
    GoneForm,
    LegalHoldForm,
    NoteForm,
    ReopenForm,
    ReplyForm,
    RevealForm,
    SiteTypeForm,
    WithdrawSuspicionForm,
    carried_input,
)

VIEW_FAILED_TASKS = "common.view_failedtask"


class MyWork(CaseWorkPage[None], DetailPage[None]):
    """The user's cases, urgent work, queue counts and exposure of the day."""

    template_name = "staff/hotline/review/my_work.html"
    title = gettext_lazy("My work")

    def get_context(self) -> dict[str, Any]:
        now, user = self.now, self.user
        may = partial(has_role_permission, user)
        return {
            "figures": selectors.work_counts(user),
            "second_opinions": list(selectors.second_opinions(user, now)[:20]),
            "welfare": welfare.daily_exposure(user, now),
            "mine": list(selectors.cases_of(user, now)[:50]),
            "news": list(selectors.cases_with_news()[:20]),
            "held": list(selectors.claimed_cases(now)[:50]) if may(RELEASE_CLAIM) else [],
            "urgent_referrals": list(selectors.urgent_referrals()[:20]) if may(REVIEW_URGENT_REFERRAL) else [],
            "failed_referrals": list(selectors.failed_referrals()[:20]),
            "manual_referrals": list(selectors.manual_referrals(user)[:20]),
            "looks": checks_to_review(20),
            "notices": list(notices_to_review(now=now)[:20]),
            "locked": list(awaiting_handover()[:20]) if may(MANAGE_QUARANTINE) else [],
            "failed_tasks": failed_tasks.count_open() if may(VIEW_FAILED_TASKS) else 0,
            "given_up_mails": queue.count_failed(now=now) if may(VIEW_SERVICE_NOTICES) else 0,
            "hosting_notices": hosting_alerts(now) if may(VIEW_SERVICE_NOTICES) else None,
            "undoable": [
                (closing, minutes_to_undo(closing, now))
                for closing in selectors.undoable_closings(user, now)[:MAX_TOGETHER]
            ],
            "proposals": selectors.proposals(user)[: selectors.COUNT_CAP].count(),
            "waiting_checks": selectors.waiting_checks(user) if may(VIEW_CLOSINGS) else 0,
            "now": now,
        }


class ItemAddress(CaseWorkPage[ContentItem], ActionPage[ContentItem]):
    """Show the address of a content item in this response. The access is logged."""

    permissions = ("hotline.view_contentitem",)
    template_name = "staff/hotline/review/address.html"
    title = gettext_lazy("Address")

    def get_object(self) -> ContentItem:
        return get_object_or_404(ContentItem, pk=self.kwargs["item_id"])

    def get_url(self) -> str:
        return reverse("admin:hotline_contentitem_change", args=[self.object.pk])

    def get_context(self) -> dict[str, Any]:
        return {"item": self.object, "reports": self.object.reports.order_by("-pk")[:20], "back": self.get_url()}

    def perform(self) -> HttpResponse:
        openings.open_address_of_item(item=self.object, actor=self.user, now=self.now)
        return self.render()


@staff_view(WORK_CASE)
@require_safe
def case(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show one case. A request by its holder extends the claim."""
    report, now = find_report(report_id), database_now()
    claims.extend_claim(report=report, actor=acting_user(request), now=now)
    return show_case(request, report, now=now)


@staff_view(WORK_CASE)
@require_safe
def changes(request: HttpRequest, report_id: int) -> HttpResponse:
    """Return the version of the case and the latest change in words as JSON, which open case pages poll.

    The claim is not extended: an open page is no work. The ETag changes with the version.
    """
    page = CasePage(report=find_report(report_id), user=acting_user(request), now=database_now())
    change = page.latest_change
    if get_language() == LATIN_LANGUAGE:
        change = html_to_latin(change)
    etag = f'"{page.version}"'
    response = JsonResponse({"version": page.version, "change": change}, headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response


@case_action(form=ClaimForm)
def claim(action: CaseAction) -> HttpResponse:
    """Claim this case. A takeover needs a reason. Carried input of a refused form is shown again."""
    claims.claim_case(report_id=action.report.pk, actor=action.user, now=action.now, reason=action.data["reason"])
    if carried_input(action.request.POST):
        return action.show()
    return redirect("admin:hotline-case", action.report.pk)


@case_action()
def release(action: CaseAction) -> HttpResponse:
    """Return the case to the queue."""
    claims.release_case(report=action.report, actor=action.user, now=action.now)
    return action.done_on_my_work(_("The case is back in the queue."))


@case_action()
def open_sealed(action: CaseAction) -> HttpResponse:
    """Show the reporter's text, the dialogue, the notes and, to the holder, all addresses. Each access is logged."""
    report, user, now = action.report, action.user, action.now
    held = selectors.holds(report, user, now)
    if held:
        openings.open_addresses(report=report, items=selectors.items_of(report), actor=user, now=now)
    opened_content = OpenedContent(
        words=sealed_content.open_report_text(report=report, actor=user, now=now) if held else None,
        dialogue=sealed_content.open_thread(report=report, actor=user, now=now),
        notes=notes.open_notes(report=report, items=selectors.items_of(report), actor=user, now=now),
    )
    return action.show(opened_content=opened_content)


@case_action()
def open_address(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Show the address of an item in this response. The access is logged."""
    openings.open_address(report=action.report, item=item, actor=action.user, now=action.now)
    return action.show(opened_content=OpenedContent(has_addresses=True))


@case_action(form=RevealForm)
def reveal(action: CaseAction, upload_id: int) -> HttpResponse:
    """Show one picture in grey in this response. The access is logged and counted."""
    upload, unblurred = _find_upload(action, upload_id), action.data["unblurred"]
    blurred = not unblurred and welfare.wants_blur(action.user)
    stored = sealed_content.reveal_upload(upload=upload, actor=action.user, now=action.now, again=unblurred)
    shown = sealed_content.preview_data_url(stored, blurred=blurred)
    return action.show(opened_content=OpenedContent(pictures={upload.pk: RevealedPicture(shown, blurred)}))


@case_action()
def reveal_all(action: CaseAction) -> HttpResponse:
    """Show the pictures of the case blurred and in grey in this response. Each access is logged and counted."""
    shown = sealed_content.reveal_blurred(report=action.report, actor=action.user, now=action.now)
    pictures = {upload_id: RevealedPicture(data_url, True) for upload_id, data_url in shown.items()}
    return action.show(opened_content=OpenedContent(pictures=pictures))


@case_action()
def opened_elsewhere(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Record that the user opened the content outside the portal."""
    case_services.record_opened_elsewhere(report=action.report, item=item, actor=action.user, now=action.now)
    return action.done_with_item(_("Recorded and counted as exposure."))


@case_action()
def suspect(action: CaseAction, upload_id: int) -> HttpResponse:
    """Lock one picture for all users."""
    quarantine_services.suspect_upload(upload=_find_upload(action, upload_id), actor=action.user, now=action.now)
    return action.done_with_item(_("The picture is locked for all staff. Supervisors see it on “My work”."))


@case_action(form=WithdrawSuspicionForm)
def withdraw_suspicion(action: CaseAction, upload_id: int) -> HttpResponse:
    """Withdraw a colleague's suspicion, for supervisors."""
    upload = _find_upload(action, upload_id)
    cast(WithdrawSuspicionForm, action.form).upload_id = upload.pk
    quarantine_services.withdraw_suspicion(
        upload=upload, reason=action.data["reason"], actor=action.user, now=action.now
    )
    return action.done_with_item(_("The suspicion is withdrawn."))


@case_action()
def refer_pictures(action: CaseAction) -> HttpResponse:
    """Refer the locked pictures of a case to the police, for supervisors."""
    quarantine_services.refer_suspected(report=action.report, actor=action.user, now=action.now)
    return action.done_with_item(_("The locked pictures are sent to the police, sealed, with the next package."))


@case_action()
def assess(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Record the assessment of an item."""
    form = AssessmentForm(action.request.POST, questions=selectors.questions_for(item))
    action.form = form
    if not form.is_valid():
        return action.show()
    assessments.assess_item(
        report=action.report,
        item=item,
        actor=action.user,
        answers=form.answers,
        unopened_reasons=form.cleaned_data["unopened"],
        now=action.now,
    )
    return action.done_with_work(_("The assessment is recorded."))


@case_action(form=ActionsForm)
def act(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Record the actions taken about one item."""
    assessments.record_actions(report=action.report, item=item, actor=action.user, now=action.now, **action.data)
    return action.done_with_work(_("The action is recorded."))


@case_action(form=ReplyForm)
def reply(action: CaseAction) -> HttpResponse:
    """Send a message to the reporter."""
    sealed_content.send_reply(report=action.report, actor=action.user, text=action.data["text"], now=action.now)
    return action.done(_("The message is sent. The reporter can read it with the code."))


@case_action(form=NoteForm)
def write_note(action: CaseAction) -> HttpResponse:
    """Store an internal note."""
    notes.write_note(
        report=action.report,
        actor=action.user,
        text=action.data["note"],
        row=action.data["row"] or uuid4(),
        now=action.now,
    )
    return action.done(
        _("The note is saved. Colleagues can read it with the report text or the dialogue. The reporter never sees it.")
    )


@case_action(form=ReopenForm)
def reopen(action: CaseAction) -> HttpResponse:
    """Reopen an ended case."""
    reopen_services.reopen_case(
        report_id=action.report.pk, actor=action.user, reason=action.data["reason"], now=action.now
    )
    return action.done(_("The case is open again and awaits review. Take it to continue."))


@case_action()
def close_again(action: CaseAction) -> HttpResponse:
    """Close a reopened case that needs no more work."""
    reopen_services.close_reopened_case(report=action.report, actor=action.user, now=action.now)
    return action.done_on_my_work(_("The case is closed again."))


@case_action(form=CategoryForm)
def categorise(action: CaseAction) -> HttpResponse:
    """Set the category of the report."""
    case_services.change_category(
        report=action.report, category=action.data["category"], actor=action.user, now=action.now
    )
    return action.done(_("The category is recorded."))


@case_action()
def look_up(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Request another look-up of an item's host. The known hosting data stay until then."""
    case_services.request_item_lookup(report=action.report, item=item, actor=action.user, now=action.now)
    enqueue_lookups()
    return action.done_with_item(_("The host is being checked. Reload the page in a moment."))


@case_action(form=SiteTypeForm)
def site_type(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Set the site type of an item."""
    case_services.set_site_type(
        report=action.report, item=item, actor=action.user, site_type=action.data["site_type"], now=action.now
    )
    return action.done_with_item(_("The site type is recorded."))


@case_action()
def check_now(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Request an immediate availability check."""
    availability_services.request_check(item=item, report=action.report, actor=action.user, now=action.now)
    enqueue_task(CHECK_TASK)
    return action.done_with_item(_("The check is in progress. Reload the page in a moment."))


@case_action(form=GoneForm)
def record_gone(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Record that an analyst found the content removed or unavailable."""
    availability_services.end_check_manually(
        item=item, report=action.report, actor=action.user, outcome=action.data["outcome"], now=action.now
    )
    return action.done_with_item(_("The content is recorded as gone."))


@case_action()
def dismiss_attention(action: CaseAction, item: ContentItem) -> HttpResponse:
    """Dismiss an inconclusive check after a manual look."""
    availability_services.dismiss_attention(item=item, report=action.report, actor=action.user, now=action.now)
    return action.done_with_item(_("Your review is recorded."))


@case_action(MANAGE_LEGAL_HOLD, form=LegalHoldForm)
def set_legal_hold(action: CaseAction) -> HttpResponse:
    """Set a legal hold on the case, for supervisors."""
    retention_services.set_hold(
        report_id=action.report.pk,
        reason=action.data["held"],
        words=action.data["hold_words"],
        actor=action.user,
        now=action.now,
    )
    return action.done(_("The legal hold is in force. This case is not erased until the hold is released."))


@case_action(MANAGE_LEGAL_HOLD)
def release_legal_hold(action: CaseAction, legal_hold_id: int) -> HttpResponse:
    """Release the hold, so that retention applies again."""
    retention_services.release_hold(hold=_find_hold(action, legal_hold_id), actor=action.user, now=action.now)
    return action.done(_("The legal hold is released. The case is erased when its retention period ends."))


@case_action(MANAGE_LEGAL_HOLD)
def open_hold_reason(action: CaseAction, legal_hold_id: int) -> HttpResponse:
    """Show the reason for the hold. The access is logged."""
    hold = _find_hold(action, legal_hold_id)
    reason = retention_services.open_reason(hold=hold, actor=action.user, now=action.now)
    return action.show(opened_content=OpenedContent(hold_reason=reason))


def _find_upload(action: CaseAction, upload_id: int) -> Upload:
    return get_object_or_404(Upload, pk=upload_id, report_id=action.report.pk)


def _find_hold(action: CaseAction, legal_hold_id: int) -> LegalHold:
    holds = LegalHold.objects.select_related("report")
    return get_object_or_404(holds, pk=legal_hold_id, report_id=action.report.pk)
