"""Admin classes of the read-only audit trail, failed tasks and staff accounts, which are closed, never deleted; "My jobs"."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Field
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit.admin import AuditEventAdmin
from clicksafely.common.failedtasks_admin import FailedTaskAdmin
from clicksafely.common.staff.lists import TitledPagesAdmin
from clicksafely.common.staff.roles import ROLES

__all__ = ["AuditEventAdmin", "FailedTaskAdmin", "RoleAdmin", "StaffUserAdmin"]

admin.site.unregister(Group)

ADMINISTRATOR = _(
    "Manages accounts, roles and second factors. Access to cases, members, bookings and texts requires a role."
)
STANDARD_ROLES: Final = {role.code: role for role in ROLES}
ACTIONS: Final = {
    "view": pgettext_lazy("permission", "view"),
    "add": pgettext_lazy("permission", "add"),
    "change": pgettext_lazy("permission", "change"),
    "delete": pgettext_lazy("permission", "delete"),
}


# Replace Django's Serbian translations: this site says "role", and the others ignore the gender and the grammatical case of the name.
gettext_noop("group")
gettext_noop("groups")
gettext_noop("Add another %(verbose_name)s")
gettext_noop("The {name} “{obj}” was added successfully.")
gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below.")
gettext_noop("The {name} “{obj}” was changed successfully.")
gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below.")
gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below.")
gettext_noop("The %(name)s “%(obj)s” was deleted successfully.")
gettext_noop("Delete selected %(verbose_name_plural)s")
gettext_noop("Delete multiple objects")
gettext_noop("Cannot delete %(name)s")
gettext_noop("Added “%(object)s”.")
gettext_noop("Changed “%(object)s” — %(changes)s")
gettext_noop("Deleted “%(object)s.”")
gettext_noop("Added {name} “{object}”.")
gettext_noop("Changed {fields} for {name} “{object}”.")
gettext_noop("Changed {fields}.")
gettext_noop("Deleted {name} “{object}”.")
gettext_noop("Select this object for an action - {}")
gettext_noop("No action selected.")
gettext_noop("%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?")
ngettext_lazy("%(total_count)s selected", "All %(total_count)s selected", "total_count")


@admin.register(User)
class StaffUserAdmin(TitledPagesAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts are deactivated, never deleted, so that their recorded actions keep an author.

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
        """Set an accurate help text: administrators have no permissions without a role."""
        if db_field.name == "is_superuser":
            kwargs |= {"label": _("Administrator"), "help_text": ADMINISTRATOR}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Use checkboxes, as in other forms of the staff site, labelled with the names of the standard roles."""
        if db_field.name == "groups":
            kwargs |= {
                "label": _("Roles"),
                "help_text": _("The account has the permissions of its roles."),
                "widget": CheckboxSelectMultiple,
            }
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label_from_instance = _role_name
        return field

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


def _role_name(group: Group) -> str:
    """Return the translated name of a standard role, or the name that an administrator gave."""
    return str(STANDARD_ROLES[group.name].name) if group.name in STANDARD_ROLES else group.name


class FoldedCheckboxes(CheckboxSelectMultiple):
    """Checkboxes in groups, each folded under its name and the number of ticked ones."""

    template_name = "staff/folded_checkboxes.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the number of ticked checkboxes of each group."""
        context = super().get_context(name, value, attrs)
        context["widget"]["groups"] = [
            (group, options, sum(option["selected"] for option in options))
            for group, options, _index in context["widget"]["optgroups"]
        ]
        return context


def _permission_choices(permissions: Iterable[Permission]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the permissions, which are ordered by app, as grouped choices. Reads their content types."""
    return [
        (str(apps.get_app_config(app).verbose_name), [(each.pk, _label(each)) for each in group])
        for app, group in groupby(permissions, lambda permission: permission.content_type.app_label)
    ]


def _label(permission: Permission) -> str:
    """Return the translated name; Django's own permissions are named in English by the model's `verbose_name`."""
    model = permission.content_type.model_class()
    action = permission.codename.removesuffix(f"_{permission.content_type.model}")
    if model is None or action not in ACTIONS:
        return gettext(permission.name)
    return f"{capfirst(model._meta.verbose_name_plural)}: {ACTIONS[action]}"


@admin.register(Group)
class RoleAdmin(TitledPagesAdmin, GroupAdmin):
    """Roles and their permissions, managed by administrators. Offers the permissions of models that some role uses."""

    has_history = True
    filter_horizontal = ()
    list_display = ("role", "description", "name")
    fields = ("name", "description", "permissions")
    readonly_fields = ("description",)

    @admin.display(description=_("Role"), ordering="name")
    def role(self, group: Group) -> str:
        return _role_name(group)

    @admin.display(description=_("Description"))
    def description(self, group: Group) -> str:
        return str(STANDARD_ROLES[group.name].description) if group.name in STANDARD_ROLES else ""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Use checkboxes, as in other forms of the staff site, folded by app."""
        kwargs |= {
            "widget": FoldedCheckboxes,
            "help_text": _("Changes take effect on the next page load."),
        }
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        granted = Permission.objects.filter(group__isnull=False)
        field.queryset = field.queryset.filter(content_type__in=granted.values("content_type"))
        field.choices = _permission_choices(field.queryset)
        return field
