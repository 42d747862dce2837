"""Receipts: the 80 random bits that are a reporter's only key."""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

# Crockford's base 32: no I, L, O, U (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_LONGEST_TYPED = 64

# What a hand or a Cyrillic keyboard makes of them: letters that look alike, then letters that sound alike.
_FORGIVEN = str.maketrans(
    {"O": "0", "I": "1", "L": "1"}
    | dict(zip("АВСЕНКМОРТХЈЅ", "ABCEHKM0PTXJS", strict=True))
    | dict(zip("БДФГПЦЗЛИ", "BDFGPCZ11", strict=True))
)
_SEPARATORS = str.maketrans("", "", " \t\r\n\u00a0\u2007\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2212_.,·:")


def draw() -> str:
    """A new receipt: 16 characters of the alphabet, from the system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def display(receipt: str) -> str:
    """`7K3MQ9TZV4HD2XNB` -> `7K3M-Q9TZ-V4HD-2XNB`."""
    return "-".join(receipt[start : start + 4] for start in range(0, LENGTH, 4))


def normalise(typed: str) -> str | None:
    """The receipt that somebody meant: separators, small letters, look-alikes and full-width forms are forgiven.

    None where that does not leave 16 characters of the alphabet.
    """
    bounded = unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED])
    letters = bounded.translate(_SEPARATORS).upper().translate(_FORGIVEN)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return letters


def to_bytes(receipt: str) -> bytes:
    """The 10 bytes that a normalised receipt writes down."""
    number = 0
    for letter in receipt:
        number = number * 32 + ALPHABET.index(letter)
    return number.to_bytes(10)


def digest(receipt: str) -> bytes:
    """The keyed hash (HMAC-SHA256 under RECEIPT_PEPPER) under which a report is found; all that is stored of a receipt."""
    return hmac.digest(settings.RECEIPT_PEPPER.encode(), b"receipt:" + receipt.encode(), hashlib.sha256)
