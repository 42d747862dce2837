"""Views of attendance, minutes and decisions."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from clicksafely.common.staff.site import staff_view
from youthpanel.meetings import selectors, services
from youthpanel.meetings.attendance import attendance_revision, check_recordable, record_attendance
from youthpanel.meetings.exceptions import EditConflict, NotPossible
from youthpanel.meetings.form_data import MinutesData, minutes_data_of
from youthpanel.meetings.forms import DecisionFormSet, MinutesForm, decision_rows, minutes_draft
from youthpanel.meetings.view_helpers import CHANGE_MEETING, get_meeting_or_404, redirect_to_meeting, render_page
from youthpanel.meetings.views import ALLOWED_METHODS, show_meeting
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.optimistic_lock import EDIT_CONFLICT_MESSAGE
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Meeting

Came = dict[int, bool | None]
_ROW = re.compile(r"m([0-9]{1,15})")
_SAID = {"came": True, "missed": False}
# The value of the button for all members without a record.
_THE_REST = {"rest-came": True, "rest-missed": False}


@staff_view(CHANGE_MEETING)
@ALLOWED_METHODS
def attendance(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One row per invited member."""
    found, now = get_meeting_or_404(meeting_id), timezone.now()
    stored = selectors.attendance_of(found)
    try:
        check_recordable(found, now)
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    if request.method != "POST":
        return _show_attendance(request, found, stored, stored)
    ticked = _ticked(request)
    try:
        record_attendance(
            meeting=found, came=ticked, opened=request.POST.get("opened", ""), actor=acting_user(request), now=now
        )
    except RecordRefused as refused:
        return _show_attendance(request, found, ticked, stored, [str(fault.message) for fault in refused.faults])
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    except EditConflict:
        stored = selectors.attendance_of(found)
        return _show_attendance(request, found, ticked, stored, [str(EDIT_CONFLICT_MESSAGE)])
    messages.success(request, _("It is noted who came."))
    return redirect_to_meeting(found.pk)


@staff_view(CHANGE_MEETING)
@ALLOWED_METHODS
def minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Minutes and decisions on one page."""
    found = get_meeting_or_404(meeting_id)
    stored = minutes_data_of(found)
    if request.method != "POST":
        form = MinutesForm(initial={"minutes": stored.minutes, "opened": stored.revision})
        return _show_minutes(request, found, form, DecisionFormSet(initial=decision_rows(stored)))
    form, rows = MinutesForm(request.POST), DecisionFormSet(request.POST)
    if not (form.is_valid() & rows.is_valid()):
        return _show_minutes(request, found, form, rows, refusal=_("Nothing was written. See below what to fix."))
    draft = minutes_draft(form, rows)
    try:
        services.save_minutes(
            meeting=found,
            draft=draft,
            opened=form.cleaned_data["opened"],
            actor=acting_user(request),
            now=timezone.now(),
        )
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    except RecordRefused as refused:
        said = " ".join(f"{fault.field}: {fault.message}" for fault in refused.faults)
        return _show_minutes(request, found, form, rows, refusal=said)
    except EditConflict:
        return _show_both(request, found, draft)
    messages.success(request, _("Minutes and decisions are saved."))
    if "more" in request.POST:
        return redirect("admin:youthpanel-meeting-minutes", found.pk)
    return redirect_to_meeting(found.pk)


def _ticked(request: HttpRequest) -> Came:
    rest = _THE_REST.get(request.POST.get("act", ""))
    rows = {int(match[1]): request.POST[name] for name in request.POST if (match := _ROW.fullmatch(name))}
    return {pk: _SAID.get(said, rest) for pk, said in rows.items()}


def _show_attendance(
    request: HttpRequest, found: Meeting, ticked: Came, stored: Came, faults: list[str] | None = None
) -> HttpResponse:
    lines = [
        (member, ticked.get(member.pk), stored.get(member.pk), ticked.get(member.pk) != stored.get(member.pk))
        for member in selectors.invited_members(found)
    ]
    return render_page(
        request,
        "staff/youthpanel/meetings/attendance.html",
        _("Who came: %(meeting)s") % {"meeting": found},
        status=422 if faults else 200,
        meeting=found,
        lines=lines,
        faults=faults or [],
        opened=attendance_revision(stored),
    )


def _show_both(request: HttpRequest, found: Meeting, draft: MinutesData) -> HttpResponse:
    """Show the version of the other user next to the submitted one. Submitting again overwrites the former."""
    theirs = minutes_data_of(get_meeting_or_404(found.pk))
    form = MinutesForm(initial={"minutes": draft.minutes, "opened": theirs.revision})
    rows = DecisionFormSet(initial=decision_rows(draft))
    beside = [(_("Minutes"), theirs.minutes, draft.minutes)] if theirs.minutes != draft.minutes else []
    if theirs.decisions != draft.decisions:
        there, mine = ("\n".join(serbian for serbian, _english in each.decisions) for each in (theirs, draft))
        beside.append((_("Decisions"), there, mine))
    return _show_minutes(request, found, form, rows, refusal=str(EDIT_CONFLICT_MESSAGE), beside=beside)


def _show_minutes(
    request: HttpRequest, found: Meeting, form: MinutesForm, rows: Any, *, refusal: str = "", beside: Any = ()
) -> HttpResponse:
    title = _("Minutes: %(meeting)s") % {"meeting": found}
    context = {"meeting": found, "form": form, "rows": rows, "refusal": refusal, "beside": beside}
    return render_page(
        request, "staff/youthpanel/meetings/minutes.html", title, status=422 if refusal else 200, **context
    )
