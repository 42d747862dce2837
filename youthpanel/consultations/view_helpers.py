"""What the staff pages of consultations share: who comes in, and the frame of a page."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from youthpanel.consultations.moderation import check_facilitator
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Consultation

CHANGE_CONSULTATION: Final = "youthpanel.change_consultation"
# Whoever may be a facilitator: coordinators and the safeguarding lead.
MODERATE: Final = "youthpanel.change_idea"


def get_facilitated_consultation(request: HttpRequest, pk: int) -> Consultation:
    """A consultation for one of its facilitators. Raises Http404, and PermissionDenied for somebody else."""
    consultation = get_object_or_404(Consultation, pk=pk)
    check_facilitator(consultation, acting_user(request))
    return consultation


def render_page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the staff site."""
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, template, context, status=status)


def warn_changed(request: HttpRequest) -> None:
    """That somebody was faster."""
    messages.warning(request, _("Somebody else was faster: look at it as it is now."))


def warn_closed(request: HttpRequest) -> None:
    """That it is not open."""
    messages.error(request, _("Nothing was kept: the consultation is not open."))
