"""The rows that migrations write: kept in a schema of their own, so that a test which empties the tables can put them back."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

SCHEMA = "founding"
# Where a row came after the last restoring, or one is missing, somebody wrote to the table.
RESTORE_FULL = """
    IF (SELECT count(*) <> {rows} OR bool_or(xmin::text::bigint >= first_since) FROM public.{table}) THEN
        DELETE FROM public.{table};
        INSERT INTO public.{table} ({columns}) SELECT {columns} FROM {schema}.{table};
    END IF;"""
RESTORE_EMPTY = """
    IF EXISTS (SELECT FROM public.{table}) THEN DELETE FROM public.{table}; END IF;"""
# One function, for PostgreSQL plans what is in it once a connection; DELETE, as TRUNCATE makes files anew, which takes milliseconds a table.
RESTORE = """
    CREATE FUNCTION {schema}.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $function$
    DECLARE first_since bigint := (SELECT txid FROM {schema}.since);
    BEGIN {tables}
        UPDATE {schema}.since SET txid = pg_current_xact_id()::text::bigint + 1;
    END $function$"""


def keep() -> None:
    """Copy every table of the freshly migrated test database."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        steps = []
        for table, columns in _written_columns(cursor):
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE public.{table}")
            cursor.execute(f"SELECT count(*) FROM {SCHEMA}.{table}")  # noqa: S608 - the database's own names
            rows = cursor.fetchone()[0]
            step = RESTORE_FULL if rows else RESTORE_EMPTY
            steps.append(step.format(schema=SCHEMA, table=table, columns=columns, rows=rows))
        cursor.execute(f"CREATE TABLE {SCHEMA}.since AS SELECT pg_current_xact_id()::text::bigint + 1 AS txid")
        cursor.execute(RESTORE.format(schema=SCHEMA, tables="".join(steps)))


def restore() -> None:
    """Empty every table and put the founding rows back. As the superuser of test databases: no trigger, no order of foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SCHEMA}.restore()")


def _written_columns(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Every table with the columns that the database does not compute itself."""
    cursor.execute(
        "SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ') FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY relname"
    )
    return cursor.fetchall()
