"""Permissions granted by the roles (groups) of an account, for services, views, admin classes and templates."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth import get_permission_codename
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from clicksafely.accounts.models import User


def role_permissions_of(user: Any) -> frozenset[str]:
    """Return the permissions ("app_label.codename") that the roles of `user` grant.

    `is_superuser` and the permissions assigned to the account itself are ignored: administrators without a role have no permissions. The
    permissions are read once per user object, and so once per request. Inactive and anonymous users have none.
    """
    if not user.is_active or not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_role_permissions"):
        rows = Permission.objects.filter(group__user=user).order_by()
        names = rows.values_list("content_type__app_label", "codename")
        user._role_permissions = frozenset(f"{app_label}.{codename}" for app_label, codename in names)
    permissions: frozenset[str] = user._role_permissions
    return permissions


def has_role_permission(user: Any, permission: str) -> bool:
    """Return whether a role of `user` grants `permission` ("app_label.codename"). See `role_permissions_of`."""
    return permission in role_permissions_of(user)


def administers_accounts(user: Any) -> bool:
    """Return whether `user` is an administrator, who manages accounts; this is not a permission of a role."""
    return bool(user.has_perm("accounts.change_user"))


class StaffBackend(ModelBackend):
    """Django's backend of accounts, which counts the permissions of roles only."""

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Return the permissions of the account's roles; permissions assigned to the account itself are ignored."""
        return set(role_permissions_of(user_obj)) if obj is None else set()


def users_with_permission(*permissions: str) -> QuerySet[User]:
    """Return the active accounts whose roles grant at least one of `permissions`, by user name."""
    granted = Q()
    for app_label, codename in (permission.split(".") for permission in permissions):
        granted |= Q(content_type__app_label=app_label, codename=codename)
    memberships = User.groups.through.objects.filter(group__permissions__in=Permission.objects.filter(granted))
    return User.objects.filter(is_active=True, pk__in=memberships.values("user")).order_by("username")


def role_permission_required[**P, R](
    *permissions: str,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Decorate a view: raise PermissionDenied unless the roles of the user grant all of `permissions`."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not role_permissions_of(request.user).issuperset(permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


class RolePermissionsMixin:
    """Mixin for ModelAdmin and inline classes: view, add, change and delete permissions come from roles."""

    opts: Any

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_granted(request, "view") or self._is_granted(request, "change")

    def has_add_permission(self, request: HttpRequest, *args: Any, **kwargs: Any) -> bool:
        return self._is_granted(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_granted(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_granted(request, "delete")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(duty.startswith(f"{self.opts.app_label}.") for duty in role_permissions_of(request.user))

    def _is_granted(self, request: HttpRequest, action: str) -> bool:
        return has_role_permission(request.user, f"{self.opts.app_label}.{get_permission_codename(action, self.opts)}")


class RolePermissions:
    """`{{ duties.app_label.codename }}` in templates: whether the roles of the user grant it."""

    # Without this, a loop over it would never end.
    __iter__ = None

    def __init__(self, request: HttpRequest, app_label: str = "") -> None:
        self.request = request
        self.app_label = app_label

    def __getitem__(self, name: str) -> "RolePermissions | bool":
        if self.app_label:
            return has_role_permission(self.request.user, f"{self.app_label}.{name}")
        return RolePermissions(self.request, name)


def duties(request: HttpRequest) -> dict[str, RolePermissions]:
    """Template context processor."""
    return {"duties": RolePermissions(request)}
