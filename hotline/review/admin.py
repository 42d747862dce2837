"""Admin list of cases closed without assessment, and the settings of review."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.accounts.models import User
from clicksafely.common.clock import database_now
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.list_mixins import MAX_DIGITS, NumberSearchMixin, RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin, StaffModelAdmin
from hotline.models import Closing, ClosingAct, ClosingState, ReviewSettings
from hotline.permissions import VIEW_CLOSINGS, WORK_CASE
from hotline.review import assessments
from hotline.review.reopen_services import ReopenReason, reopen_case


class ClosingAdmin(NumberSearchMixin, RowPageMixin, ReadOnlyAdmin):
    """Read-only list of all closings without assessment, for supervisors."""

    empty_hint = _("Cases closed without assessment appear here.")
    number_field = "report"
    row_page = "admin:hotline-case"
    list_display = ["case", "end", "state", "proposer", "created_at", "second", "decided_at", "opened_by"]
    list_filter = ["state"]
    list_select_related = ["report", "author", "second"]
    search_help_text = _("Number of a report, for example NP-2026-000042 or 42")
    search_fields = ["report_id"]
    actions = ["reopen"]

    def has_view_permission(self, request: HttpRequest, obj: Closing | None = None) -> bool:
        return has_role_permission(request.user, VIEW_CLOSINGS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closing]:
        return super().get_queryset(request).filter(act=ClosingAct.ASIDE)

    def has_reopen_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and has_role_permission(request.user, WORK_CASE)

    @admin.action(description=_("Open again"), permissions=["reopen"])
    def reopen(self, request: HttpRequest, chosen: QuerySet[Closing]) -> None:
        """Open the cases again as closed by mistake. Those that are open or await a second person are skipped."""
        reopened = skipped = 0
        for report_id in chosen.values_list("report", flat=True).distinct().order_by("report"):
            try:
                reopen_case(
                    report_id=report_id,
                    actor=cast(User, request.user),
                    reason=ReopenReason.MISTAKE.value,
                    now=database_now(),
                )
                reopened += 1
            except ActionRefused:
                skipped += 1
        if reopened:
            text = ngettext("%(n)s case is open again.", "%(n)s cases are open again.", reopened)
            messages.success(request, text % {"n": reopened})
        if skipped:
            text = ngettext(
                "%(n)s case was skipped: it is not closed.", "%(n)s cases were skipped: not closed.", skipped
            )
            messages.warning(request, text % {"n": skipped})

    @admin.display(description=_("report"))
    def case(self, closing: Closing) -> str:
        return closing.report.reference

    @admin.display(description=_("closed by"))
    def proposer(self, closing: Closing) -> str:
        """Return the proposer's user name. It stays hidden until a second person has decided."""
        return "" if closing.state == ClosingState.PROPOSED else closing.author.get_username()

    @admin.display(description=_("opened by"))
    def opened_by(self, closing: Closing) -> str:
        if closing.state == ClosingState.PROPOSED:
            return ""
        names = [
            person.get_username()
            for person, has_opened in [
                (closing.author, closing.author_opened),
                (closing.second, closing.second_opened and closing.state == ClosingState.MADE),
            ]
            if person is not None and has_opened
        ]
        return ", ".join(names) or str(_("not opened"))

    def row_page_id(self, object_id: str) -> int | None:
        """Return the id of the closed case."""
        return Closing.objects.filter(pk=int(object_id[:MAX_DIGITS])).values_list("report_id", flat=True).first()


class ReviewSettingsAdmin(StaffModelAdmin):
    """A single row; saved through the service, which writes the audit trail."""

    list_display = ["name", "claim_limit", "checked_percent"]
    fields = ["claim_limit", "checked_percent"]
    actions = None

    @admin.display(description=_("settings of review"))
    def name(self, row: ReviewSettings) -> str:
        return str(_("for all staff"))

    name_on_home = name

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewSettings | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ReviewSettings, form: Any, change: bool) -> None:
        assessments.save_review_settings(settings=obj, actor=cast(User, request.user), now=database_now())
