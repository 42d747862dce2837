"""Key rotation: re-seals stored values from the older keys of a ring to its newest key."""

from collections.abc import Buffer, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Func, Value

from clicksafely.common.crypto import keyring, sealing
from clicksafely.common.crypto.keyring import RINGS
from clicksafely.common.crypto.sealing import HEADER_BYTES, Ring
from clicksafely.common.files.storage import media_storage

BATCH = 100


class SealedField(Protocol):
    """Location of a model's sealed values: `stale` returns the rows to re-seal, `reseal` re-seals one locked row.

    A model declares its sealed columns and files as `sealed_fields = (SealedColumn(...), SealedFile(...))`.
    """

    @property
    def ring(self) -> Ring:
        """The key ring of its values."""

    def stale(self, model: type[models.Model], header: bytes) -> Iterator[Any]:
        """Return primary keys, ascending, of rows whose value does not start with `header`."""

    def reseal(self, row: models.Model) -> None:
        """Re-seal the row's value. Raises SealError if it cannot be opened."""

    def key_ids(self, model: type[models.Model]) -> set[bytes]:
        """Return the IDs of the keys in use; skips invalid values, which re-sealing reports."""

    def opens(self, row: models.Model) -> bool:
        """Return whether the row has a value, after opening it. Raises SealError if it cannot be opened."""


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """A sealed binary column, bound to `table`, `field` and the UUID in the column `row`.

    `field` is a name, or a function of the row.
    """

    ring: Ring
    column: str
    table: str
    field: str | Callable[[Any], str]
    row: str = "uuid"

    def stale(self, model: type[models.Model], header: bytes) -> Iterator[Any]:
        """See SealedField; reads page by page, because the pages shrink as their rows are re-sealed."""
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
        """Return the decrypted value, None if the row has none. Raises SealError. The caller records the access."""
        return None if getattr(row, self.column) is None else self.open(row)

    def read_text(self, row: models.Model) -> str:
        """Return the decrypted text, "" if the row has none. Raises SealError. The caller records the access."""
        return (self.read(row) or b"").decode()

    def open(self, row: models.Model) -> bytes:
        """Return the decrypted value. Raises SealError, also without a value. The caller records the access."""
        return _unseal(getattr(row, self.column) or b"", self, row)

    def seal(self, row: models.Model, plaintext: Buffer) -> None:
        """Set the column of `row` to the sealed value, without saving it. Raises NoPublicKey."""
        setattr(row, self.column, sealing.seal(plaintext, ring=self.ring, **self.binding(row)))

    def binding(self, row: models.Model) -> dict[str, Any]:
        """Return the table, field and UUID that a seal is bound to, for the copy of a reporter."""
        return _bound_to(self, row)

    def _with_heads(self, model: type[models.Model]) -> models.QuerySet[Any]:
        head = Func(
            F(self.column), Value(1), Value(HEADER_BYTES), function="substring", output_field=models.BinaryField()
        )
        rows: models.QuerySet[Any] = model._base_manager.filter(**{f"{self.column}__isnull": False}).annotate(head=head)
        return rows


@dataclass(frozen=True, kw_only=True)
class SealedFile:
    """A file at `path(row)`, sealed under `table`, `field` and the UUID in the column `row`. A missing file is skipped."""

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

    def open(self, row: models.Model) -> bytes:
        """Return the decrypted file. Raises SealError, FileNotFoundError, StorageUnavailable. The caller records the access."""
        return _unseal(media_storage().read(self.path(row)), self, row)

    def seal(self, row: models.Model, plaintext: Buffer) -> bytes:
        """Return the content of the file of `row`. Raises NoPublicKey."""
        return sealing.seal(plaintext, ring=self.ring, **_bound_to(self, row))

    def reseal(self, row: models.Model) -> None:
        """See SealedField; the file is replaced atomically."""
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
        _unseal(sealed, self, row)
        return True

    def _head(self, row: models.Model) -> bytes | None:
        try:
            return media_storage().head(self.path(row), HEADER_BYTES)
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class ResealResult:
    """Result of a run: the number of re-sealed rows, and failures as (table, primary key, error type)."""

    done: int
    failed: list[tuple[str, Any, str]]


def sealed_fields(ring: Ring) -> list[tuple[type[models.Model], SealedField]]:
    """Return all columns and files sealed to `ring`, as declared by the installed models."""
    return [
        (model, place)
        for model in apps.get_models()
        for place in getattr(model, "sealed_fields", ())
        if place.ring == ring
    ]


def key_ids_in_use() -> dict[str, list[str]]:
    """Return the key IDs (hex) in use, by ring."""
    return {
        ring: sorted({key.hex() for model, place in sealed_fields(ring) for key in place.key_ids(model)})
        for ring in RINGS
    }


def missing_keys(needed: dict[str, list[str]]) -> list[str]:
    """Return the missing keys as `ring key`. Checks the private rings, or the public ones if no private ones are available.

    Raises OSError and ValueError if the rings cannot be read.
    """
    private = keyring.read_private(settings.SEALING_PRIVATE_KEYS)
    public = {} if private else keyring.read_public(settings.SEALING_PUBLIC_KEYS)
    here = {ring: set(keys) for ring, keys in private.items()} or {
        ring: {number for number, _key in keys} for ring, keys in public.items()
    }
    return [
        f"{ring} {number}"
        for ring, numbers in needed.items()
        for number in numbers
        if bytes.fromhex(number) not in here.get(ring, set())
    ]


def count_stale(ring: Ring) -> int:
    """Return the number of stored values sealed to an older key of `ring`."""
    newest = sealing.sealed_header(ring)
    return sum(1 for model, place in sealed_fields(ring) for _pk in place.stale(model, newest))


def reseal(ring: Ring, *, progress: Callable[[int], None]) -> ResealResult:
    """Re-seal all values of `ring` sealed to an older key, one transaction per batch; can be interrupted and repeated.

    `progress` is called after each batch with the number of rows tried so far.
    """
    newest = sealing.sealed_header(ring)
    done, tried, failed = 0, 0, []
    for model, place in sealed_fields(ring):
        for page in batched(place.stale(model, newest), BATCH):
            with transaction.atomic():
                # The row lock makes a concurrent erasure wait, so that it also erases the value written here.
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
    return sealing.seal(_unseal(sealed, place, row), ring=place.ring, **_bound_to(place, row))


def _unseal(sealed: bytes, place: SealedColumn | SealedFile, row: models.Model) -> bytes:
    return sealing.open_sealed(sealed, ring=place.ring, **_bound_to(place, row))


def _bound_to(place: SealedColumn | SealedFile, row: models.Model) -> dict[str, Any]:
    field = place.field if isinstance(place.field, str) else place.field(row)
    uuid: UUID = getattr(row, place.row)
    return {"table": place.table, "field": field, "row": uuid}
