"""Pages of a meeting: details, planning, changes, cancellation, and the printed attendance sheet."""

from copy import copy
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.places import TOWNS
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage
from youthpanel.meetings import selectors, services
from youthpanel.meetings.files import list_files
from youthpanel.meetings.forms import MeetingForm, display_name
from youthpanel.models import Meeting

VIEW_MEETING, ADD_MEETING, CHANGE_MEETING = (f"youthpanel.{action}_meeting" for action in ("view", "add", "change"))
LIST = "admin:youthpanel_meeting_changelist"
# Blank lines for participants who are not on the list.
EMPTY_LINES = 6


class MeetingPage(StaffPage[Meeting]):
    """Base of the pages of one meeting."""

    def get_object(self) -> Meeting:
        meeting = selectors.find_meeting(self.kwargs["meeting_id"])
        if meeting is None:
            raise Http404
        return meeting

    def get_url(self) -> str:
        return reverse("admin:youthpanel-meeting", args=[self.object.pk])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "meeting": self.object, "town": TOWNS.get(self.object.town, self.object.town)}


class MeetingDetail(MeetingPage, DetailPage[Meeting]):
    """One meeting with its actions."""

    permissions = (VIEW_MEETING,)
    template_name = "staff/youthpanel/meetings/meeting.html"

    def get_title(self) -> str:
        return str(self.object)

    def get_context(self) -> dict[str, Any]:
        meeting = self.object
        return {
            **super().get_context(),
            "leading": _leading(meeting),
            "invited_count": selectors.invited_members(meeting).count(),
            "files": list_files(meeting, localdate(self.now)),
            "is_over": meeting.ends_at <= self.now,
            "lacks_adults": selectors.lacks_facilitators(meeting, self.now),
            "can_be_attended": not meeting.cancelled_at and localdate(meeting.starts_at) <= localdate(self.now),
        }


class AddMeeting(FormPage[None, MeetingForm]):
    """Plan a meeting."""

    permissions = (ADD_MEETING,)
    template_name = "staff/youthpanel/meetings/form.html"
    title = gettext_lazy("Plan a meeting")
    form_class = MeetingForm
    success_message = gettext_lazy("The meeting was planned.")

    def get_url(self) -> str:
        return reverse(LIST)

    def get_initial(self) -> dict[str, Any]:
        return {"facilitators": [self.user.pk]}

    def get_form_arguments(self) -> dict[str, Any]:
        return {"adults": selectors.available_facilitators()}

    def save(self, form: MeetingForm) -> HttpResponse:
        meeting = services.plan_meeting(actor=self.user, now=self.now, **form.values)
        return self.saved(reverse("admin:youthpanel-meeting", args=[meeting.pk]))


class ChangeMeeting(MeetingPage, FormPage[Meeting, MeetingForm]):
    """Change the title, time, place or participants."""

    permissions = (CHANGE_MEETING,)
    template_name = "staff/youthpanel/meetings/form.html"
    form_class = MeetingForm
    success_message = gettext_lazy("The meeting was changed.")

    def get_title(self) -> str:
        return _("Change: %(meeting)s") % {"meeting": self.object}

    def get_form_arguments(self) -> dict[str, Any]:
        # The form changes its instance; the page shows the stored meeting.
        return {"instance": copy(self.object), "adults": selectors.facilitators_for(self.object, self.now)}

    def save(self, form: MeetingForm) -> None:
        opened = form.cleaned_data["opened"]
        services.change_meeting(meeting=self.object, opened=opened, actor=self.user, now=self.now, **form.values)


class CancelMeeting(ActionPage[Meeting], MeetingDetail):
    """Ask for confirmation, then cancel."""

    permissions = (CHANGE_MEETING,)
    success_message = gettext_lazy("The meeting was cancelled. Tell the invited members.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.template_name = "staff/youthpanel/meetings/cancel.html"
        return self.render(title=_("Cancel: %(meeting)s") % {"meeting": self.object})

    def perform(self) -> None:
        services.cancel_meeting(meeting=self.object, actor=self.user, now=self.now)


class AttendanceSheet(MeetingPage, DetailPage[Meeting]):
    """Agenda and attendance sheet for print."""

    permissions = (VIEW_MEETING,)
    template_name = "staff/youthpanel/meetings/attendance_sheet.html"

    def get_title(self) -> str:
        return _("Attendance sheet: %(meeting)s") % {"meeting": self.object}

    def get_context(self) -> dict[str, Any]:
        listed = list(selectors.invited_members(self.object).filter(erased_at=None))
        return {
            **super().get_context(),
            "leading": _leading(self.object),
            "members": listed,
            "empty_lines": range(len(listed) + 1, len(listed) + 1 + EMPTY_LINES),
        }


def _leading(meeting: Meeting) -> str:
    return ", ".join(display_name(each) for each in meeting.facilitators.all())
