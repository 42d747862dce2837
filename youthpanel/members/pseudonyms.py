"""Pseudonyms: proposals, and a check that a pseudonym does not reveal its member. Stored in Cyrillic; Latin is derived."""

import hashlib
import re
from collections.abc import Container, Iterator
from itertools import count, islice, product
from pathlib import Path
from typing import Any, Final, cast

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from clicksafely.common.content.schema import read_data
from clicksafely.common.exceptions import FieldFault
from clicksafely.common.serbian.search_folding import fold
from youthpanel.members.identity import name_parts

FILE: Final = Path(__file__).with_suffix(".yaml")
# Read at the first proposal.
_WORDS: Final = cast("dict[str, Any]", SimpleLazyObject(lambda: read_data(FILE)))
MAX_LENGTH: Final = 40
_WRITTEN: Final = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*(?: \d{1,2})?")
# From this length on, a part of a name is also searched for inside the words of a pseudonym.
_TELLING: Final = 4


def generate_pseudonyms(*, taken: Container[str], seed: str) -> Iterator[str]:
    """Return an endless iterator of pseudonyms whose folded form is not in `taken`.

    The same `seed` gives the same pseudonyms. The order contains no information. Raises ContentError if the file of words is damaged.
    """
    pairs = [
        f"{adjective[gender].capitalize()} {animal}"
        for gender, animals in enumerate((_WORDS["masculine"], _WORDS["feminine"]))
        for adjective, animal in product(_WORDS["adjectives"], animals)
    ]
    pairs.sort(key=lambda pair: hashlib.sha256(f"{seed} {pair}".encode()).digest())
    numbered = (pair if number == 1 else f"{pair} {number}" for number in count(1) for pair in pairs)
    return (pseudonym for pseudonym in numbered if fold(pseudonym) not in taken)


def propose_pseudonyms(number: int, *, taken: Container[str], seed: str) -> list[str]:
    """Return the first `number` of `generate_pseudonyms`."""
    return list(islice(generate_pseudonyms(taken=taken, seed=seed), number))


def pseudonym_errors(pseudonym: str, *, name: str, year: int | None = None) -> Iterator[FieldFault]:
    """Faults of a pseudonym for a member with this real `name`, born in `year`; empty if it is allowed."""
    if len(pseudonym) > MAX_LENGTH or not _WRITTEN.fullmatch(pseudonym):
        yield FieldFault(
            "pseudonym",
            _(
                "A pseudonym consists of letters, spaces and hyphens, may end with a number of up to two "
                "digits, and has at most 40 characters."
            ),
        )
    elif reveals_name(pseudonym, name=name) or (year and pseudonym.endswith(f" {year % 100:02}")):
        yield FieldFault(
            "pseudonym",
            _("This pseudonym reveals the member: choose one without a part of the real name or of the year of birth."),
        )


def reveals_name(pseudonym: str, *, name: str) -> bool:
    """Return whether the pseudonym reveals the real name.

    Words of three letters or more must differ. Words of four letters or more must not contain each other.
    """
    words = name_parts(pseudonym)
    for part in name_parts(name):
        if len(part) >= 3 and part in words:
            return True
        if any(min(len(part), len(word)) >= _TELLING and (part in word or word in part) for word in words):
            return True
    return False
