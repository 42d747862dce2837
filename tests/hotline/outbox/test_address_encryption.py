"""Tests of sealed addresses: bound to row and secret, of uniform length."""

from datetime import date
from uuid import uuid4

import pytest
from pytest_django import Settings

from hotline.outbox import address_encryption
from hotline.outbox.address_encryption import Envelope, EnvelopeLost

ENVELOPE = Envelope(to="ana@sender.example", in_reply_to="1@sender.example", receipt="7K3MQ9TZV4HD2XNB")


def test_sealed_envelope_opens_for_its_row() -> None:
    row = uuid4()
    assert address_encryption.open_envelope(address_encryption.seal(ENVELOPE, row=row), row=row) == ENVELOPE


def test_it_opens_for_no_other_row_under_no_other_secret_and_not_when_changed(settings: Settings) -> None:
    row = uuid4()
    sealed = address_encryption.seal(ENVELOPE, row=row)
    for altered, at in (
        (sealed, uuid4()),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), row),
        (sealed[:20], row),
        (b"", row),
    ):
        with pytest.raises(EnvelopeLost):
            address_encryption.open_envelope(altered, row=at)
    settings.MAIL_SECRET = "another secret of the same length"
    with pytest.raises(EnvelopeLost):
        address_encryption.open_envelope(sealed, row=row)


def test_envelope_opens_under_a_former_secret(settings: Settings) -> None:
    row = uuid4()
    sealed = address_encryption.seal(ENVELOPE, row=row)
    new, before = "another secret of the same length", settings.MAIL_SECRET
    settings.MAIL_SECRET = f"{new},{before}"
    assert address_encryption.open_envelope(sealed, row=row) == ENVELOPE
    queued = address_encryption.seal(ENVELOPE, row=row)
    settings.MAIL_SECRET = new
    assert address_encryption.open_envelope(queued, row=row) == ENVELOPE


def test_its_length_does_not_reveal_the_address() -> None:
    addresses = ["a@b.example", "somebody.with.a.very.long.name@sender.example"]
    assert len({len(address_encryption.seal(Envelope(to=address), row=uuid4())) for address in addresses}) == 1
    assert b"sender" not in address_encryption.seal(ENVELOPE, row=uuid4())


def test_address_digest_changes_daily_and_by_secret(settings: Settings) -> None:
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    digests = {address_encryption.address_digest("ana@sender.example", day=day) for day in days}
    settings.MAIL_SECRET = "another secret of the same length"
    digests.add(address_encryption.address_digest("ana@sender.example", day=days[0]))
    assert {len(digest) for digest in digests} == {32}
    assert len(digests) == 3
