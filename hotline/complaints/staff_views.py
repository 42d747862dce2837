"""The page of a complaint in the staff site, for supervisors. Its list is the admin's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.staff.site import staff_view
from hotline.complaints import selectors, services
from hotline.complaints.forms import AnswerForm
from hotline.lifecycle.exceptions import CaseError
from hotline.models import Complaint
from hotline.permissions import HANDLE_COMPLAINT
from hotline.review.views import SeeOther, acting_user

Page = Callable[[HttpRequest, int], HttpResponse]


def handler_page(view: Page) -> Page:
    """A page for those who handle complaints."""
    return staff_view(HANDLE_COMPLAINT)(view)


def handler_act(view: Page) -> Page:
    """What is done about one; its address looked at leads to the complaint."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def act_or_look(request: HttpRequest, complaint_id: int) -> HttpResponse:
        if request.method == "POST":
            return view(request, complaint_id)
        return SeeOther(_find(complaint_id).get_absolute_url())

    return handler_page(act_or_look)


@handler_page
@require_safe
def complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """What is known of a complaint without opening it."""
    return _show(request, _find(complaint_id))


@handler_act
def open_complaint(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Open it for this one answer; logged."""
    found = _find(complaint_id)
    try:
        opened = services.open_complaint(complaint=found, actor=acting_user(request), now=timezone.now())
    except CaseError as error:
        return _show(request, found, refusal=str(error.message))
    except SealError:
        refusal = _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")
        return _show(request, found, refusal=refusal)
    return _show(request, found, opened=opened)


@handler_act
def acknowledge(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Say that somebody looks into it."""
    found = _find(complaint_id)
    try:
        services.acknowledge_complaint(complaint=found, actor=acting_user(request), now=timezone.now())
    except CaseError as error:
        return _show(request, _find(complaint_id), refusal=str(error.message))
    messages.success(request, _("Whoever complained now reads that a supervisor looks into it."))
    return redirect(found)


@handler_act
def answer(request: HttpRequest, complaint_id: int) -> HttpResponse:
    """Answer it, and close it where an outcome is chosen."""
    found, form = _find(complaint_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form=form)
    try:
        services.answer_complaint(
            complaint=found,
            text=form.cleaned_data["text"],
            outcome=form.cleaned_data["outcome"],
            actor=acting_user(request),
            now=timezone.now(),
        )
    except CaseError as error:
        return _show(request, _find(complaint_id), form=form, refusal=str(error.message))
    messages.success(request, _("It is written down. Whoever complained reads it with the number."))
    return redirect(found)


def _find(complaint_id: int) -> Complaint:
    return get_object_or_404(Complaint.objects.select_related("report", "closed_by"), pk=complaint_id)


def _show(request: HttpRequest, found: Complaint, **shown: Any) -> HttpResponse:
    now, form = timezone.now(), shown.pop("form", None)
    context = {
        **admin.site.each_context(request),
        "title": found.reference,
        "complaint": found,
        "is_overdue": selectors.is_overdue(found, now),
        "own_work": selectors.has_worked_on(found.report, acting_user(request)),
        "answers_count": found.answers.count(),
        "form": form or AnswerForm(),
        **shown,
    }
    status = 422 if shown.get("refusal") or (form and form.errors) else 200
    return render(request, "staff/hotline/complaints/list.html", context, status=status)
