"""Notices in the staff site: their list for everybody at the desk; wording and days without notices for supervisors."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.lists import FixedOrderChangeList, ReadOnlyAdmin, StaffModelAdmin
from hotline.models import NonSendingDay, Notice, NoticeTemplate
from hotline.referral.takedown import services
from hotline.referral.takedown.content import MEANINGS, allowed, render_sample, required
from hotline.referral.takedown.forms import NoticeTemplateForm


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "contact", "step", "state", "repeats", "due_at", "sent_at"]
    list_filter = ["state", "waiting", "group", "step"]
    list_select_related = ["contact"]
    search_fields = ["=id"]
    search_help_text = _("Number of a notice, for example N-2026-000042 or 42")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Notice], search_term: str
    ) -> tuple[QuerySet[Notice], bool]:
        """By number only."""
        number = search_term.strip().rpartition("-")[2]
        if not search_term.strip():
            return queryset, False
        return (queryset.filter(pk=int(number[:18])) if number.isdecimal() else queryset.none()), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:hotline-notice", args=[object_id]))


class _SettingUpAdmin(StaffModelAdmin):
    """Saves through the services, so that the audit knows; a small table in its own order."""

    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 100
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FixedOrderChangeList]:
        return FixedOrderChangeList

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_template_entry(
            entry=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data
        )


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(_SettingUpAdmin):
    """The wording may be changed, not what there is a wording for."""

    form = NoticeTemplateForm
    list_display = ["kind", "group", "language", "subject"]
    list_filter = ["kind", "group", "language"]
    fields = ["kind", "group", "language", "variables", "subject", "body", "preview"]
    readonly_fields = ["kind", "group", "language", "variables", "preview"]

    @admin.display(description=_("variables"))
    def variables(self, template: NoticeTemplate) -> str:
        """What may stand in the text; those that must are marked."""
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


@admin.register(NonSendingDay)
class NoticeDayAdmin(_SettingUpAdmin):
    list_display = ["day", "note"]

    def delete_model(self, request: HttpRequest, obj: NonSendingDay) -> None:
        services.remove_non_sending_day(day=obj, actor=cast(User, request.user), now=timezone.now())
