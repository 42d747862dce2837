"""Admin list of cases closed without assessment."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import Closing, ClosingAct, ClosingState
from hotline.permissions import VIEW_CLOSINGS


@admin.register(Closing)
class ClosingAdmin(ReadOnlyAdmin):
    """Read-only list of all closings without assessment, for supervisors."""

    list_display = ["case", "end", "state", "proposer", "made_at", "second", "decided_at", "opened_by"]
    list_filter = ["state"]
    list_select_related = ["report", "author", "second"]
    search_help_text = _("Number of a report, for example NP-2026-000042 or 42")
    search_fields = ["report_id"]

    def has_view_permission(self, request: HttpRequest, obj: Closing | None = None) -> bool:
        return has_role_permission(request.user, VIEW_CLOSINGS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closing]:
        return super().get_queryset(request).filter(act=ClosingAct.ASIDE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Closing], search_term: str
    ) -> tuple[QuerySet[Closing], bool]:
        """Search by report number."""
        number = search_term.strip().rpartition("-")[2]
        if not search_term.strip():
            return queryset, False
        return (queryset.filter(report=int(number[:18])) if number.isdecimal() else queryset.none()), False

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
        opened = [
            person.get_username()
            for person, has_opened in [
                (closing.author, closing.author_opened),
                (closing.second, closing.second_opened and closing.state == ClosingState.MADE),
            ]
            if person is not None and has_opened
        ]
        return ", ".join(opened) or str(_("not opened"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the case page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        closing = Closing.objects.filter(pk=int(object_id[:18])).first() if object_id.isdecimal() else None
        if closing is None:
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:hotline-case", args=[closing.report_id]))
