"""Roles: groups created by migrations, and their permissions."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation

from clicksafely.common.staff.roles import AUDITOR, EDITOR, ROLES, Role, grant

BASE_DIR: Final = Path(__file__).resolve().parents[3]


def permission_names(role: Any) -> set[str]:
    permissions = Permission.objects.filter(group__name=role.code).select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


@pytest.mark.django_db
def test_the_groups_are_there_after_migrating() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {role.code for role in ROLES}
    assert {role.code: permission_names(role) for role in ROLES if not permission_names(role)} == {}, (
        "no migration grants anything to these"
    )
    assert "common.view_auditevent" in permission_names(AUDITOR)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.code)
def test_a_role_has_its_texts_accounts_and_documents(role: Role) -> None:
    for text in (role.name, role.description):
        with translation.override("sr"):
            serbian = str(text)
        assert re.search("[а-ш]", serbian), f"locale/sr/LC_MESSAGES/django.po: {serbian}"
    accounts = ", ".join(f"`{username}`" for username in role.demo_accounts)
    assert accounts, f"clicksafely/common/staff/roles.py: {role.code} has no account in the demonstration"
    assert f"\n| {accounts} | " in (BASE_DIR / "README.md").read_text(), f"README.md: no row of the accounts {accounts}"
    roles = re.search(r"The roles are \*([a-z, ]+)\*", (BASE_DIR / "docs" / "operations" / "install.md").read_text())
    assert roles
    assert role.code in roles[1].split(", "), f"docs/operations/install.md: the list of roles lacks {role.code}"


@pytest.mark.django_db
def test_a_grant_creates_missing_permissions_and_is_reversible() -> None:
    ContentType.objects.filter(app_label="common", model="auditevent").delete()  # together with its permissions
    ContentType.objects.clear_cache()
    forward, backward = grant(EDITOR, "common.view_auditevent", "common.add_contentversion")
    before = permission_names(EDITOR)
    with connection.schema_editor() as schema_editor:
        forward(apps, schema_editor)
        forward(apps, schema_editor)
        permission = Permission.objects.get(codename="view_auditevent", content_type__app_label="common")
        assert (permission.name, permission.content_type.model) == ("Can view audit event", "auditevent")
        assert permission_names(EDITOR) - before == {"common.view_auditevent", "common.add_contentversion"}
        backward(apps, schema_editor)
        assert permission_names(EDITOR) == before


@pytest.mark.django_db
def test_unknown_permission_is_refused() -> None:
    forward, _backward = grant(AUDITOR, "common.view_nothing")
    with connection.schema_editor() as schema_editor, pytest.raises(LookupError, match=r"common\.view_nothing"):
        forward(apps, schema_editor)
