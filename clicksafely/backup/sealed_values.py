"""Which keys stored values are sealed to, whether they are on the key rings here, and whether the values open."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from clicksafely.common.crypto import key_rotation, keyring
from clicksafely.common.crypto.keyring import RINGS
from clicksafely.common.crypto.sealing import SealError

SAMPLES: Final = 3


@dataclass(frozen=True)
class SampleResult:
    """A trial: how many values opened; those that did not, as `table primary key: kind of error`; rings without private keys here."""

    opened: int
    failed: list[str]
    closed_rings: list[str]


def key_ids_in_use() -> dict[str, list[str]]:
    """The keys (hex) that something is sealed to, by ring."""
    return {
        ring: sorted({key.hex() for model, place in key_rotation.sealed_fields(ring) for key in place.key_ids(model)})
        for ring in RINGS
    }


def missing_keys(needed: dict[str, list[str]]) -> list[str]:
    """Of those keys the ones that no ring here holds, as `ring key`: on the private rings, or on the public ones where no private are here.

    Raises OSError, ValueError where the rings cannot be read.
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


def open_samples() -> SampleResult:
    """Open the newest few values of every place."""
    opened = 0
    failed: list[str] = []
    closed: list[str] = []
    private = keyring.read_private(settings.SEALING_PRIVATE_KEYS)
    for ring in RINGS:
        if not private.get(ring):
            closed.append(ring)
            continue
        for model, place in key_rotation.sealed_fields(ring):
            for row in model._base_manager.order_by("-pk")[:SAMPLES]:
                try:
                    opened += place.opens(row)
                except SealError as error:
                    failed.append(f"{model._meta.db_table} {row.pk}: {type(error).__name__}")
    return SampleResult(opened, failed, closed)
