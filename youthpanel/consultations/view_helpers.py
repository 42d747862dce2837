"""Base pages of consultations in the admin."""

from typing import Any, ClassVar, Final

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from clicksafely.common.staff.pages import StaffPage
from youthpanel.consultations.moderation import check_facilitator
from youthpanel.models import Consultation

CHANGE_CONSULTATION: Final = "youthpanel.change_consultation"
# Held by coordinators and the safeguarding lead, who may be facilitators.
MODERATE: Final = "youthpanel.change_idea"


class ConsultationPage(StaffPage[Consultation]):
    """Base of the pages of one consultation."""

    permissions: ClassVar[tuple[str, ...]] = (MODERATE,)

    def get_object(self) -> Consultation:
        return get_object_or_404(Consultation, pk=self.kwargs["consultation_id"])

    def get_url(self) -> str:
        return reverse("admin:youthpanel-consultation", args=[self.object.pk])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "consultation": self.object}


class FacilitatedPage(ConsultationPage):
    """Base of the pages for facilitators of the consultation; other users get status 403."""

    def get_object(self) -> Consultation:
        consultation = super().get_object()
        check_facilitator(consultation, self.user)
        return consultation


def warn_changed(request: HttpRequest) -> None:
    """Warn about an edit conflict."""
    messages.warning(request, _("Another user changed it first. Check the current version."))


def warn_closed(request: HttpRequest) -> None:
    """Report that the consultation is not open."""
    messages.error(request, _("Nothing was saved: the consultation is not open."))
