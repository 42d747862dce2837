"""Admin of availability checks: a read-only list."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import AvailabilityCheck


class AvailabilityCheckAdmin(ReadOnlyAdmin):
    has_plain_name = True
    empty_hint = _("Checks begin when illegal content is referred.")
    list_display = [
        "content_host",
        "result",
        "checked_at",
        "misses",
        "next_check_at",
        "outcome",
        "unavailable_since",
        "attention",
    ]
    list_filter = ["result", "attention"]
    list_select_related = ["item"]
    fields = [
        "content_host",
        "country",
        "network",
        "began_at",
        "checks",
        "checked_at",
        "result",
        "leads_to",
        "misses",
        "unclear",
        "unavailable_since",
        "next_check_at",
        "ended_at",
        "outcome",
        "restarted_at",
        "attention",
    ]

    @admin.display(description=_("host"))
    def content_host(self, check: AvailabilityCheck) -> str:
        return format_html('<span class="evidence" translate="no">{}</span>', check.item.host)

    @admin.display(description=_("redirects to"))
    def leads_to(self, check: AvailabilityCheck) -> str:
        return format_html('<span class="evidence" translate="no">{}</span>', check.moved_to_host)
