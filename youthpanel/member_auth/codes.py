"""Invitation codes: 80 random bits, written like receipts (no look-alikes; Cyrillic and the Serbian keyboard forgiven)."""

import hashlib
import hmac

from django.conf import settings

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.receipts import format_receipt, generate_receipt

__all__ = ["digest", "format_receipt", "generate_receipt", "normalise"]


def normalise(typed: str) -> str | None:
    """The code that somebody meant, also out of the whole address of a QR code; None where none can be made of it."""
    return receipts.normalise_receipt(typed.rpartition("#")[2])


def digest(code: str | None) -> bytes:
    """The keyed hash (32 bytes, HMAC-SHA256 under RECEIPT_PEPPER, which the database does not hold) by which a code is found.

    The prefix keeps it apart from receipts and identities under the same key. None, a code that could not be read, costs the same and finds nothing.
    """
    said = b"panel-code:" + (code or "-" * receipts.LENGTH).encode()
    return hmac.digest(settings.RECEIPT_PEPPER.encode(), said, hashlib.sha256)
