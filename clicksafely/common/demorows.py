"""Which rows a demonstration has made: noted in the transaction that makes them, so that they and nothing else can be removed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.apps import apps
from django.db import connection, models

from clicksafely.common.models import AuditEvent, AuditLink, ContentGeneration, DemonstrationRows

type Keys = set[str]
type Rows = dict[str, Keys]

# What nobody removes: the trail of what was done, the number of the content's generation, and these notes.
KEPT: Final = frozenset(model._meta.db_table for model in (AuditEvent, AuditLink, ContentGeneration, DemonstrationRows))

# Rows that the transaction at hand has written, in it or in a savepoint of it. `age` counts from the number of the transaction itself, so
# that this holds after the 32 bits of `xmin` have gone round.
_WRITTEN_HERE: Final = (
    "pg_xact_status((pg_current_xact_id()::text::bigint - age(row.xmin))::text::xid8) = 'in progress'"
)


def key_of(model: type[models.Model], alias: str = "row") -> str:
    """SQL for the primary key of a row as JSON: one column or several, whatever their types."""
    columns = ", ".join(f'{alias}."{field.column}"' for field in model._meta.pk_fields)
    return f"jsonb_build_array({columns})::text"


def tables() -> dict[str, type[models.Model]]:
    """The models whose rows a demonstration may make, by their tables."""
    found = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    return {table: model for table, model in found.items() if table not in KEPT}


@contextmanager
def noting(part: str) -> Iterator[None]:
    """Note the rows that are made while this lasts as those of a part. Needs a transaction, and is undone with it.

    What another connection writes meanwhile is not noted: it is not of this transaction.
    """
    before = {table: _mark(table, model) for table, model in tables().items()}
    yield
    noted = rows_of([part])
    for table, model in tables().items():
        if made := _made(table, model, before[table]):
            keys = sorted(made | noted.get(table, set()))
            DemonstrationRows.objects.update_or_create(part=part, table=table, defaults={"keys": keys})


def rows_of(parts: list[str]) -> Rows:
    """The keys of the rows that these parts have made, by their tables; some may be gone since."""
    found: Rows = {}
    for noted in DemonstrationRows.objects.filter(part__in=parts):
        found.setdefault(noted.table, set()).update(noted.keys)
    return found


def _mark(table: str, model: type[models.Model]) -> int | Keys:
    """How far a table is filled: its highest number, or, where rows are not numbered, all its keys."""
    with connection.cursor() as cursor:
        if _is_numbered(model):
            cursor.execute(f'SELECT coalesce(max("{model._meta.pk.column}"), 0) FROM "{table}"')  # noqa: S608 - names of our own tables
            return int(cursor.fetchone()[0])
        cursor.execute(f'SELECT {key_of(model)} FROM "{table}" row')  # noqa: S608 - names of our own tables
        return {key for (key,) in cursor.fetchall()}


def _made(table: str, model: type[models.Model], before: int | Keys) -> Keys:
    query, given = f'SELECT {key_of(model)} FROM "{table}" row WHERE {_WRITTEN_HERE}', []  # noqa: S608 - names of our own tables
    if isinstance(before, int):
        query, given = f'{query} AND "{model._meta.pk.column}" > %s', [before]
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        found = {key for (key,) in cursor.fetchall()}
    return found if isinstance(before, int) else found - before


def _is_numbered(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
