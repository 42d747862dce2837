"""Views of a meeting: details, planning, changes, cancellation, and the printed attendance sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.common.places import TOWNS
from clicksafely.common.staff.site import staff_view
from youthpanel.meetings import selectors, services
from youthpanel.meetings.exceptions import EditConflict, NotPossible
from youthpanel.meetings.files import list_files
from youthpanel.meetings.form_data import meeting_data_of
from youthpanel.meetings.forms import MeetingForm, differences, display_name, initial_of
from youthpanel.meetings.view_helpers import (
    ADD_MEETING,
    CHANGE_MEETING,
    VIEW_MEETING,
    get_meeting_or_404,
    redirect_to_meeting,
    render_page,
)
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.forms import add_faults
from youthpanel.members.optimistic_lock import EDIT_CONFLICT_MESSAGE
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Meeting

ALLOWED_METHODS = require_http_methods(["GET", "HEAD", "POST"])
# Blank lines for participants who are not on the list.
EMPTY_LINES = 6


@staff_view(VIEW_MEETING)
@require_safe
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting with its actions."""
    return show_meeting(request, get_meeting_or_404(meeting_id))


@staff_view(ADD_MEETING)
@ALLOWED_METHODS
def add(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    now, adults = timezone.now(), selectors.available_facilitators()
    if request.method != "POST":
        return _form(request, MeetingForm(adults=adults, initial={"facilitators": [acting_user(request).pk]}))
    form = MeetingForm(request.POST, adults=adults)
    if form.is_valid():
        try:
            planned = services.plan_meeting(draft=form.draft, actor=acting_user(request), now=now)
        except RecordRefused as refused:
            add_faults(form, refused)
        else:
            messages.success(request, _("The meeting is planned."))
            return redirect_to_meeting(planned.pk)
    return _form(request, form)


@staff_view(CHANGE_MEETING)
@ALLOWED_METHODS
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Change the title, time, place or participants."""
    found, now = get_meeting_or_404(meeting_id), timezone.now()
    adults, stored = selectors.facilitators_for(found, now), meeting_data_of(found)
    if request.method != "POST":
        return _form(request, MeetingForm(adults=adults, initial=initial_of(stored)), found)
    form = MeetingForm(request.POST, adults=adults)
    if not form.is_valid():
        return _form(request, form, found)
    try:
        services.change_meeting(
            meeting=found, draft=form.draft, opened=form.cleaned_data["opened"], actor=acting_user(request), now=now
        )
    except RecordRefused as refused:
        add_faults(form, refused)
        return _form(request, form, found)
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    except EditConflict:
        stored = meeting_data_of(get_meeting_or_404(meeting_id))
        again = MeetingForm({**_sent(request), "opened": stored.revision}, adults=adults)
        again.add_error(None, str(EDIT_CONFLICT_MESSAGE))
        return _form(request, again, found, beside=differences(again, stored))
    messages.success(request, _("The meeting is changed."))
    return redirect_to_meeting(found.pk)


@staff_view(CHANGE_MEETING)
@ALLOWED_METHODS
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Ask for confirmation, then cancel."""
    found = get_meeting_or_404(meeting_id)
    if request.method != "POST":
        title = _("Call off: %(meeting)s") % {"meeting": found}
        return render_page(request, "staff/youthpanel/meetings/cancel.html", title, meeting=found, town=_town(found))
    try:
        services.cancel_meeting(meeting=found, actor=acting_user(request), now=timezone.now())
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    messages.success(request, _("The meeting is called off. Tell those who were invited."))
    return redirect_to_meeting(found.pk)


@staff_view(VIEW_MEETING)
@require_safe
def print_meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Agenda and attendance sheet for print."""
    found = get_meeting_or_404(meeting_id)
    listed = list(selectors.invited_members(found).filter(erased_at=None))
    return render_page(
        request,
        "staff/youthpanel/meetings/attendance_sheet.html",
        _("Sheet: %(meeting)s") % {"meeting": found},
        meeting=found,
        town=_town(found),
        leading=_leading(found),
        members=listed,
        empty_lines=range(len(listed) + 1, len(listed) + 1 + EMPTY_LINES),
    )


def show_meeting(request: HttpRequest, found: Meeting, *, refusal: str = "") -> HttpResponse:
    """The page of a meeting, with an error message if an action failed."""
    now = timezone.now()
    return render_page(
        request,
        "staff/youthpanel/meetings/meeting.html",
        str(found),
        status=422 if refusal else 200,
        meeting=found,
        town=_town(found),
        leading=_leading(found),
        asked=selectors.invited_members(found).count(),
        files=list_files(found, localdate(now)),
        is_over=found.ends_at <= now,
        lacks_adults=selectors.lacks_facilitators(found, now),
        can_be_attended=not found.cancelled_at and localdate(found.starts_at) <= localdate(now),
        refusal=refusal,
    )


def _leading(found: Meeting) -> str:
    return ", ".join(display_name(each) for each in found.facilitators.all())


def _town(found: Meeting) -> str:
    return str(TOWNS.get(found.town, found.town))


def _sent(request: HttpRequest) -> Any:
    return {name: request.POST.getlist(name) if name in {"cohorts", "facilitators"} else request.POST[name] for name in request.POST}  # fmt: skip


def _form(request: HttpRequest, form: MeetingForm, found: Meeting | None = None, **shown_too: Any) -> HttpResponse:
    title = _("Change: %(meeting)s") % {"meeting": found} if found else _("New meeting")
    return render_page(
        request,
        "staff/youthpanel/meetings/form.html",
        title,
        status=422 if form.errors else 200,
        form=form,
        meeting=found,
        **shown_too,
    )
