"""Receipts: 80 random bits, the only credential of a reporter."""

import hashlib
import hmac
import secrets
import unicodedata

from clicksafely.common.crypto.part_secrets import current_secret

# Crockford's base 32: no I, L, O, U (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_MAX_TYPED_LENGTH = 64  # characters
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}

_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"} | dict(zip("АВЕЅІЈКМНОРСТУХ", "ABES1JKMH0PCTYX", strict=True))
# The Serbian Cyrillic keyboard layout: the result of typing a receipt without switching the layout.
_SAME_KEYS = _LOOK_ALIKES | dict(zip("ЉЊЕРТЗПАСДФГХЈКЛИЏЦВБНМЅ", "QWERTZPASDFGHJK11XCVBNMY", strict=True))
# Letters unlike any in the alphabet: they indicate that the layout was not switched, rather than similar shapes.
_ONLY_KEYS = frozenset("ЉЊЗПДФГЛИЏЦБ")


def generate_code() -> str:
    """Return a new receipt: 16 characters of the alphabet, from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_receipt(receipt: str) -> str:
    """`7K3MQ9TZV4HD2XNB` -> `7K3M-Q9TZ-V4HD-2XNB`."""
    return "-".join(receipt[start : start + 4] for start in range(0, LENGTH, 4))


def read_letters(typed: str) -> str | None:
    """Return the letters and digits of the input, read as characters of the alphabet where possible.

    Accepts any separators, lower case, and O for 0, I and L for 1. Also accepts full-width forms, similar Cyrillic
    letters, and the Serbian Cyrillic layout. Returns None if the input is too long to be a receipt.
    """
    typed = typed.strip()
    if len(typed) > _MAX_TYPED_LENGTH:
        return None
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).upper()
    meant = _LOOK_ALIKES if _ONLY_KEYS.isdisjoint(letters) else _SAME_KEYS
    return "".join(meant.get(letter, letter) for letter in letters)


def normalise_receipt(typed: str) -> str | None:
    """Return the receipt intended by the input (see `read_letters`), or None if it is not 16 characters of the alphabet."""
    receipt = read_letters(typed)
    return receipt if receipt and len(receipt) == LENGTH and _VALUES.keys() >= set(receipt) else None


def receipt_bytes(receipt: str) -> bytes:
    """Return the 10 bytes encoded by a normalised receipt. Raises ValueError for other input."""
    if len(receipt) != LENGTH or not _VALUES.keys() >= set(receipt):
        raise ValueError("not a normalised receipt")
    number = 0
    for letter in receipt:
        number = number << 5 | _VALUES[letter]
    return number.to_bytes(10)


def receipt_digest(receipt: str | None) -> bytes:
    """Return the keyed hash (32 bytes, HMAC-SHA256 under RECEIPT_PEPPER) by which a report is found.

    The receipt itself is never stored. None, for an unreadable receipt, takes the same time and matches nothing.
    """
    return hmac.digest(
        current_secret("RECEIPT_PEPPER"), b"receipt:" + (receipt or "-" * LENGTH).encode(), hashlib.sha256
    )
