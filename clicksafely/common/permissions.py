"""Permissions of duties: the permissions that the roles (groups) of an account grant."""

from typing import Any

from django.contrib.auth.models import Permission


def has_duty(user: Any, permission: str) -> bool:
    """Return whether a role of `user` grants `permission` ("app_label.codename").

    Unlike `user.has_perm`, this ignores `is_superuser`: an administrator without a role opens and decides nothing.
    The permissions are read once for each user object, therefore once a request. Inactive and anonymous users have none.
    """
    if not user.is_active or not user.is_authenticated:
        return False
    if not hasattr(user, "_role_permissions"):
        rows = Permission.objects.filter(group__user=user).values_list("content_type__app_label", "codename")
        user._role_permissions = frozenset(f"{app_label}.{codename}" for app_label, codename in rows)
    return permission in user._role_permissions
