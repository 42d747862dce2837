"""Removing what a demonstration has made: all of it or nothing, and nothing where something real hangs on it."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import override

from clicksafely.common import audit, generation
from clicksafely.common.demonstration import ROLES
from clicksafely.common.demoparts import demonstration_parts, followers
from clicksafely.common.demorows import Keys, Rows, key_of, rows_of, tables
from clicksafely.common.media.place import media
from clicksafely.common.models import DemonstrationRows

# Bit of `pg_trigger.tgtype`: the trigger is asked before or after a DELETE.
_ON_DELETE: Final = 8


class RealRowsHang(Exception):
    """Something real hangs on what was made up; the messages say what."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


@dataclass
class Leaving:
    """What goes. An app that is asked adds `rows` which no foreign key tells of, `files` to erase, and `reasons` why it must not go."""

    rows: Rows
    files: set[Path] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)

    def numbers(self, model: type[models.Model]) -> list[int]:
        """The numbers of the rows of a model that go."""
        return [json.loads(key)[0] for key in self.rows.get(model._meta.db_table, ())]

    def add(self, found: "models.QuerySet[Any]") -> None:
        """Let these rows go too; they are numbered."""
        if numbers := list(found.values_list("pk", flat=True)):
            self.rows.setdefault(found.model._meta.db_table, set()).update(f"[{number}]" for number in numbers)


class Removed(NamedTuple):
    """How much has gone."""

    rows: int
    files: int


class _Arrow(NamedTuple):
    """A foreign key: `column` of `model` points to `target_column` of the table `target`."""

    model: type[models.Model]
    column: str
    target: str
    target_column: str


@transaction.atomic
def remove_demonstration(*, parts: Sequence[str], actor: AbstractBaseUser | None, now: datetime) -> Removed:
    """Remove what these parts have made, and what machines and the demonstration accounts have added to it since.

    Files go once it is committed. Raises RealRowsHang, IntegrityError where something came
    meanwhile that hangs on it, and what the database raises where its user does not own the tables.
    """
    leaving = look(parts=parts)
    if leaving.reasons:
        raise RealRowsHang(leaving.reasons)
    known = tables()
    gone = 0
    with _finality_lifted(sorted(leaving.rows)), connection.cursor() as cursor:
        for table, keys in sorted(leaving.rows.items()):
            cursor.execute(f'DELETE FROM "{table}" row WHERE {key_of(known[table])} = ANY(%s)', [list(keys)])  # noqa: S608 - names of our own tables
            gone += cursor.rowcount
    DemonstrationRows.objects.filter(part__in=parts).delete()
    for part in demonstration_parts():
        if part.settler:
            settle: Callable[[datetime], None] = import_string(part.settler)
            settle(now)
    audit.record(
        action="demonstration.removed", subject=None, actor=actor, now=now, data={"parts": list(parts), "rows": gone}
    )
    generation.bump()
    files = [path for path in leaving.files if media().has(path)]
    transaction.on_commit(lambda: media().erase(*files))
    return Removed(gone, len(files))


def look(*, parts: Sequence[str]) -> Leaving:
    """What would go, and the reasons why it must not."""
    known = tables()
    noted = {table: keys for table, keys in rows_of(list(parts)).items() if table in known}
    leaving = Leaving(_still_there(noted))
    arrows = list(_arrows())
    while True:
        for part in demonstration_parts():
            if part.leaver and part.name in parts:
                import_string(part.leaver)(leaving)
        if not _follow(leaving.rows, arrows):
            break
    for arrow in arrows:
        hanging = _hanging(arrow, leaving.rows)
        if hanging:
            keys = ", ".join(sorted(hanging)[:5])
            with override("en"):  # As all that the terminal says.
                name, of = str(arrow.model._meta.verbose_name), str(known[arrow.target]._meta.verbose_name)
            leaving.reasons.append(f"{name}: {len(hanging)}, on {of} ({arrow.model._meta.db_table} {keys})")
    leaving.reasons = list(dict.fromkeys(leaving.reasons))
    return leaving


def _still_there(rows: Rows) -> Rows:
    known: dict[str, type[models.Model]] = tables()
    found: Rows = {}
    with connection.cursor() as cursor:
        for table, keys in rows.items():
            key = key_of(known[table])
            cursor.execute(f'SELECT {key} FROM "{table}" row WHERE {key} = ANY(%s)', [list(keys)])  # noqa: S608 - names of our own tables
            if there := {key for (key,) in cursor.fetchall()}:
                found[table] = there
    return found


def _arrows() -> Iterator[_Arrow]:
    known = tables()
    for model in known.values():
        for each in model._meta.concrete_fields:
            if isinstance(each, models.ForeignKey):
                target = each.target_field
                if target.model._meta.db_table in known:
                    yield _Arrow(model, each.column, target.model._meta.db_table, str(target.column))


def _hanging(arrow: _Arrow, rows: Rows, condition: str = "true", given: Sequence[Any] = ()) -> Keys:
    """The rows that stay and point to one that goes."""
    if arrow.target not in rows:
        return set()
    table, key = arrow.model._meta.db_table, key_of(arrow.model)
    target_key = key_of(tables()[arrow.target], "target")
    query = (
        f'SELECT {key} FROM "{table}" row JOIN "{arrow.target}" target ON target."{arrow.target_column}" = row."{arrow.column}" '  # noqa: S608 - names of our own tables
        f"WHERE {target_key} = ANY(%s) AND NOT {key} = ANY(%s) AND {condition}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [list(rows[arrow.target]), list(rows.get(table, ())), *given])
        return {key for (key,) in cursor.fetchall()}


def _follow(rows: Rows, arrows: Sequence[_Arrow]) -> bool:
    """Add what only machines or the demonstration accounts have made of what goes; returns whether anything was added."""
    accounts = list(get_user_model().objects.filter(username__in=ROLES).values_list("pk", flat=True))
    by_machines = set(followers())
    added = False
    for arrow in arrows:
        table = arrow.model._meta.db_table
        if table in by_machines:
            found = _hanging(arrow, rows)
        elif people := _columns_of_people(arrow.model):
            one = " OR ".join(f'row."{column}" IS NOT NULL' for column in people)
            all_ = " AND ".join(f'(row."{column}" IS NULL OR row."{column}" = ANY(%s))' for column in people)
            found = _hanging(arrow, rows, f"({one}) AND {all_}", [accounts] * len(people))
        else:
            continue
        if found:
            rows.setdefault(table, set()).update(found)
            added = True
    return added


def _columns_of_people(model: type[models.Model]) -> list[str]:
    return [
        each.column
        for each in model._meta.concrete_fields
        if isinstance(each, models.ForeignKey) and each.related_model is get_user_model()
    ]


@contextmanager
def _finality_lifted(going: Sequence[str]) -> Iterator[None]:
    """Let rows go that a trigger keeps for good. Only the owner of a table can do it, and it ends with the transaction at the latest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgtype & %s > 0 AND relname = ANY(%s)",
            [_ON_DELETE, list(going)],
        )
        triggers = cursor.fetchall()
        # A table with checks that wait for the end of the transaction cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table, name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table, name in triggers:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
