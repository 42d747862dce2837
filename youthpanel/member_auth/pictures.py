"""The picture PIN of a slip: six different pictures in order, and their slow keyed hash."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.part_secrets import current_secret

# The symbols of static/img/panel-pictures.svg, in the order in which members see them.
PICTURES: Final[Mapping[str, Promise]] = {
    "cat": pgettext_lazy("picture", "cat"),
    "ship": pgettext_lazy("picture", "ship"),
    "sun": pgettext_lazy("picture", "sun"),
    "tree": pgettext_lazy("picture", "tree"),
    "fish": pgettext_lazy("picture", "fish"),
    "house": pgettext_lazy("picture", "house"),
    "key": pgettext_lazy("picture", "key"),
    "ball": pgettext_lazy("picture", "ball"),
    "star": pgettext_lazy("picture", "star"),
    "apple": pgettext_lazy("picture", "apple"),
    "bird": pgettext_lazy("picture", "bird"),
    "car": pgettext_lazy("picture", "car"),
    "cup": pgettext_lazy("picture", "cup"),
    "umbrella": pgettext_lazy("picture", "umbrella"),
    "balloon": pgettext_lazy("picture", "balloon"),
    "mushroom": pgettext_lazy("picture", "mushroom"),
}
# 16 pictures without repetition: 5,765,760 sequences.
LENGTH: Final = 6
# 4 MB and about 10 ms: less than recovery codes cost, because many guesses of one network must not delay other visitors.
_SCRYPT: Final[Mapping[str, Any]] = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


def is_sequence(chosen: Sequence[str]) -> bool:
    """Return whether these are six different pictures."""
    return len(chosen) == len(set(chosen)) == LENGTH and PICTURES.keys() >= set(chosen)


def is_guessable(chosen: Sequence[str]) -> bool:
    """Return whether the pictures of a sequence have equal distances on the page, such as the first six."""
    places = [list(PICTURES).index(name) for name in chosen]
    return len({(after - before) % len(PICTURES) for before, after in pairwise(places)}) == 1


def pictures_hash(chosen: Sequence[str], *, code: str | None, digest: bytes) -> bytes:
    """Return the slow keyed hash (32 bytes) of the pictures of a slip.

    It is scrypt of an HMAC-SHA256 under PANEL_PIN_KEY, salted with the slip's digest. The code is in the HMAC, so that
    pictures cannot be tried without the paper, even with the key. A code that is None takes the same time.
    """
    message = f"panel-pictures:{code}:{','.join(chosen)}".encode()
    keyed = hmac.digest(current_secret("PANEL_PIN_KEY"), message, hashlib.sha256)
    return hashlib.scrypt(keyed, salt=digest, **_SCRYPT)
