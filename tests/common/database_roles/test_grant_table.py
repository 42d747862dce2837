"""The table of privileges names every table, column and function, and the database has exactly these privileges."""

from collections.abc import Iterator

import pytest
from django.db import connection

from clicksafely.common.database_roles import grant_table, services
from clicksafely.common.database_roles.grant_table import PARTS, Grants, InvalidGrantTable, Privilege, role_name

GRANTS = grant_table.read_grants()
TABLES = {grants.name: grants for grants in GRANTS if not grants.is_function}
FUNCTIONS = {grants.name: grants for grants in GRANTS if grants.is_function}
# Neither site nor worker ever writes these: accounts, second factors and sessions; police; referrals and their routing.
SECRET_PREFIXES = ("auth_", "accounts_", "django_otp_", "axes_", "django_session", "django_admin_log", "hotline_police")
SECRET_TABLES = {
    *("hotline_referral", "hotline_routingrule", "hotline_suspicion", "hotline_legalhold", "common_auditlink"),
}

pytestmark = pytest.mark.django_db


def _privileges_of(part: str) -> Iterator[tuple[str, Privilege]]:
    for grants in GRANTS:
        for privilege in grants.privileges[part]:
            yield grants.name, privilege


def test_every_table_and_function_is_named() -> None:
    """A new table gets a line that states what each part may do with it."""
    assert sorted(set(services.existing_tables()) ^ set(TABLES)) == []
    assert sorted(set(services.existing_functions()) ^ set(FUNCTIONS)) == []


@pytest.mark.parametrize("part", PARTS)
def test_grants_of_the_database_equal_the_table(part: str) -> None:
    """Every privilege on every table and column, asked of PostgreSQL, so that memberships and PUBLIC count too."""
    expected = {
        (name, privilege.name, column)
        for name, privilege in _privileges_of(part)
        if privilege.name != "EXECUTE"
        for column in privilege.columns
        or (("",) if privilege.name in {"DELETE", "MAINTAIN"} else ("", *services.existing_tables()[name]))
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, kind, '' FROM pg_class c,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS kind
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
                AND has_table_privilege(%(role)s, c.oid, kind)
            UNION ALL
            SELECT c.relname, kind, a.attname FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS kind
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
                AND has_column_privilege(%(role)s, c.oid, a.attnum, kind)
            """,
            {"role": role_name(part)},
        )
        found = set(cursor.fetchall())
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE has_function_privilege(%s, name::regprocedure, 'EXECUTE')",
            [services.existing_functions(), role_name(part)],
        )
        callable_functions = {name for (name,) in cursor.fetchall()}
    assert found == expected
    assert callable_functions == {name for name, grants in FUNCTIONS.items() if grants.privileges[part]}


def test_functions_with_the_rights_of_the_owner_have_a_fixed_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        )
        found = dict(cursor.fetchall())
    assert found
    assert {name for name, config in found.items() if config != ["search_path=public, pg_temp"]} == set()


def test_the_public_site_has_nothing_of_accounts_second_factors_sessions_police_and_referrals() -> None:
    secret = {name for name in TABLES if name.startswith(SECRET_PREFIXES)} | SECRET_TABLES
    assert {name: TABLES[name].privileges["public"] for name in secret if TABLES[name].privileges["public"]} == {}


@pytest.mark.parametrize("part", PARTS)
def test_no_part_changes_the_audit_trail_or_the_list_of_migrations(part: str) -> None:
    # A trigger limits changes of these columns to the erasure of transaction numbers.
    erasure = {"common_auditevent": ("UPDATE", ("txid",)), "common_auditlink": ("UPDATE", ("mac_without_txid",))}
    for name in (*erasure, "django_migrations", "auth_permission", "django_content_type"):
        kinds = {
            privilege.name
            for privilege in TABLES[name].privileges[part]
            if (privilege.name, privilege.columns) != erasure.get(name)
        }
        assert not kinds & {"UPDATE", "DELETE", "MAINTAIN"}, name


@pytest.mark.parametrize("line", ["common_a S S S", "common_a S S S S S Z", "common_a S S S S S S("])
def test_a_line_that_cannot_be_read_is_an_error(line: str) -> None:
    with pytest.raises(InvalidGrantTable):
        grant_table._read_line(line)


def test_a_line_is_read() -> None:
    assert grant_table._read_line("common_a  S(id,at)I  SIUD - X M -  # why") == Grants(
        "common_a",
        {
            "public": (Privilege("SELECT", ("id", "at")), Privilege("INSERT")),
            "staff": tuple(map(Privilege, ("SELECT", "INSERT", "UPDATE", "DELETE"))),
            "worker": (),
            "sealed": (Privilege("EXECUTE"),),
            "outside": (Privilege("MAINTAIN"),),
            "beat": (),
        },
        "why",
    )
