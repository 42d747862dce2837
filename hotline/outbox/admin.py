"""Outgoing e-mail in the staff site: queued, sent and failed messages with causes, without addresses."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.lists import ReadOnlyAdmin, yes_or_no
from hotline.case_links import case_link
from hotline.models import OutgoingMail


class OutgoingMailAdmin(ReadOnlyAdmin):
    has_plain_name = True
    empty_hint = _("E-mails to reporters who left an address appear here.")
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
        return case_link(mail.report)
