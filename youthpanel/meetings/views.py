"""The pages of a meeting: what stands there, planning, changing and calling it off, and the sheet that is printed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.common.places import TOWNS
from clicksafely.common.staff.site import duty_page
from youthpanel.meetings import selectors, services
from youthpanel.meetings.exceptions import ChangedMeanwhile, NotPossible
from youthpanel.meetings.files import list_files
from youthpanel.meetings.form_data import draft_of
from youthpanel.meetings.forms import MeetingForm, differences, filled_in, name_of
from youthpanel.meetings.view_helpers import ADD, CHANGE, VIEW, show, the_meeting, to_meeting
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.forms import add_faults
from youthpanel.members.optimistic_lock import CHANGED_MEANWHILE
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Meeting

LOOK_AND_SEND = require_http_methods(["GET", "HEAD", "POST"])
# Empty lines for whoever comes without standing on the list.
EMPTY_LINES = 6


@duty_page(VIEW)
@require_safe
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting, with what can be done about it."""
    return show_meeting(request, the_meeting(meeting_id))


@duty_page(ADD)
@LOOK_AND_SEND
def add(request: HttpRequest) -> HttpResponse:
    """A new meeting."""
    now, adults = timezone.now(), selectors.adults()
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
            return to_meeting(planned.pk)
    return _form(request, form)


@duty_page(CHANGE)
@LOOK_AND_SEND
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Another title, time, place, other people."""
    found, now = the_meeting(meeting_id), timezone.now()
    adults, stored = selectors.adults_for(found, now), draft_of(found)
    if request.method != "POST":
        return _form(request, MeetingForm(adults=adults, initial=filled_in(stored)), found)
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
    except ChangedMeanwhile:
        stored = draft_of(the_meeting(meeting_id))
        again = MeetingForm({**_sent(request), "opened": stored.revision}, adults=adults)
        again.add_error(None, str(CHANGED_MEANWHILE))
        return _form(request, again, found, beside=differences(again, stored))
    messages.success(request, _("The meeting is changed."))
    return to_meeting(found.pk)


@duty_page(CHANGE)
@LOOK_AND_SEND
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Ask once more; then call it off."""
    found = the_meeting(meeting_id)
    if request.method != "POST":
        title = _("Call off: %(meeting)s") % {"meeting": found}
        return show(request, "staff/youthpanel/meetings/cancel.html", title, meeting=found, town=_town(found))
    try:
        services.cancel_meeting(meeting=found, actor=acting_user(request), now=timezone.now())
    except NotPossible as error:
        return show_meeting(request, found, refusal=str(error.message))
    messages.success(request, _("The meeting is called off. Tell those who were invited."))
    return to_meeting(found.pk)


@duty_page(VIEW)
@require_safe
def sheet(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Agenda and attendance, for paper."""
    found = the_meeting(meeting_id)
    listed = list(selectors.invited(found).filter(erased_at=None))
    return show(
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
    """The page of a meeting, with a word on what was not done."""
    now = timezone.now()
    return show(
        request,
        "staff/youthpanel/meetings/meeting.html",
        str(found),
        status=422 if refusal else 200,
        meeting=found,
        town=_town(found),
        leading=_leading(found),
        asked=selectors.invited(found).count(),
        files=list_files(found, localdate(now)),
        is_over=found.ends_at <= now,
        lacks_adults=selectors.lacks_adults(found, now),
        can_be_attended=not found.cancelled_at and localdate(found.starts_at) <= localdate(now),
        refusal=refusal,
    )


def _leading(found: Meeting) -> str:
    return ", ".join(name_of(each) for each in found.facilitators.all())


def _town(found: Meeting) -> str:
    return str(TOWNS.get(found.town, found.town))


def _sent(request: HttpRequest) -> Any:
    return {name: request.POST.getlist(name) if name in {"cohorts", "facilitators"} else request.POST[name] for name in request.POST}  # fmt: skip


def _form(request: HttpRequest, form: MeetingForm, found: Meeting | None = None, **shown_too: Any) -> HttpResponse:
    title = _("Change: %(meeting)s") % {"meeting": found} if found else _("New meeting")
    return show(
        request,
        "staff/youthpanel/meetings/form.html",
        title,
        status=422 if form.errors else 200,
        form=form,
        meeting=found,
        **shown_too,
    )
