"""The rows written by migrations: stored in a separate schema, to restore them after a test that empties the tables."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

SCHEMA = "migrated_rows"
# A new or missing row since the last restoration shows that the table was written to.
RESTORE_FULL = """
    IF (SELECT count(*) <> {rows} OR bool_or(xmin::text::bigint >= first_since) FROM public.{table}) THEN
        DELETE FROM public.{table};
        INSERT INTO public.{table} ({columns}) SELECT {columns} FROM {schema}.{table};
    END IF;"""
RESTORE_EMPTY = """
    IF EXISTS (SELECT FROM public.{table}) THEN DELETE FROM public.{table}; END IF;"""
# One function, because PostgreSQL plans its queries once per connection. DELETE, because TRUNCATE recreates files, which takes
# milliseconds per table.
RESTORE = """
    CREATE FUNCTION {schema}.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $function$
    DECLARE first_since bigint := (SELECT txid FROM {schema}.since);
    BEGIN {tables}
        UPDATE {schema}.since SET txid = pg_current_xact_id()::text::bigint + 1;
    END $function$"""


def copy_tables() -> None:
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
    """Empty every table and restore the initial rows. As the superuser of test databases: without triggers and foreign key order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SCHEMA}.restore()")


def _written_columns(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Return every table with its columns that are not computed by the database."""
    cursor.execute(
        "SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ') FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY relname"
    )
    return cursor.fetchall()
