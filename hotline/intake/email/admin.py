"""Admin list of e-mail messages; each message has a page of its own."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.list_mixins import NumberSearchMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.waiting import register_waiting
from hotline.case_links import case_link
from hotline.intake.email import unprocessed
from hotline.intake.email.labels import reason_in_words
from hotline.models import IncomingMail
from hotline.models.incoming_mail import MailState
from hotline.permissions import HANDLE_MAIL

register_waiting("hotline.IncomingMail", lambda user: IncomingMail.objects.filter(state=MailState.OPEN)[:100].count())


@admin.action(description=_("No reportable content"), permissions=["handle"])
def dismiss(model_admin: "IncomingMailAdmin", request: HttpRequest, chosen: QuerySet[IncomingMail]) -> None:
    """Dismiss several messages at once. Bounces of forged mail arrive in hundreds."""
    ids = list(chosen.values_list("pk", flat=True))
    done = unprocessed.dismiss_mails(mail_ids=ids, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(
        request, ngettext("%(n)s message marked as handled.", "%(n)s messages marked as handled.", done) % {"n": done}
    )
    if skipped := len(ids) - done:
        text = ngettext(
            "%(n)s message was skipped: it needs no review.",
            "%(n)s messages were skipped: they need no review.",
            skipped,
        )
        messages.warning(request, text % {"n": skipped})


class IncomingMailAdmin(NumberSearchMixin, ReadOnlyAdmin):
    has_plain_name = True
    empty_hint = _("Messages to the hotline appear here when its mailbox is read.")
    list_display = ["number", "received_at", "kind", "why", "state", "of_report"]
    list_filter = ["state", "kind"]
    list_select_related = ["report"]
    search_help_text = _("Number of a message, for example M-000042 or 42")
    search_fields = ["id"]
    reference_letters = "M"
    in_global_search = True
    actions = [dismiss]

    @admin.display(description=_("message"), ordering="id")
    def number(self, mail: IncomingMail) -> str:
        return str(mail)

    @admin.display(description=_("reason"))
    def why(self, mail: IncomingMail) -> str:
        return reason_in_words(mail.reason)

    @admin.display(description=_("report"))
    def of_report(self, mail: IncomingMail) -> str:
        return case_link(mail.report)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may use the bulk action."""
        return has_role_permission(request.user, HANDLE_MAIL)
