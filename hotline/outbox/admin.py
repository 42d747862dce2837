"""Outgoing e-mail in the staff site: what waits, what went, what was given up and why. No address is in it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.lists import ReadOnlyAdmin, yes_or_no
from hotline.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "case", "kind", "state", "error", "attempts", "queued_at", "due_at"]
    list_filter = ["state"]
    list_select_related = ["report"]
    fields: ClassVar[Any] = [
        "case",
        "kind",
        "state",
        "error",
        "attempts",
        "queued_at",
        "due_at",
        yes_or_no(OutgoingMail.receipt_sent.field),
    ]

    @admin.display(description=_("report"))
    def case(self, mail: OutgoingMail) -> str:
        address = reverse("admin:hotline-case", args=[mail.report_id])
        return format_html('<a href="{}">{}</a>', address, mail.report.reference)
