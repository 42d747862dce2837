"""What is watched, in the staff site: a list to look at."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import AvailabilityCheck


@admin.register(AvailabilityCheck)
class WatchAdmin(ReadOnlyAdmin):
    list_display = ["address", "result", "checked_at", "misses", "next_check_at", "outcome", "gone_at", "attention"]
    list_filter = ["result", "attention"]
    list_select_related = ["item"]
    fields = [
        "address",
        "country",
        "network",
        "began_at",
        "checks",
        "checked_at",
        "result",
        "leads_to",
        "misses",
        "unclear",
        "gone_at",
        "next_check_at",
        "ended_at",
        "outcome",
        "restarted_at",
        "attention",
    ]

    @admin.display(description=_("canonical location"))
    def address(self, watch: AvailabilityCheck) -> str:
        return format_html('<span class="evidence" translate="no">{}</span>', watch.item.canonical)

    @admin.display(description=_("leads to"))
    def leads_to(self, watch: AvailabilityCheck) -> str:
        return format_html('<span class="evidence" translate="no">{}</span>', watch.moved_to)
