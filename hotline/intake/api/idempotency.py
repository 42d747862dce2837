"""Idempotency keys of API requests, stored as digests for IDEMPOTENCY_DAYS."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet

from clicksafely.common.clock import hour_of
from hotline.intake.api.keys import Seeds
from hotline.models import Partner, PartnerRequest

# Days for which a request can be repeated.
IDEMPOTENCY_DAYS = 7


class BodyMismatch(Exception):
    """The idempotency key was used with another body."""


@dataclass(frozen=True)
class IdempotentRequest:
    """A request body with its idempotency key, which is empty if the client sent none."""

    partner: Partner
    idempotency_key: str
    body: bytes

    @cached_property
    def key_digest(self) -> bytes:
        return hashlib.sha256(self.idempotency_key.encode()).digest()

    @cached_property
    def body_digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()

    def seeds(self) -> Seeds:
        """Return the seeds of the request's reports."""
        if not self.idempotency_key:
            return Seeds.fresh()
        return Seeds.repeatable(
            partner=self.partner.uuid.bytes, idempotency_key=self.idempotency_key, body_digest=self.body_digest
        )


def is_repeated(*, sending: IdempotentRequest, now: datetime) -> bool:
    """Return whether this request is already stored and has not expired. Raises BodyMismatch."""
    if not sending.idempotency_key:
        return False
    row = _rows(sending).filter(created_at__gt=now - _lifetime()).first()
    if row:
        _compare(row, sending)
    return row is not None


def remember_request(*, sending: IdempotentRequest, now: datetime) -> None:
    """Bind the idempotency key to this body for IDEMPOTENCY_DAYS.

    If two concurrent requests use one key with different bodies, one of them raises BodyMismatch.
    """
    if not sending.idempotency_key:
        return
    _rows(sending).filter(created_at__lte=now - _lifetime()).delete()
    row, _created = PartnerRequest.objects.get_or_create(
        partner=sending.partner,
        key_digest=sending.key_digest,
        defaults={"body_digest": sending.body_digest, "created_at": hour_of(now)},
    )
    _compare(row, sending)


def purge_requests(*, now: datetime) -> int:
    """Delete expired idempotency keys. Returns the number of deleted rows."""
    erased, _tables = PartnerRequest.objects.filter(created_at__lte=now - _lifetime()).delete()
    return erased


def _rows(sending: IdempotentRequest) -> QuerySet[PartnerRequest]:
    return PartnerRequest.objects.filter(partner=sending.partner, key_digest=sending.key_digest)


def _compare(row: PartnerRequest, sending: IdempotentRequest) -> None:
    if bytes(row.body_digest) != sending.body_digest:
        raise BodyMismatch


def _lifetime() -> timedelta:
    return timedelta(days=IDEMPOTENCY_DAYS)
