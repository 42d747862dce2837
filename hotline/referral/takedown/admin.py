"""Notices in the staff site: the list for all staff; templates and non-sending days for supervisors."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import NumberSearchMixin, RowPageMixin, ShortListAdmin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import NonSendingDay, NoticeTemplate
from hotline.permissions import EXPORT_LISTS
from hotline.referral.takedown import services
from hotline.referral.takedown.content import MEANINGS, allowed, render_sample, required
from hotline.referral.takedown.forms import NoticeTemplateForm


class NoticeAdmin(ExportMixin, NumberSearchMixin, RowPageMixin, ReadOnlyAdmin):
    empty_hint = _("A notice is created when illegal content is referred to its host.")
    export_permission = EXPORT_LISTS
    export_columns = ("__str__", "contact", "step", "state", "repeats", "due_at", "sent_at")
    row_page = "admin:hotline-notice"
    list_display = ["__str__", "contact", "step", "state", "repeats", "due_at", "sent_at"]
    list_filter = ["state", "waiting", "group", "step"]
    list_select_related = ["contact"]
    search_fields = ["=id"]
    reference_letters = "N"
    in_global_search = True
    search_help_text = _("Number of a notice, for example N-2026-000042 or 42")


class _SettingUpAdmin(ShortListAdmin):
    """Saves through the services, which write the audit trail; a short list in its own order."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_template_entry(
            entry=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data
        )


class NoticeTemplateAdmin(_SettingUpAdmin):
    """Templates can be changed, but not added or deleted."""

    form = NoticeTemplateForm
    list_display = ["kind", "group", "language", "subject"]
    list_filter = ["kind", "group", "language"]
    fields = ["kind", "group", "language", "variables", "subject", "body", "preview"]
    readonly_fields = ["kind", "group", "language", "variables", "preview"]

    @admin.display(description=_("variables"))
    def variables(self, template: NoticeTemplate) -> str:
        """The allowed variables; required ones are marked."""
        must = required(group=template.group)
        rows = (
            (f"{{{{ {name} }}}}", MEANINGS[name], "*" if name in must else "")
            for name in allowed(kind=template.kind, group=template.group)
        )
        return format_html_join("", '<div><code translate="no">{}</code> {} {}</div>', rows)

    @admin.display(description=_("with sample data, as it is kept now"))
    def preview(self, template: NoticeTemplate) -> str:
        letter = render_sample(template)
        return format_html(
            '<pre class="letter" translate="no" tabindex="0">{}\n\n{}</pre>', letter.subject, letter.text
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NonSendingDayAdmin(_SettingUpAdmin):
    list_display = ["day", "note"]
    fieldsets = [
        (
            None,
            {
                "fields": ["day", "note"],
                "description": _("Notices about sexual abuse of children are sent on every day and at any hour."),
            },
        )
    ]

    def delete_model(self, request: HttpRequest, obj: NonSendingDay) -> None:
        services.remove_non_sending_day(day=obj, actor=cast(User, request.user), now=timezone.now())
