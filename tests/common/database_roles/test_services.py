"""The command creates roles, sets privileges again, and refuses where it cannot."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clicksafely.common.database_roles import services
from clicksafely.common.database_roles.grant_table import role_name

ROLE = "test_plain_owner"


def _run(**options: object) -> str:
    out = io.StringIO()
    call_command("grant_roles", stdout=out, **options)
    return out.getvalue()


def _can(role: str, table: str, privilege: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, privilege])
        found: bool = cursor.fetchone()[0]
    return found


@pytest.mark.django_db
def test_a_migration_sets_the_privileges_of_the_table_and_no_others() -> None:
    public = role_name("public")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, UPDATE ON hotline_referral TO {public}")
        cursor.execute("GRANT SELECT ON accounts_user TO PUBLIC")
        cursor.execute("GRANT SELECT (sealed_key) ON accounts_authenticatorapp TO PUBLIC")
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        cursor.execute("CREATE FUNCTION hotline_helper() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        cursor.execute("GRANT EXECUTE ON FUNCTION hotline_helper() TO PUBLIC")
        cursor.execute("CREATE TABLE hotline_newtable (id int)")
        cursor.execute("GRANT SELECT ON hotline_newtable TO PUBLIC")
        cursor.execute(f"REVOKE ALL ON topics_topic FROM {public}")
    call_command("migrate", verbosity=0)
    assert _can(public, "topics_topic", "SELECT")
    assert not _can(public, "hotline_referral", "SELECT")
    assert not _can(public, "accounts_user", "SELECT")
    assert not _can(public, "hotline_newtable", "SELECT")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_column_privilege(%(role)s, 'accounts_authenticatorapp', 'sealed_key', 'SELECT'), "
            "has_schema_privilege(%(role)s, 'public', 'CREATE'), "
            "has_function_privilege(%(role)s, 'hotline_helper()', 'EXECUTE'), has_database_privilege(%(role)s, "
            "current_database(), 'TEMPORARY'), "
            "has_database_privilege(%(role)s, current_database(), 'CONNECT')",
            {"role": public},
        )
        assert cursor.fetchone() == (False, False, False, False, True)
        cursor.execute("CREATE FUNCTION hotline_later() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        cursor.execute("SELECT has_function_privilege(%s, 'hotline_later()', 'EXECUTE')", [public])
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_a_role_with_more_rights_is_refused() -> None:
    for change in ("ALTER ROLE clicksafely_public CREATEROLE", "GRANT pg_read_all_data TO clicksafely_public"):
        with connection.cursor() as cursor:
            cursor.execute(change)
        with pytest.raises(CommandError, match="clicksafely_public"):
            _run()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER ROLE clicksafely_public NOCREATEROLE; REVOKE pg_read_all_data FROM clicksafely_public"
            )


@pytest.mark.django_db
def test_without_the_right_to_create_roles_the_statements_are_printed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}; ALTER ROLE clicksafely_beat RENAME TO test_away; SET LOCAL ROLE {ROLE}")
        try:
            with pytest.raises(CommandError, match='CREATE ROLE "clicksafely_beat" LOGIN;'):
                _run()
            assert "grant_roles" in services.grant_where_roles_exist()
        finally:
            cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_another_user_than_the_owner_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}; SET LOCAL ROLE {ROLE}")
    with pytest.raises(CommandError, match="InsufficientPrivilege"):
        _run()


@pytest.mark.django_db
def test_combined_roles_have_the_rights_of_their_parts_and_no_more() -> None:
    _run(combined=True)
    web = role_name("web")
    assert _can(web, "hotline_referral", "UPDATE")
    assert not _can(web, "common_auditevent", "UPDATE")
    _run(combined=True)
