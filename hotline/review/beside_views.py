"""What is done beside the assessment: notes, opening an ended case again, closing it again."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from hotline.lifecycle.errors import CaseError
from hotline.review import notes, reopening
from hotline.review.forms import NoteForm
from hotline.review.views import acting_user, find_report, show_case, staff_act


@staff_act
def write_note(request: HttpRequest, report_id: int) -> HttpResponse:
    """Keep an internal note."""
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
            now=agreed_now(),
        )
    except CaseError as error:
        return show_case(request, report, refusal=error, note_form=form)
    messages.success(
        request, _("The note is kept. It is read with the reporter's words or the dialogue, never by the reporter.")
    )
    return redirect("admin:hotline-case", report_id)


@staff_act
def reopen(request: HttpRequest, report_id: int) -> HttpResponse:
    """Open an ended case again."""
    reason = request.POST.get("reason", "")
    try:
        reopening.reopen_case(
            report_id=find_report(report_id).pk, actor=acting_user(request), reason=reason, now=agreed_now()
        )
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, reopen_reason=reason, reopening=True)
    messages.success(request, _("The case is open again and waits for review. Take it to go on."))
    return redirect("admin:hotline-case", report_id)


@staff_act
def close_again(request: HttpRequest, report_id: int) -> HttpResponse:
    """Close a case that was opened again and needs nothing more."""
    try:
        reopening.close_again(report=find_report(report_id), actor=acting_user(request), now=agreed_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The case is closed again."))
    return redirect("admin:hotline-desk")
