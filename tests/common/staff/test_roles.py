"""Roles: groups created by migrations, and their permissions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from pytest_django import DjangoDbBlocker

from clicksafely.common.staff.roles import AUDITOR, EDITOR, ROLES, Role, grant
from tests.database import copy_database, drop_database

BASE_DIR: Final = Path(__file__).resolve().parents[3]
OWN = ("clicksafely.", "awareness.", "hotline")


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


@pytest.fixture
def a_copy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A separate database that may be damaged."""
    own = connection.settings_dict["NAME"]
    copy = f"{own}_copy"
    with django_db_blocker.unblock():
        connection.close()
        copy_database(own, copy)
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
            drop_database(copy)


OURS = """
    SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'S') AND NOT EXISTS
        (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('e', 'i'))
    UNION ALL SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS
        (SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
    UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_migrations_are_fully_reversible(a_copy: None) -> None:
    """All other tests prove that the migrations create everything from nothing: no leftovers may block them."""
    executor = MigrationExecutor(connection)
    ours = [
        label
        for label, _ in executor.loader.graph.leaf_nodes()
        if apps.get_app_config(label).name.startswith(OWN) and label != "accounts"
    ]
    assert {"common", "hotline", "topics", "quizzes"} <= set(ours)
    others = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - {
        model._meta.db_table
        for label in ours
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    executor.migrate([(label, None) for label in ours])
    with connection.cursor() as cursor:
        cursor.execute(OURS)
        remaining_tables = {name for (name,) in cursor.fetchall()}
    accounts = {"accounts_user", "accounts_user_groups", "accounts_user_user_permissions"}
    assert remaining_tables - others - accounts == {"django_migrations"}
    assert not Group.objects.exists()
