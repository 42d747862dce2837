"""Complaints in the staff site: the list, and the deadlines."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from clicksafely.accounts.models import User
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import NumberSearchMixin, RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin, StaffModelAdmin
from clicksafely.common.staff.waiting import register_waiting
from hotline.case_links import case_link
from hotline.complaints import selectors, services
from hotline.complaints.forms import ComplaintDeadlinesForm
from hotline.models import Complaint, ComplaintDeadlines
from hotline.permissions import EXPORT_LISTS

register_waiting("hotline.Complaint", lambda user: selectors.unclosed_complaints()[:100].count())


class ComplaintAdmin(ExportMixin, NumberSearchMixin, RowPageMixin, ReadOnlyAdmin):
    empty_hint = _("Complaints come from the public form for complaints.")
    export_permission = EXPORT_LISTS
    export_columns = ("number", "about", "case", "state", "received_at", "acknowledge_by", "answer_by", "outcome")
    row_page = "admin:hotline-complaint"
    list_display = ["number", "about", "case", "how_far", "received_at", "acknowledge_by", "answer_by", "outcome"]
    list_filter = ["state", "about", "outcome"]
    list_select_related = ["report"]
    search_help_text = _("Number of a complaint, for example C-2026-000042 or 42")
    search_fields = ["id"]
    reference_letters = "C"
    in_global_search = True

    @admin.display(description=_("complaint"), ordering="id")
    def number(self, complaint: Complaint) -> str:
        return complaint.reference

    @admin.display(description=_("case"))
    def case(self, complaint: Complaint) -> str:
        return case_link(complaint.report)

    @admin.display(description=_("state"))
    def how_far(self, complaint: Complaint) -> str:
        state = complaint.get_state_display()
        if selectors.is_overdue(complaint, timezone.now()):
            return format_html('{} <b class="overdue">{}</b>', state, pgettext("complaint", "overdue"))
        return str(state)


class ComplaintTermsAdmin(StaffModelAdmin):
    """A single row; saved through the service, which writes the audit trail."""

    has_plain_name = True
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
