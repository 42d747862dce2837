"""Whether a sample of the sealed values can be opened here."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from clicksafely.common.crypto import key_rotation, keyring
from clicksafely.common.crypto.keyring import RINGS
from clicksafely.common.crypto.sealing import SealError

SAMPLES: Final = 3


@dataclass(frozen=True)
class SampleResult:
    """A sample: the number of opened values; failures as `table primary key: error type`; rings without private keys here."""

    opened_count: int
    failed: list[str]
    closed_rings: list[str]


def open_samples() -> SampleResult:
    """Open the newest few values of every sealed column."""
    opened_count = 0
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
                    opened_count += place.opens(row)
                except SealError as error:
                    failed.append(f"{model._meta.db_table} {row.pk}: {type(error).__name__}")
    return SampleResult(opened_count, failed, closed)
