"""Pages of attendance, minutes and decisions."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.staff.pages import EDIT_CONFLICT_MESSAGE
from youthpanel.meetings import selectors, services
from youthpanel.meetings.attendance import attendance_revision, check_recordable, record_attendance
from youthpanel.meetings.form_data import MinutesData, minutes_data_of
from youthpanel.meetings.forms import DecisionFormSet, MinutesForm, decision_rows, minutes_draft
from youthpanel.meetings.views import CHANGE_MEETING, MeetingPage

Attended = dict[int, bool | None]
_ROW = re.compile(r"m([0-9]{1,15})")
_ATTENDED = {"attended": True, "missed": False}
# The value of the button for all members without a record.
_THE_REST = {"rest-attended": True, "rest-missed": False}


class EditAttendance(MeetingPage):
    """One row per invited member."""

    permissions = (CHANGE_MEETING,)
    template_name = "staff/youthpanel/meetings/attendance.html"

    def get_title(self) -> str:
        return _("Attendance: %(meeting)s") % {"meeting": self.object}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect to the meeting if attendance cannot be recorded now."""
        try:
            check_recordable(self.object, self.now)
        except ActionRefused as refused:
            messages.error(request, refused.message)
            return redirect(self.get_url())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(selectors.attendance_of(self.object))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        ticked, opened = _ticked(request), request.POST.get("opened", "")
        try:
            record_attendance(meeting=self.object, attended=ticked, opened=opened, actor=self.user, now=self.now)
        except ActionRefused as refused:
            return self.show(ticked, [str(fault.message) for fault in refused.faults])
        except EditConflict:
            return self.show(ticked, [str(EDIT_CONFLICT_MESSAGE)])
        messages.success(request, _("Attendance is saved."))
        return redirect(self.get_url())

    def show(self, ticked: Attended, faults: list[str] | None = None) -> HttpResponse:
        """Show `ticked` next to the stored attendance."""
        stored = selectors.attendance_of(self.object)
        lines = [
            (member, ticked.get(member.pk), stored.get(member.pk), ticked.get(member.pk) != stored.get(member.pk))
            for member in selectors.invited_members(self.object).filter(erased_at=None)
        ]
        opened = attendance_revision(stored)
        return self.render(status=422 if faults else 200, lines=lines, faults=faults or [], opened=opened)


def _ticked(request: HttpRequest) -> Attended:
    rest = _THE_REST.get(request.POST.get("act", ""))
    rows = {int(match[1]): request.POST[name] for name in request.POST if (match := _ROW.fullmatch(name))}
    return {pk: _ATTENDED.get(value, rest) for pk, value in rows.items()}


class EditMinutes(MeetingPage):
    """Minutes and decisions on one page."""

    permissions = (CHANGE_MEETING,)
    template_name = "staff/youthpanel/meetings/minutes.html"

    def get_title(self) -> str:
        return _("Minutes: %(meeting)s") % {"meeting": self.object}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Give the summary of errors the rows, too."""
        return super().render(status=status, formsets=[context["rows"]], **context)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        stored = minutes_data_of(self.object)
        form = MinutesForm(initial={"minutes": stored.minutes, "opened": stored.revision})
        return self.render(form=form, rows=DecisionFormSet(initial=decision_rows(stored)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, rows = MinutesForm(request.POST), DecisionFormSet(request.POST)
        if not (form.is_valid() & rows.is_valid()):
            return self.refuse(form, rows, _("Nothing was saved. Fix the errors below."))
        draft, opened = minutes_draft(form, rows), form.cleaned_data["opened"]
        try:
            services.save_minutes(meeting=self.object, draft=draft, opened=opened, actor=self.user, now=self.now)
        except ActionRefused as refused:
            reasons = (f"{fault.field}: {fault.message}" if fault.field else fault.message for fault in refused.faults)
            return self.refuse(form, rows, " ".join(map(str, reasons)))
        except EditConflict:
            return self.show_conflict(draft)
        messages.success(request, _("Minutes and decisions were saved."))
        return redirect(request.path if "more" in request.POST else self.get_url())

    def refuse(self, form: MinutesForm, rows: Any, refusal: str, **context: Any) -> HttpResponse:
        """Show the typed minutes with the reason."""
        return self.render(status=422, form=form, rows=rows, refusal=refusal, **context)

    def show_conflict(self, draft: MinutesData) -> HttpResponse:
        """Show the version of the other user next to the submitted one. Submitting again overwrites the former."""
        theirs = minutes_data_of(self.get_object())
        form = MinutesForm(initial={"minutes": draft.minutes, "opened": theirs.revision})
        rows = DecisionFormSet(initial=decision_rows(draft))
        differences = [(_("Minutes"), theirs.minutes, draft.minutes)] if theirs.minutes != draft.minutes else []
        if theirs.decisions != draft.decisions:
            there, mine = ("\n".join(serbian for serbian, _english in each.decisions) for each in (theirs, draft))
            differences.append((_("Decisions"), there, mine))
        return self.refuse(form, rows, str(EDIT_CONFLICT_MESSAGE), differences=differences)
