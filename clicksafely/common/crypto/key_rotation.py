"""Re-sealing: brings what is stored under the older keys of a ring to its newest key.

A model declares what of it is sealed: `sealed_fields = (SealedColumn(...), SealedFile(...))`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Func, Value

from clicksafely.common.crypto import sealing
from clicksafely.common.crypto.sealing import HEADER_BYTES, Ring
from clicksafely.common.files.storage import media_storage

BATCH = 100


class SealedField(Protocol):
    """Where sealed values of a model lie: `stale` names the rows to re-seal, `reseal` does it to one that is locked."""

    @property
    def ring(self) -> Ring:
        """The ring its values are sealed to."""

    def stale(self, model: type[models.Model], header: bytes) -> Iterator[Any]:
        """Primary keys, ascending, of rows whose value does not begin with `header`."""

    def reseal(self, row: models.Model) -> None:
        """Seal the row's value anew. Raises SealError where it cannot be opened."""

    def key_ids(self, model: type[models.Model]) -> set[bytes]:
        """The keys that values are sealed to; what is no sealed value is left out, re-sealing names it."""

    def opens(self, row: models.Model) -> bool:
        """Whether the row has a value, which opens. Raises SealError where it has one that does not."""


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """A binary column, sealed under `table`, `field` (a name, or a function of the row) and the UUID in the column `row`."""

    ring: Ring
    column: str
    table: str
    field: str | Callable[[Any], str]
    row: str = "uuid"

    def stale(self, model: type[models.Model], header: bytes) -> Iterator[Any]:
        """See SealedField; read page by page, because the pages shrink as their rows are re-sealed."""
        rows = self._with_heads(model).exclude(head=header)
        page = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        while page:
            yield from page
            page = list(rows.filter(pk__gt=page[-1]).order_by("pk").values_list("pk", flat=True)[:BATCH])

    def reseal(self, row: models.Model) -> None:
        """See SealedField."""
        resealed = _resealed(getattr(row, self.column), self, row)
        type(row)._base_manager.filter(pk=row.pk).update(**{self.column: resealed})

    def key_ids(self, model: type[models.Model]) -> set[bytes]:
        """See SealedField."""
        heads = self._with_heads(model).order_by().values_list("head", flat=True).distinct()
        return _key_ids(heads)

    def opens(self, row: models.Model) -> bool:
        """See SealedField."""
        return self.read(row) is not None

    def read(self, row: models.Model) -> bytes | None:
        """The value in clear, None where the row has none. Raises SealError. Whoever asks records that it was opened."""
        sealed = getattr(row, self.column)
        return None if sealed is None else _opened(sealed, self, row)

    def _with_heads(self, model: type[models.Model]) -> models.QuerySet[Any]:
        head = Func(
            F(self.column), Value(1), Value(HEADER_BYTES), function="substring", output_field=models.BinaryField()
        )
        rows: models.QuerySet[Any] = model._base_manager.filter(**{f"{self.column}__isnull": False}).annotate(head=head)
        return rows


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """A file at `path(row)`, sealed under `table`, `field` and the UUID in the column `row`. A file that is not there is left out."""

    ring: Ring
    path: Callable[[Any], Path]
    table: str
    field: str | Callable[[Any], str]
    row: str = "uuid"

    def stale(self, model: type[models.Model], header: bytes) -> Iterator[Any]:
        """See SealedField; reads the first bytes of every file."""
        rows = model._base_manager.order_by("pk")
        page = list(rows[:BATCH])
        while page:
            yield from (row.pk for row in page if self._head(row) not in (header, None))
            page = list(rows.filter(pk__gt=page[-1].pk)[:BATCH])

    def reseal(self, row: models.Model) -> None:
        """See SealedField; the file is whole at every moment."""
        path = self.path(row)
        try:
            sealed = media_storage().read(path)
        except FileNotFoundError:
            return
        media_storage().replace(path, _resealed(sealed, self, row))

    def key_ids(self, model: type[models.Model]) -> set[bytes]:
        """See SealedField; reads the first bytes of every file."""
        heads = {self._head(row) for row in model._base_manager.iterator(chunk_size=BATCH)}
        return _key_ids(head for head in heads if head is not None)

    def opens(self, row: models.Model) -> bool:
        """See SealedField."""
        try:
            sealed = media_storage().read(self.path(row))
        except FileNotFoundError:
            return False
        _opened(sealed, self, row)
        return True

    def _head(self, row: models.Model) -> bytes | None:
        try:
            return media_storage().head(self.path(row), HEADER_BYTES)
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class ResealResult:
    """What a run did: rows re-sealed, and what could not be opened as (table, primary key, type of the error)."""

    done: int
    failed: list[tuple[str, Any, str]]


def sealed_fields(ring: Ring) -> list[tuple[type[models.Model], SealedField]]:
    """Everything that is sealed to `ring`, by the declarations of the installed models."""
    return [
        (model, place)
        for model in apps.get_models()
        for place in getattr(model, "sealed_fields", ())
        if place.ring == ring
    ]


def count_stale(ring: Ring) -> int:
    """How many stored values are sealed to an older key of `ring`."""
    newest = sealing.sealed_header(ring)
    return sum(1 for model, place in sealed_fields(ring) for _pk in place.stale(model, newest))


def reseal(ring: Ring, *, progress: Callable[[int], None]) -> ResealResult:
    """Re-seal everything of `ring` that is sealed to an older key, a batch a transaction; can be cut off and run again.

    `progress` is called after each batch with the number of rows tried so far.
    """
    newest = sealing.sealed_header(ring)
    done, tried, failed = 0, 0, []
    for model, place in sealed_fields(ring):
        for page in batched(place.stale(model, newest), BATCH):
            with transaction.atomic():
                # The lock: whoever withdraws a row waits, and then erases what is written here.
                for row in model._base_manager.select_for_update().filter(pk__in=page).order_by("pk"):
                    try:
                        place.reseal(row)
                        done += 1
                    except sealing.SealError as error:
                        failed.append((model._meta.db_table, row.pk, type(error).__name__))
            tried += len(page)
            progress(tried)
    return ResealResult(done, failed)


def _key_ids(heads: Iterable[bytes]) -> set[bytes]:
    found = set()
    for head in heads:
        with suppress(sealing.SealedValueDamaged):
            found.add(sealing.key_id(bytes(head)))
    return found


def _resealed(sealed: bytes, place: SealedColumn | SealedFile, row: models.Model) -> bytes:
    return sealing.seal(_opened(sealed, place, row), ring=place.ring, **_bound_to(place, row))


def _opened(sealed: bytes, place: SealedColumn | SealedFile, row: models.Model) -> bytes:
    return sealing.open_sealed(sealed, ring=place.ring, **_bound_to(place, row))


def _bound_to(place: SealedColumn | SealedFile, row: models.Model) -> dict[str, Any]:
    field = place.field if isinstance(place.field, str) else place.field(row)
    uuid: UUID = getattr(row, place.row)
    return {"table": place.table, "field": field, "row": uuid}
