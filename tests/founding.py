"""The rows that migrations write: kept in a schema of their own, so that a test which empties the tables can put them back."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

SCHEMA = "founding"


def keep() -> None:
    """Copy every table of the freshly migrated test database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables(cursor, "public"):
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE public.{table}")


def restore() -> None:
    """Empty every table and put the founding rows back. As the superuser of test databases: no trigger, no order of foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        # TRUNCATE makes files anew, which takes milliseconds a table; most tables are empty, and the others are small.
        for table in _filled(cursor):
            cursor.execute(f"DELETE FROM public.{table}")  # noqa: S608 - the database's own names
        for table, columns in _written_columns(cursor):
            cursor.execute(f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM {SCHEMA}.{table}")  # noqa: S608 - the database's own names
        cursor.execute("SET session_replication_role = origin")


def _filled(cursor: CursorWrapper) -> list[str]:
    """The tables in which something is."""
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM public.{table})" for table in _tables(cursor, "public"))  # noqa: S608
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]


def _written_columns(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """The columns of each table that the database does not compute itself."""
    cursor.execute(
        "SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ') FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY relname"
    )
    return cursor.fetchall()


def _tables(cursor: CursorWrapper, schema: str) -> list[str]:
    cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = %s", [schema])
    return [table for (table,) in cursor.fetchall()]
