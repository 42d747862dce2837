"""Invitation codes: 80 random bits, written like receipts (no look-alikes; Cyrillic and the Serbian keyboard accepted)."""

import hashlib
import hmac

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.part_secrets import current_secret


def normalise(typed: str) -> str | None:
    """Return the code in canonical form, also from the full URL of a QR code; None for other input."""
    return receipts.normalise_receipt(typed.rpartition("#")[2])


def digest(code: str | None) -> bytes:
    """Return the keyed hash (32 bytes, HMAC-SHA256 under RECEIPT_PEPPER, which is not in the database) that identifies a code.

    The prefix separates it from receipts and identities under the same key. None, for an unreadable code, takes the
    same time and matches nothing.
    """
    message = b"panel-code:" + (code or "-" * receipts.LENGTH).encode()
    return hmac.digest(current_secret("RECEIPT_PEPPER"), message, hashlib.sha256)
