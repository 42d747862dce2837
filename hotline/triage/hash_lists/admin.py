"""Admin of hash lists and matches, for supervisors."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.site import StaffSite
from hotline.models import HashList, HashMatch
from hotline.permissions import MANAGE_QUARANTINE
from hotline.triage.hash_lists.urls import urlpatterns

cast(StaffSite, admin.site).add_pages(urlpatterns)


@admin.register(HashList)
class HashListAdmin(ReadOnlyAdmin):
    """Lists all versions of all hash lists. Each links to its own page."""

    change_list_template = "staff/hotline/hash_lists/change_list.html"
    list_display = ["name", "source", "label", "state", "entries", "imported_at", "imported_by"]
    list_filter = ["state"]
    list_select_related = ["imported_by"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the page of the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:hotline-hash-list", args=[object_id]))


@admin.register(HashMatch)
class HashMatchAdmin(ReadOnlyAdmin):
    list_display = ["case", "hash_list", "algorithm", "distance", "matched_at", "picture"]
    list_display_links = None
    list_filter = ["algorithm"]
    list_select_related = ["hash_list", "file_hash__report", "file_hash__upload"]
    fields = ["case", "hash_list", "algorithm", "distance", "matched_at"]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show the unlock link only to users with the permission."""
        columns = super().get_list_display(request)
        return columns if has_role_permission(request.user, MANAGE_QUARANTINE) else columns[:-1]

    @admin.display(description=_("report"))
    def case(self, match: HashMatch) -> str:
        report = match.file_hash.report
        if report is None:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("admin:hotline-case", args=[report.pk]), report.reference)

    @admin.display(description=_("picture"))
    def picture(self, match: HashMatch) -> str:
        upload = match.file_hash.upload
        if upload is None or upload.locked_at is None:
            return ""
        page = reverse("admin:hotline-unlock-picture", args=[upload.pk])
        return format_html('<a href="{}">{}</a>', page, _("locked"))
