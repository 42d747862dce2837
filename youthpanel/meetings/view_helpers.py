"""Helpers of the views of meetings: access checks and page rendering."""

from typing import Any, Final

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from youthpanel.meetings.selectors import find_meeting
from youthpanel.models import Meeting

VIEW_MEETING: Final = "youthpanel.view_meeting"
ADD_MEETING: Final = "youthpanel.add_meeting"
CHANGE_MEETING: Final = "youthpanel.change_meeting"
LIST: Final = "admin:youthpanel_meeting_changelist"


def get_meeting_or_404(pk: int) -> Meeting:
    meeting = find_meeting(pk)
    if meeting is None:
        raise Http404
    return meeting


def render_page(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render an admin page."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, template, context, status=status)


def redirect_to_meeting(pk: int) -> HttpResponse:
    """Redirect to the page of a meeting."""
    return redirect("admin:youthpanel-meeting", pk)
