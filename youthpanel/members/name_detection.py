"""Detection of names in texts, in either script, any grammatical case and any order. Pure, except for reading names."""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealedValueDamaged, SealError, WrongKey
from clicksafely.common.documents.validation import DocumentRefused, extract_text
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.serbian.search_folding import fold
from youthpanel.members.identity import unseal_identity
from youthpanel.models import Member

_ENDING: Final = r"[^\W\d_]{0,3}"
_GAP: Final = r"[\W_]{1,3}"
# Upper bound of the length of an inflected name, and the context searched around a stem, in characters.
_MAX_WRITTEN_LENGTH: Final = 150
_REACH: Final = 400
# Петар, Петра: a fleeting „а“ between the last two consonants.
_COMES_AND_GOES: Final = re.compile(r"(.+[^aeiou])a([^aeiou])")
# The spellings of each letter of a folded word.
_LETTERS: Final = {
    **dict(zip("abvgdezijklmnoprstufh", "абвгдезијклмнопрстуфх", strict=True)),
    "c": "cčćцчћ",
    "s": "sšсш",
    "z": "zžзж",
}
_PAIRS: Final = {"dj": "(?:dj|đ|ђ|дј)", "lj": "(?:lj|љ|лј)", "nj": "(?:nj|њ|нј)", "dz": "(?:dz|dž|џ|дз|дж)"}


def name_words(name: str) -> list[str]:
    """Return the folded words of a name in their order."""
    return "".join(letter if letter.isalnum() else " " for letter in fold(name)).split()


def prefilter_stems(words: Sequence[str]) -> tuple[str, str]:
    """Stems of the first and last word, which every folded text with the name contains.

    A cheap filter before `name_pattern`.
    """
    return _root(words[0]), _root(words[-1])


def name_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for two or more folded words of a name in every inflection.

    It matches original and folded texts. The words of a name must be adjacent. For names of three and more words, the
    first next to the last is enough. A first name alone identifies no one and is not searched for.
    """
    written = [_written(word) + _ENDING for word in words]
    # Names of more than three words are matched in their own order, because all orders would be 24 or more patterns.
    orders = list(permutations(written)) if len(written) <= 3 else [tuple(written)]
    if len(written) > 2:
        orders += [(written[0], written[-1]), (written[-1], written[0])]
    found = "|".join(_GAP.join(order) for order in orders)
    return re.compile(rf"(?<![^\W\d_])(?:{found})(?![^\W\d_])", re.IGNORECASE)


def name_occurs_in(words: Sequence[str], folded: str) -> bool:
    """Return whether a folded text contains a name of two or more folded words. Only the context of a stem is matched, for speed."""
    sign = max(prefilter_stems(words), key=len)
    place = folded.find(sign)
    pattern = name_pattern(words) if place >= 0 else None
    while pattern and place >= 0:
        if pattern.search(folded, max(0, place - _REACH), place + _REACH):
            return True
        place = folded.find(sign, place + _REACH - _MAX_WRITTEN_LENGTH)
    return False


def _root(word: str) -> str:
    """Return the part of a word that is the same in every case."""
    if match := _COMES_AND_GOES.fullmatch(word):
        return match[1]
    return word[:-1] if len(word) > 2 and word[-1] in "aeiou" else word


def _written(word: str) -> str:
    if match := _COMES_AND_GOES.fullmatch(word):
        return f"{_letters(match[1])}[aа]?{_letters(match[2])}"
    return _letters(_root(word))


def _letters(word: str) -> str:
    parts = re.findall("dj|lj|nj|dz|.", word)
    return "".join(_PAIRS.get(part) or f"[{re.escape(part)}{_LETTERS.get(part, '')}]" for part in parts)


def find_real_names_audited(
    texts: Sequence[str], *, subject: models.Model | None, actor: AbstractBaseUser, now: datetime
) -> list[int]:
    """`find_real_names`, audited as one event about `subject` in any case, so that repeated probing is visible.

    Raises NoPrivateKey.
    """
    found = find_real_names(texts)
    audit_log.record(action="names.searched", subject=subject, actor=actor, now=now, data={"found": len(found)})
    return found


def find_real_names_in_upload(
    path: Path, texts: Sequence[str] = (), *, subject: models.Model, actor: AbstractBaseUser, now: datetime
) -> list[int]:
    """`find_real_names_audited` in `texts` and, with the last index, the document at `path`.

    Raises ActionRefused at the field `file` if the document cannot be read or compared.
    """
    try:
        return find_real_names_audited([*texts, extract_text(path)], subject=subject, actor=actor, now=now)
    except DocumentRefused as refused:
        raise ActionRefused([FieldFault("file", refused.message)]) from refused
    except SealError as error:
        message = _(
            "The keys of the panel are not available, so the document cannot be compared with the names of "
            "members. It was not saved."
        )
        raise ActionRefused([FieldFault("file", message)]) from error


def find_real_names(texts: Sequence[str]) -> list[int]:
    """Return the indexes of the plain `texts` that seem to contain the real name of an unerased member.

    Names are decrypted in memory and not returned. Raises NoPrivateKey.
    """
    folded = [fold(text) for text in texts]
    names = _names()
    return [place for place, text in enumerate(folded) if any(name_occurs_in(words, text) for words in names)]


def _names() -> list[list[str]]:
    names = []
    for member in Member.objects.exclude(sealed=None).only("uuid", "sealed"):
        try:
            words = name_words(unseal_identity(member).name)
        except (SealedValueDamaged, WrongKey):
            # The name cannot be recovered.
            continue
        if len(words) > 1:
            names.append(words)
    return names
