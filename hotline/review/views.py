"""Staff views of the dashboard and the case page. Refused forms are shown again with their input."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import uuid4

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.accounts.models import User
from clicksafely.common.clock import database_now
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue import failed_tasks
from clicksafely.common.staff.site import staff_view
from hotline.availability.selectors import checks_to_review
from hotline.hosting.enqueue import enqueue_lookups
from hotline.hosting.selectors import hosting_alerts
from hotline.lifecycle.exceptions import CaseError
from hotline.models import ContentItem, Report, Upload
from hotline.outbox import queue
from hotline.permissions import (
    MANAGE_QUARANTINE,
    RELEASE_CLAIM,
    REVIEW_URGENT_REFERRAL,
    VIEW_CLOSINGS,
    VIEW_SERVICE_NOTICES,
    WORK_CASE,
)
from hotline.referral.quarantine.selectors import awaiting_handover
from hotline.referral.takedown.selectors import notices_to_review
from hotline.review import (
    assessments,
    case_services,
    claims,
    notes,
    reopen_services,
    sealed_content,
    selectors,
    welfare,
)
from hotline.review import sealed_content as review_sealed_content
from hotline.review.case_page import CasePage, CaseSidebar, PicturePanel, ReferralPanel, minutes_to_undo
from hotline.review.case_services import change_category
from hotline.review.exceptions import InvalidAnswers
from hotline.review.forms import NoteForm, ReplyForm
from hotline.review.sealed_content import reply_hint

VIEW_FAILED_TASKS = "common.view_failedtask"

# Equal to the page size of bulk actions.
MOST_UNDOABLE = 100


class SeeOther(HttpResponseRedirect):
    """A redirect with status 303, which clients follow by GET."""

    status_code = 303


type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_page[**P](view: View[P]) -> View[P]:
    """Restrict a view to staff with the permission WORK_CASE."""
    return staff_view(WORK_CASE)(view)


def staff_action[**P](view: View[P]) -> View[P]:
    """Restrict a POST action to staff. A GET redirects to the case or the dashboard."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def act_or_look(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        if "report_id" not in kwargs:
            return SeeOther(reverse("admin:hotline-desk"))
        place = request.GET.get("item", "")
        query = {"item": place} if place.isdecimal() else None
        return SeeOther(reverse("admin:hotline-case", args=[kwargs["report_id"]], query=query))

    return staff_page(cast(View[P], wraps(view)(act_or_look)))


@staff_page
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show the user's cases, urgent work, queue counts and exposure of the day."""
    now, user = database_now(), acting_user(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Desk"),
        "figures": selectors.dashboard_counts(),
        "welfare": welfare.daily_exposure(user, now),
        "mine": list(selectors.cases_of(user, now)[:50]),
        "news": list(selectors.cases_with_news()[:20]),
        "held": list(selectors.claimed_cases(now)[:50]) if has_role_permission(user, RELEASE_CLAIM) else [],
        "urgent_referrals": list(selectors.urgent_referrals()[:20])
        if has_role_permission(user, REVIEW_URGENT_REFERRAL)
        else [],
        "failed_referrals": list(selectors.failed_referrals()[:20]),
        "looks": checks_to_review(20),
        "notices": list(notices_to_review(now=now)[:20]),
        "locked": list(awaiting_handover()[:20]) if has_role_permission(user, MANAGE_QUARANTINE) else [],
        "failed_tasks": failed_tasks.count_open() if has_role_permission(user, VIEW_FAILED_TASKS) else 0,
        "given_up_mails": queue.count_failed(now=now) if has_role_permission(user, VIEW_SERVICE_NOTICES) else 0,
        "hosting_notices": hosting_alerts(now) if has_role_permission(user, VIEW_SERVICE_NOTICES) else None,
        "undoable": [
            (closing, minutes_to_undo(closing, now))
            for closing in selectors.undoable_closings(user, now)[:MOST_UNDOABLE]
        ],
        "proposals": selectors.proposals(user)[: selectors.COUNT_CAP].count(),
        "waiting_checks": selectors.waiting_checks(user) if has_role_permission(user, VIEW_CLOSINGS) else 0,
        "now": now,
    }
    return render(request, "staff/hotline/review/my_work.html", context)


