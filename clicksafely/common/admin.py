"""The audit trail in the staff site, to be read only; failed tasks; and accounts, which are closed, never deleted."""

import json

from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext

from clicksafely.common.cells import draw_rows
from clicksafely.common.failedtasks_admin import FailedTaskAdmin
from clicksafely.common.lists import HeadedAdmin, ReadOnlyAdmin
from clicksafely.common.models import AuditEvent
from clicksafely.common.typed import mark_typed

__all__ = ["AuditEventAdmin", "FailedTaskAdmin", "StaffUserAdmin"]

admin.site.unregister(User)


def boolean_icon(value: bool | None) -> SafeString:
    """Django's sign for yes, no and what is not known, with a word in the language of the page; its own says "True" in all."""
    name, word = {True: ("yes", _("Yes")), False: ("no", _("No")), None: ("unknown", pgettext("figures", "not known"))}[
        value
    ]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), word)


# Lists and forms look it up there, each time.
admin_list._boolean_icon = boolean_icon  # type: ignore[attr-defined]
# Django's words below the parts of a form, in a catalogue that says them without declining the name of the part.
gettext_noop("Add another %(verbose_name)s")
mark_typed()
draw_rows()


@admin.register(User)
class StaffUserAdmin(HeadedAdmin, UserAdmin):  # type: ignore[type-arg]
    """Whoever leaves is made inactive: what a person did stays that person's, and what they hold is not left by half."""

    has_history = True

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "action", "actor_id", "subject_table", "subject_id", "facts"]
    search_fields = ["action"]
    search_help_text = _("An action, for example report.claimed")

    @admin.display(description=_("data"))
    def facts(self, event: AuditEvent) -> SafeString:
        """What was recorded, as machines read it."""
        return format_html("<code>{}</code>", json.dumps(event.data, ensure_ascii=False))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """By the whole code of an action, for which there is an index; Django would compare in capitals."""
        term = search_term.strip().lower()
        return (queryset.filter(action=term) if term else queryset), False
