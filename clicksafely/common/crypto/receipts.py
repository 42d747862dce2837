"""Receipts: the 80 random bits that are a reporter's only key."""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

# Crockford's base 32: no I, L, O, U (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_LONGEST_TYPED = 64  # characters
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}

_LOOK_ALIKES = {"O": "0", "I": "1", "L": "1"} | dict(zip("АВЕЅІЈКМНОРСТУХ", "ABES1JKMH0PCTYX", strict=True))
# The Serbian Cyrillic layout, key by key: what comes of typing a receipt without changing the keyboard.
_SAME_KEYS = _LOOK_ALIKES | dict(zip("ЉЊЕРТЗПАСДФГХЈКЛИЏЦВБНМЅ", "QWERTZPASDFGHJK11XCVBNMY", strict=True))
# Letters that resemble none of the alphabet: they tell that the keys were meant, not the shapes.
_ONLY_KEYS = frozenset("ЉЊЗПДФГЛИЏЦБ")


def generate_receipt() -> str:
    """A new receipt: 16 characters of the alphabet, from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_receipt(receipt: str) -> str:
    """`7K3MQ9TZV4HD2XNB` -> `7K3M-Q9TZ-V4HD-2XNB`."""
    return "-".join(receipt[start : start + 4] for start in range(0, LENGTH, 4))


def normalise_receipt(typed: str) -> str | None:
    """The receipt that somebody meant, or None where 16 characters of the alphabet cannot be made of it.

    Forgiven: everything between the characters, small letters, O for 0, I and L for 1, full-width forms, Cyrillic
    letters that look the same, and a receipt typed on the Serbian Cyrillic layout.
    """
    typed = typed.strip()
    if len(typed) > _LONGEST_TYPED:
        return None
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).upper()
    meant = _LOOK_ALIKES if _ONLY_KEYS.isdisjoint(letters) else _SAME_KEYS
    receipt = "".join(meant.get(letter, letter) for letter in letters)
    return receipt if len(receipt) == LENGTH and _VALUES.keys() >= set(receipt) else None


def receipt_bytes(receipt: str) -> bytes:
    """The 10 bytes that a normalised receipt writes down. Raises ValueError for anything else."""
    if len(receipt) != LENGTH or not _VALUES.keys() >= set(receipt):
        raise ValueError("not a normalised receipt")
    number = 0
    for letter in receipt:
        number = number << 5 | _VALUES[letter]
    return number.to_bytes(10)


def receipt_digest(receipt: str | None) -> bytes:
    """The keyed hash (32 bytes, HMAC-SHA256 under RECEIPT_PEPPER) by which a report is found; all that is stored of a receipt.

    None, a receipt that could not be read, costs the same and finds nothing.
    """
    return hmac.digest(
        settings.RECEIPT_PEPPER.encode(), b"receipt:" + (receipt or "-" * LENGTH).encode(), hashlib.sha256
    )
