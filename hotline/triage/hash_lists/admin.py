"""Admin of hash lists and matches, for supervisors."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.list_mixins import RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.case_links import case_link
from hotline.models import HashMatch
from hotline.permissions import MANAGE_QUARANTINE


class HashListAdmin(RowPageMixin, ReadOnlyAdmin):
    """Lists all versions of all hash lists. Each links to its own page."""

    has_plain_name = True
    empty_hint = _("Add the first hash list above.")
    change_list_template = "staff/hotline/hash_lists/change_list.html"
    row_page = "admin:hotline-hash-list"
    list_display = ["name", "source", "label", "state", "entries", "imported_at", "imported_by"]
    list_filter = ["state"]
    list_select_related = ["imported_by"]


class HashMatchAdmin(ReadOnlyAdmin):
    empty_hint = _("Pictures of reports that match a hash list appear here.")
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
        return case_link(match.file_hash.report)

    @admin.display(description=_("picture"))
    def picture(self, match: HashMatch) -> str:
        upload = match.file_hash.upload
        if upload is None or upload.locked_at is None:
            return ""
        page = reverse("admin:hotline-unlock-picture", args=[upload.pk])
        return format_html('<a href="{}">{}</a>', page, _("locked"))