@staff_page
@require_safe
def case(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show one case. A request by its holder extends the claim."""
    report, now = find_report(report_id), database_now()
    claims.extend_claim(report=report, actor=acting_user(request), now=now)
    return show_case(request, report, now=now)


@staff_action
def claim(request: HttpRequest, report_id: int) -> HttpResponse:
    """Claim this case. A takeover needs a reason. Input of a refused form is kept."""
    answers, kinds = _answers(request), request.POST.getlist("kinds")
    try:
        claims.claim_case(
            report_id=find_report(report_id).pk,
            actor=acting_user(request),
            now=database_now(),
            reason=request.POST.get("reason", ""),
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, answers=answers, kinds=kinds)
    if answers or kinds:
        return show_case(request, find_report(report_id), answers=answers, kinds=kinds)
    return redirect("admin:hotline-case", report_id)


@staff_action
def release(request: HttpRequest, report_id: int) -> HttpResponse:
    """Return the case to the queue."""
    try:
        claims.release_case(report=find_report(report_id), actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The case is back in the queue."))
    return redirect("admin:hotline-desk")


@staff_action
def open_sealed(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the reporter's text and the dialogue in this response. Both accesses are logged."""
    report, user, now = find_report(report_id), acting_user(request), database_now()
    try:
        words = (
            review_sealed_content.open_words(report=report, actor=user, now=now) if _holds(report, user, now) else None
        )
        dialogue = review_sealed_content.open_thread(report=report, actor=user, now=now)
        opened_notes = notes.open_notes(report=report, items=selectors.items_of(report), actor=user, now=now)
    except (CaseError, SealError) as error:
        return show_case(request, report, now=now, refusal=error)
    report = find_report(report_id)
    return show_case(request, report, now=now, words=words, dialogue=dialogue, opened_notes=opened_notes)


@staff_action
def reveal(request: HttpRequest, report_id: int, upload_id: int) -> HttpResponse:
    """Show one picture in grey in this response. The access is logged and counted."""
    upload, user = get_object_or_404(Upload, pk=upload_id, report_id=report_id), acting_user(request)
    sharp = "sharp" in request.POST
    blurred = not sharp and welfare.wants_blur(user)
    try:
        stored = review_sealed_content.reveal_upload(upload=upload, actor=user, now=database_now(), again=sharp)
        shown = sealed_content.preview_data_url(stored, blurred=blurred)
    except (CaseError, SealError, FileNotFoundError, StorageUnavailable) as error:
        return show_case(request, find_report(report_id), refusal=error)
    return show_case(request, find_report(report_id), revealed=(upload.pk, shown, blurred))


@staff_action
def assess(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    report, item, answers = find_report(report_id), find_item(report_id, item_id), _answers(request)
    try:
        assessments.assess_item(
            report=report, item=item, actor=acting_user(request), answers=answers, now=database_now()
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, answers=answers)
    return redirect_after_action(request, report_id, _("The assessment is recorded."))


@staff_action
def act(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Record the actions taken about one item."""
    report, item, kinds = find_report(report_id), find_item(report_id, item_id), request.POST.getlist("kinds")
    try:
        assessments.record_actions(
            report=report,
            item=item,
            actor=acting_user(request),
            kinds=kinds,
            now=database_now(),
            confirmed="confirmed" in request.POST,
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), item=item, refusal=error, kinds=kinds)
    return redirect_after_action(request, report_id, _("What was done is recorded."))


@staff_action
def reply(request: HttpRequest, report_id: int) -> HttpResponse:
    """Send a message to the reporter."""
    report, form = find_report(report_id), ReplyForm(request.POST)
    if not form.is_valid():
        return show_case(request, report, reply_form=form)
    try:
        review_sealed_content.send_reply(
            report=report, actor=acting_user(request), text=form.cleaned_data["text"], now=database_now()
        )
    except CaseError as error:
        return show_case(request, report, refusal=error, reply_form=form)
    messages.success(request, _("The message is sent. The reporter reads it with the receipt."))
    return redirect("admin:hotline-case", report_id)


def show_case(
    request: HttpRequest, report: Report, *, item: ContentItem | None = None, now: datetime | None = None, **shown: Any
) -> HttpResponse:
    """Render the case page. `now` defaults to the database time.

    `shown` is context for this response only: decrypted content, form input, a refusal (status 422).
    """
    refusal, reply_form, note_form = shown.get("refusal"), shown.pop("reply_form", None), shown.pop("note_form", None)
    page = CasePage(
        report=report,
        user=acting_user(request),
        now=now or database_now(),
        chosen=request.POST.get("item", "") or request.GET.get("item", ""),
        item=item,
        typed=any(shown.get(name) for name in ("answers", "kinds", "routes")),
    )
    context = {
        **admin.site.each_context(request),
        "title": report.reference,
        "page": page,
        "beside": CaseSidebar(page),
        "ways": ReferralPanel(page, shown.get("routes")),
        "pictures": PicturePanel(page),
        "welfare": welfare.daily_exposure(page.user, page.now),
        "reply_form": reply_form or ReplyForm(),
        "told": reply_hint(report=report, opened=shown.get("words")),
        "note_form": note_form or NoteForm(),
        "field_errors": refusal.fields if isinstance(refusal, InvalidAnswers) else {},
        "refusal_text": _refusal_text(refusal),
        **shown,
    }
    status = (
        422
        if refusal or any(form and form.errors for form in (reply_form, note_form, shown.get("places_form")))
        else 200
    )
    return render(request, "staff/hotline/review/case.html", context, status=status)


def _refusal_text(refusal: Exception | None) -> str:
    if refusal is None:
        return ""
    if isinstance(refusal, CaseError):
        return str(refusal.message)
    if isinstance(refusal, StorageUnavailable):
        return _("The picture cannot be fetched right now. Try again in a minute, or tell whoever runs the system.")
    return _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")


def redirect_after_action(request: HttpRequest, report_id: int, done: str) -> HttpResponseRedirect:
    """Redirect to the case if the user still holds it, otherwise to the dashboard."""
    messages.success(request, done)
    if _holds(find_report(report_id), acting_user(request), database_now()):
        return redirect("admin:hotline-case", report_id)
    return redirect("admin:hotline-desk")


def _answers(request: HttpRequest) -> dict[str, str]:
    return {name.removeprefix("q-"): str(value) for name, value in request.POST.items() if name.startswith("q-")}


def _holds(report: Report, user: User, now: datetime) -> bool:
    return report.claimed_by_id == user.pk and selectors.is_claimed(report, now)


def find_report(report_id: int) -> Report:
    """Return the report, or raise Http404."""
    return get_object_or_404(Report.objects.select_related("claimed_by"), pk=report_id)


def find_item(report_id: int, item_id: int) -> ContentItem:
    """Return the item, or raise Http404."""
    return get_object_or_404(ContentItem, pk=item_id, report_items__report_id=report_id)


def acting_user(request: HttpRequest) -> User:
    """Return the signed-in user."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin requires a signed-in user
    return request.user


@staff_action
def write_note(request: HttpRequest, report_id: int) -> HttpResponse:
    """Store an internal note."""
    report, form = find_report(report_id), NoteForm(request.POST)
    if not form.is_valid():
        return show_case(request, report, note_form=form)
    said = form.cleaned_data
    try:
        notes.write_note(
            report=report,
            actor=acting_user(request),
            text=said["note"],
            row=said["row"] or uuid4(),
            now=database_now(),
        )
    except CaseError as error:
        return show_case(request, report, refusal=error, note_form=form)
    messages.success(
        request, _("The note is kept. It is read with the reporter's words or the dialogue, never by the reporter.")
    )
    return redirect("admin:hotline-case", report_id)


@staff_action
def reopen(request: HttpRequest, report_id: int) -> HttpResponse:
    """Reopen an ended case."""
    reason = request.POST.get("reason", "")
    try:
        reopen_services.reopen_case(
            report_id=find_report(report_id).pk, actor=acting_user(request), reason=reason, now=database_now()
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, reopen_reason=reason, reopening=True)
    messages.success(request, _("The case is open again and waits for review. Take it to go on."))
    return redirect("admin:hotline-case", report_id)


@staff_action
def close_again(request: HttpRequest, report_id: int) -> HttpResponse:
    """Close a reopened case that needs no more work."""
    try:
        reopen_services.close_reopened_case(
            report=find_report(report_id), actor=acting_user(request), now=database_now()
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The case is closed again."))
    return redirect("admin:hotline-desk")


@staff_action
def categorise(request: HttpRequest, report_id: int) -> HttpResponse:
    """Set the category of the report."""
    report, category = find_report(report_id), request.POST.get("category", "")
    try:
        change_category(report=report, category=category, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("What the report is about is recorded."))
    return redirect("admin:hotline-case", report_id)


@staff_action
def look_up(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Request another look-up of an item's host. The known hosting data stay until then."""
    report, item = find_report(report_id), _item(report_id, item_id)
    try:
        case_services.request_item_lookup(report=report, item=item, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, report, item=item, refusal=error)
    enqueue_lookups()
    messages.success(request, _("The host is being looked up. Load the page again in a moment."))
    return _back(request, report_id)


@staff_action
def site_type(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    report, item, typed = find_report(report_id), _item(report_id, item_id), request.POST.get("site_type", "")
    try:
        case_services.set_site_type(
            report=report, item=item, actor=acting_user(request), site_type=typed, now=database_now()
        )
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
