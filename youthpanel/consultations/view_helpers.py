"""Helpers of the admin views of consultations: access checks and page rendering."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from youthpanel.consultations.moderation import check_facilitator
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Consultation

CHANGE_CONSULTATION: Final = "youthpanel.change_consultation"
# Held by coordinators and the safeguarding lead, who may be facilitators.
MODERATE: Final = "youthpanel.change_idea"


def get_facilitated_consultation(request: HttpRequest, pk: int) -> Consultation:
    """A consultation of this facilitator. Raises Http404, and PermissionDenied for other users."""
    consultation = get_object_or_404(Consultation, pk=pk)
    check_facilitator(consultation, acting_user(request))
    return consultation


def render_page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render an admin page."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, template, context, status=status)


def warn_changed(request: HttpRequest) -> None:
    """Warn about an edit conflict."""
    messages.warning(request, _("Somebody else was faster: look at it as it is now."))


def warn_closed(request: HttpRequest) -> None:
    """Report that the consultation is not open."""
    messages.error(request, _("Nothing was kept: the consultation is not open."))
