"""Admin list of e-mail messages, and the pages of messages that did not become reports."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.site import StaffSite
from hotline.intake.email import unprocessed, views
from hotline.intake.email.labels import reason_in_words
from hotline.intake.email.urls import urlpatterns
from hotline.models import IncomingMail
from hotline.permissions import HANDLE_MAIL

cast(StaffSite, admin.site).add_pages(urlpatterns)


@admin.action(description=_("Nothing to report in them"), permissions=["handle"])
def dismiss(model_admin: "IncomingMailAdmin", request: HttpRequest, chosen: QuerySet[IncomingMail]) -> None:
    """Dismiss several messages at once. Bounces of forged mail arrive in hundreds."""
    ids = list(chosen.values_list("pk", flat=True))
    done = unprocessed.dismiss_mails(mail_ids=ids, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, ngettext("%(n)s message dealt with.", "%(n)s messages dealt with.", done) % {"n": done})
    if left := len(ids) - done:
        text = ngettext(
            "%(n)s message was left: nobody waits for it.", "%(n)s messages were left: nobody waits for them.", left
        )
        messages.warning(request, text % {"n": left})


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    list_display = ["number", "received_at", "kind", "why", "state", "of_report"]
    list_filter = ["state", "kind"]
    list_select_related = ["report"]
    actions = [dismiss]

    @admin.display(description=_("message"), ordering="id")
    def number(self, mail: IncomingMail) -> str:
        return str(mail)

    @admin.display(description=_("reason"))
    def why(self, mail: IncomingMail) -> str:
        return reason_in_words(mail.reason)

    @admin.display(description=_("report"))
    def of_report(self, mail: IncomingMail) -> str:
        if mail.report is None:
            return ""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:hotline-case", args=[mail.report.pk]), mail.report.reference
        )

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may use the bulk action."""
        return has_role_permission(request.user, HANDLE_MAIL)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an own page, on which the encrypted content can be opened."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"} or not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return views.mail_page(request, int(object_id))
