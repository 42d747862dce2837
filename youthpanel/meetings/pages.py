"""How the pages of meetings are reached and shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from clicksafely.common.longforms import take_long_form
from clicksafely.common.permissions import duties_of
from clicksafely.common.staff import duty_page
from youthpanel.meetings.selectors import find_meeting
from youthpanel.models import Meeting
from youthpanel.records.doors import View

VIEW: Final = "youthpanel.view_meeting"
ADD: Final = "youthpanel.add_meeting"
CHANGE: Final = "youthpanel.change_meeting"
LIST: Final = "admin:youthpanel_meeting_changelist"


def long_page_for[**P](*permissions: str) -> Callable[[View[P]], View[P]]:
    """The same as `duty_page` for a form with a line for every member; its template sends it as multipart/form-data."""

    def decorate(view: View[P]) -> View[P]:
        # Asks for the token once it is clear who sends, and how much of the form may be read.
        inner = duty_page(*permissions)(view)

        @csrf_exempt
        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if admin.site.has_permission(request) and duties_of(request.user).issuperset(permissions):
                take_long_form(request)
            return inner(request, *args, **kwargs)

        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", page)

    return decorate


def the_meeting(pk: int) -> Meeting:
    """Raises Http404."""
    meeting = find_meeting(pk)
    if meeting is None:
        raise Http404
    return meeting


def show(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the frame of the staff site."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"admin/youthpanel/meetings/{template}", context, status=status)


def to_meeting(pk: int) -> HttpResponse:
    """Back to the page of a meeting."""
    return redirect("admin:youthpanel-meeting", pk)
