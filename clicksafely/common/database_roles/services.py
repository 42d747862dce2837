"""Creates the database roles and grants them the privileges of `grants.txt`; revokes all others."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from psycopg2 import sql

from clicksafely.common.database_roles.grant_table import (
    COMBINED_PARTS,
    PARTS,
    Grants,
    Privilege,
    read_grants,
    role_name,
)

SCHEMA: Final = "public"
_LOCK: Final = 0x726F6C65  # "role"
_COLUMNS: Final = """
    SELECT c.relname, array_agg(a.attname::text) FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') GROUP BY c.relname
"""
# Functions of extensions are free of side effects, and the owner of the database does not own them.
_FUNCTIONS: Final = """
    SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = %s::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
# A part must not be able to widen its own privileges.
_TOO_POWERFUL: Final = """
    SELECT rolname FROM pg_roles WHERE rolname = ANY(%(roles)s)
    AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
    UNION SELECT member::regrole::text FROM pg_auth_members
    WHERE member::regrole::text = ANY(%(roles)s) AND NOT roleid::regrole::text = ANY(%(parts)s)
    ORDER BY 1
"""


class RolesMissing(Exception):
    """Roles do not exist, and the user of DATABASE_URL cannot create them. `sql` is for the administrator of PostgreSQL."""

    def __init__(self, statements: str) -> None:
        super().__init__(statements)
        self.sql = statements


class RoleTooPowerful(Exception):
    """A role of a part has attributes or memberships that void its restrictions."""


def grant_roles(*, combined: bool) -> None:
    """Create the missing roles of this cluster and set all privileges in this database. Call it as the owner of the database.

    `combined`: also the roles of COMBINED_PARTS. Objects and roles outside the table keep their privileges, except those of PUBLIC.
    Raises RolesMissing, RoleTooPowerful, and ProgrammingError if the user does not own the objects.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _create_roles(cursor, combined=combined)
        statements = list(_database_statements(cursor))
        cursor.execute(sql.SQL(";").join(statements).as_string(cursor.cursor))


def grant_where_roles_exist(now: datetime | None = None) -> str:
    """Call `grant_roles` after a migration or a restore. Return "" or, for a database without roles, a sentence for the administrator.

    A database of one role is an ordinary one, for example on the server of a developer. Parts with roles of their own cannot connect to it.
    """
    try:
        grant_roles(combined=False)
    except RolesMissing:
        return "The database roles of the parts do not exist: run `manage.py grant_roles`."
    return ""


def existing_tables() -> dict[str, list[str]]:
    """Return the columns of each table and view of the schema."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [SCHEMA])
        return dict(cursor.fetchall())


def existing_functions() -> list[str]:
    """Return the functions of the schema with the types of their arguments, without those of extensions."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS, [SCHEMA])
        return sorted(name for (name,) in cursor.fetchall())


def _create_roles(cursor: Any, *, combined: bool) -> None:
    parts = [role_name(part) for part in PARTS]
    members = {role_name(name): [role_name(part) for part in of] for name, of in COMBINED_PARTS.items() if combined}
    roles = [*parts, *members]
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [roles])
    present = {name for (name,) in cursor.fetchall()}
    missing = [
        sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role))
        + (
            sql.SQL(" IN ROLE {}").format(sql.SQL(", ").join(map(sql.Identifier, members[role])))
            if role in members
            else sql.SQL("")
        )
        for role in roles
        if role not in present
    ]
    if missing:
        statements = sql.SQL(";\n").join(missing).as_string(cursor.cursor) + ";"
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise RolesMissing(statements)
        cursor.execute(statements)
    cursor.execute(_TOO_POWERFUL, {"roles": roles, "parts": parts})
    if found := [name for (name,) in cursor.fetchall()]:
        raise RoleTooPowerful(f"Roles with more rights than those of grants.txt: {', '.join(found)}.")


def _database_statements(cursor: Any) -> Iterator[sql.Composable]:
    roles = [role_name(part) for part in PARTS]
    everyone = sql.SQL(", ").join([sql.SQL("PUBLIC"), *map(sql.Identifier, roles)])
    listed = sql.SQL(", ").join(map(sql.Identifier, roles))
    database, schema = sql.Identifier(connection.settings_dict["NAME"]), sql.Identifier(SCHEMA)
    tables, functions = existing_tables(), existing_functions()

    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, everyone)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, listed)
    yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(schema, everyone)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, listed)
    # A revocation for a table includes its columns.
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(schema, everyone)
    yield sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA {} FROM {}").format(schema, everyone)
    for function in functions:
        yield sql.SQL("REVOKE ALL ON FUNCTION {} FROM {}").format(sql.SQL(function), everyone)
    # Functions are the only objects whose default gives PUBLIC a right. Without IN SCHEMA: for one schema nothing can be revoked.
    yield sql.SQL("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    for grants in read_grants():
        if grants.is_function and grants.name in functions:
            kind = sql.SQL("FUNCTION {}").format(sql.SQL(grants.name))
            yield from _object_statements(grants, kind, ())
        elif grants.name in tables:
            kind = sql.SQL("TABLE {}").format(sql.Identifier(SCHEMA, grants.name))
            yield from _object_statements(grants, kind, tables[grants.name])


def _object_statements(grants: Grants, kind: sql.Composable, columns: Sequence[str]) -> Iterator[sql.Composable]:
    for part, privileges in grants.privileges.items():
        # During a migration backwards, a table or a column is missing.
        clauses = [
            _privilege(each, columns) for each in privileges if not each.columns or set(each.columns) & set(columns)
        ]
        if clauses:
            role = sql.Identifier(role_name(part))
            yield sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(", ").join(clauses), kind, role)


def _privilege(privilege: Privilege, columns: Sequence[str]) -> sql.Composable:
    named = [sql.Identifier(column) for column in privilege.columns if column in columns]
    listed = sql.SQL(" ({})").format(sql.SQL(", ").join(named)) if named else sql.SQL("")
    return sql.SQL(privilege.name) + listed
