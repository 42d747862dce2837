"""Complaints in the staff site: a list, and the deadlines."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from clicksafely.accounts.models import User
from clicksafely.common.staff.lists import ReadOnlyAdmin, StaffModelAdmin
from clicksafely.common.staff.site import StaffSite
from hotline.complaints import selectors, services
from hotline.complaints.forms import ComplaintDeadlinesForm
from hotline.complaints.staff_urls import urlpatterns
from hotline.models import Complaint, ComplaintDeadlines

cast(StaffSite, admin.site).add_pages(urlpatterns)


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = ["number", "about", "case", "how_far", "received_at", "acknowledge_by", "answer_by", "outcome"]
    list_filter = ["state", "about", "outcome"]
    list_select_related = ["report"]

    @admin.display(description=_("complaint"), ordering="id")
    def number(self, complaint: Complaint) -> str:
        return complaint.reference

    @admin.display(description=_("case"))
    def case(self, complaint: Complaint) -> str:
        if complaint.report is None:
            return ""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:hotline-case", args=[complaint.report_id]), complaint.report.reference
        )

    @admin.display(description=_("state"))
    def how_far(self, complaint: Complaint) -> str:
        state = complaint.get_state_display()
        if selectors.is_overdue(complaint, timezone.now()):
            return format_html('{} <b class="overdue">{}</b>', state, pgettext("complaint", "overdue"))
        return str(state)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A page of its own: what is sealed is opened there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:hotline-complaint", object_id)


@admin.register(ComplaintDeadlines)
class ComplaintTermsAdmin(StaffModelAdmin):
    """One row; saved through the service, so that the audit knows."""

    form = ComplaintDeadlinesForm
    list_display = ["deadlines", "acknowledge_days", "answer_days"]
    actions = None

    @admin.display(description=_("deadlines"))
    def deadlines(self, terms: ComplaintDeadlines) -> str:
        return str(_("for every complaint"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ComplaintDeadlines | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ComplaintDeadlines, form: Any, change: bool) -> None:
        services.save_deadlines(terms=obj, actor=cast(User, request.user), now=timezone.now())
