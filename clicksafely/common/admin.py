"""The audit trail in the staff site, to be read only; failed tasks; and accounts, which are closed, never deleted."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Field, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from clicksafely.accounts.models import User
from clicksafely.common.failedtasks_admin import FailedTaskAdmin
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.lists import ReadOnlyAdmin, TitledPagesAdmin
from clicksafely.common.staff.roles import ROLES

__all__ = ["AuditEventAdmin", "FailedTaskAdmin", "RoleAdmin", "StaffUserAdmin"]

admin.site.unregister(Group)

ADMINISTRATOR = _(
    "Manages accounts, roles and second factors. Opens and decides nothing else: cases, members, bookings and texts need a role."
)


# Django's words below the parts of a form, in a catalogue that says them without declining the name of the part.
gettext_noop("Add another %(verbose_name)s")


@admin.register(User)
class StaffUserAdmin(TitledPagesAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts are made inactive, never deleted: what a person did stays that person's, and what they hold is not left by half.

    Managed by administrators (`is_superuser`). The form has no permissions of the account itself, because only those of roles count.
    """

    has_history = True
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """With help texts that are true here: an administrator has no permission by being one."""
        if db_field.name == "is_superuser":
            kwargs |= {"label": _("Administrator"), "help_text": ADMINISTRATOR}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes to tick, as in other forms of the staff site; the standard roles by their names."""
        if db_field.name == "groups":
            kwargs |= {
                "label": _("Roles"),
                "help_text": _("The account may do what its roles grant."),
                "widget": CheckboxSelectMultiple,
            }
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            names = {role.code: role.name for role in ROLES}
            field.label_from_instance = lambda group: str(names.get(group.name, group.name))
        return field

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Group)
class RoleAdmin(TitledPagesAdmin, GroupAdmin):
    """Roles and their permissions, managed by administrators. Offered are those of the models of which a role has some."""

    has_history = True
    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Boxes to tick, as in other forms of the staff site."""
        kwargs |= {
            "widget": CheckboxSelectMultiple,
            "help_text": _("They take effect with the next page that is opened."),
        }
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        granted = Permission.objects.filter(group__isnull=False)
        field.queryset = field.queryset.filter(content_type__in=granted.values("content_type"))
        return field


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
