"""How the coordinators' pages are reached and shown: who may, acts that are posted, and the frame of the staff site."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from awareness.events.models import Booking, EventDate
from awareness.events.staff.selectors import find_event_date
from clicksafely.accounts.models import User
from clicksafely.common.permissions import role_permission_required

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_page[**P](*permissions: str) -> Callable[[View[P]], View[P]]:
    """A page of the staff site for whoever holds all of `permissions`; looked at or sent."""

    def decorate(view: View[P]) -> View[P]:
        allowed = role_permission_required(*permissions)(require_http_methods(["GET", "HEAD", "POST"])(view))

        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            answer: HttpResponse = admin.site.admin_view(never_cache(allowed))(request, *args, **kwargs)
            return answer

        return cast(View[P], page)

    return decorate


def look_at[**P](view: View[P]) -> View[P]:
    """A page that nothing is sent to."""
    return require_safe(view)


def current_user(request: HttpRequest) -> User:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(User, request.user)


def get_date_or_404(pk: int) -> EventDate:
    """Raises Http404."""
    date = find_event_date(pk)
    if date is None:
        raise Http404
    return date


def get_booking_or_404(pk: int) -> Booking:
    """With its date and event. Raises Http404."""
    booking = Booking.objects.select_related("date__event").filter(pk=pk).first()
    if booking is None:
        raise Http404
    return booking


def render_staff_page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in the frame of the staff site."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, template, context, status=status)


def redirect_to_date(date: EventDate) -> HttpResponse:
    """Back to the page of a date."""
    return redirect("admin:events-date", date.pk)
