"""Roles: groups that arrive by migration, and who holds them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from clicksafely.common.roles import ANALYST, AUDITOR, EDITOR, HOTLINE_ROLES, ROLES, SUPERVISOR, grant, has_role
from tests.database import copy_database, drop_database

OWN = ("clicksafely.", "awareness.", "hotline")


def granted(role: Any) -> set[str]:
    permissions = Permission.objects.filter(group__name=role.code).select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


@pytest.fixture
def analyst(db: None) -> User:
    user = User.objects.create_user("analyst", password="an analyst's password")
    user.groups.add(Group.objects.get_or_create(name=ANALYST.code)[0])
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_the_groups_are_there_after_migrating() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {role.code for role in ROLES}
    assert [role.code for role in ROLES] == [
        "analyst",
        "supervisor",
        "editor",
        "coordinator",
        "safeguarding",
        "auditor",
    ]
    assert HOTLINE_ROLES == (ANALYST, SUPERVISOR)
    assert all(str(role.name) and str(role.description) for role in ROLES)
    assert "common.view_auditevent" in granted(AUDITOR)


def test_a_user_has_the_roles_of_the_groups(analyst: User) -> None:
    assert has_role(analyst, ANALYST)
    assert has_role(analyst, EDITOR, ANALYST)
    assert not has_role(analyst, SUPERVISOR)
    assert not has_role(analyst)


def test_the_groups_are_read_once_for_a_user_object(
    analyst: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        for role in ROLES:
            has_role(analyst, role)


def test_nobody_and_the_inactive_have_none(analyst: User) -> None:
    assert not has_role(AnonymousUser(), *ROLES)
    analyst.is_active = False
    assert not has_role(analyst, ANALYST)


@pytest.mark.django_db
def test_a_superuser_has_no_role_by_that_alone() -> None:
    assert not has_role(User.objects.create_superuser("root", password="a root's password"), *ROLES)


@pytest.mark.django_db
def test_a_grant_makes_what_is_missing_and_can_be_taken_back() -> None:
    ContentType.objects.filter(app_label="common", model="auditevent").delete()  # and its permissions with it
    ContentType.objects.clear_cache()
    forward, backward = grant(EDITOR, "common.view_auditevent", "common.add_contentgeneration")
    before = granted(EDITOR)
    with connection.schema_editor() as schema_editor:
        forward(apps, schema_editor)
        forward(apps, schema_editor)
        made = Permission.objects.get(codename="view_auditevent", content_type__app_label="common")
        assert (made.name, made.content_type.model) == ("Can view audit event", "auditevent")
        assert granted(EDITOR) - before == {"common.view_auditevent", "common.add_contentgeneration"}
        backward(apps, schema_editor)
        assert granted(EDITOR) == before


@pytest.mark.django_db
def test_what_no_model_permits_is_refused() -> None:
    forward, _backward = grant(AUDITOR, "common.view_nothing")
    with connection.schema_editor() as schema_editor, pytest.raises(LookupError, match=r"common\.view_nothing"):
        forward(apps, schema_editor)


@pytest.fixture
def a_copy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own that may be spoilt."""
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
def test_roles_go_with_their_migration_and_everything_of_ours_with_what_stands_on_them(a_copy: None) -> None:
    """That the migrations make everything from nothing is what every other test stands on: nothing that could be in their way is left."""
    executor = MigrationExecutor(connection)
    ours = [label for label, _ in executor.loader.graph.leaf_nodes() if apps.get_app_config(label).name.startswith(OWN)]
    assert {"common", "hotline", "topics", "quizzes"} <= set(ours)
    others = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - {
        model._meta.db_table
        for label in ours
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    executor.migrate([(label, None) for label in ours])
    with connection.cursor() as cursor:
        cursor.execute(OURS)
        left = {name for (name,) in cursor.fetchall()}
    assert left - others == {"django_migrations"}
    assert not Group.objects.exists()
