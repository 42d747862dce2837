"""The page of a complaint in the staff site and its actions, for supervisors."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage
from hotline.complaints import selectors, services
from hotline.complaints.forms import AnswerForm
from hotline.models import Complaint
from hotline.permissions import HANDLE_COMPLAINT


class ComplaintDetail(DetailPage[Complaint]):
    """A complaint without its sealed content."""

    permissions = (HANDLE_COMPLAINT,)
    template_name = "staff/hotline/complaints/complaint.html"

    def get_object(self) -> Complaint:
        complaints = Complaint.objects.select_related("report", "closed_by")
        return get_object_or_404(complaints, pk=self.kwargs["complaint_id"])

    def get_url(self) -> str:
        return self.object.get_absolute_url()

    def get_title(self) -> str:
        return self.object.reference

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "complaint": self.object,
            "is_overdue": selectors.is_overdue(self.object, self.now),
            "own_work": selectors.has_worked_on(self.object.report, self.user),
            "answers_count": self.object.answers.count(),
            "form": AnswerForm(),
        }


class OpenComplaint(ActionPage[Complaint], ComplaintDetail):
    """Show the sealed content in this response; logged."""

    def perform(self) -> HttpResponse:
        return self.render(
            decrypted_complaint=services.open_complaint(complaint=self.object, actor=self.user, now=self.now)
        )


class AcknowledgeComplaint(ActionPage[Complaint], ComplaintDetail):
    """Acknowledge a complaint."""

    success_message = _("The complainant can now see that a supervisor is examining the complaint.")

    def perform(self) -> None:
        services.acknowledge_complaint(complaint=self.object, actor=self.user, now=self.now)


class AnswerComplaint(FormPage[Complaint, AnswerForm], ComplaintDetail):
    """Answer a complaint, and close it if an outcome is chosen."""

    form_class = AnswerForm
    success_message = _("The answer is saved. The complainant can read it with the complaint number.")

    def save(self, form: AnswerForm) -> None:
        services.answer_complaint(complaint=self.object, **form.cleaned_data, actor=self.user, now=self.now)
