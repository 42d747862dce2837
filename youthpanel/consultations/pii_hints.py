"""Hints about personal data in a text: e-mail addresses, phone numbers, accounts, names. Pure. A person decides."""

import re
from enum import Enum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy

from clicksafely.common.serbian.search_folding import fold


class PersonalDataKind(Enum):
    """The kind of personal data, with its label."""

    EMAIL = gettext_lazy("e-mail address")
    PHONE = gettext_lazy("phone number")
    ACCOUNT = gettext_lazy("account")
    NAME = pgettext_lazy("moderation", "possibly a name")


class PersonalDataHint(NamedTuple):
    """A part of the text, unchanged."""

    kind: PersonalDataKind
    text: str


_EMAIL: Final = re.compile(r"[\w.+-]{1,254}@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d(?:[\s/().-]?\d){5,14}(?!\w)")
_ACCOUNT: Final = re.compile(r"(?<![\w.@])@\w[\w.]{2,}")
# A capitalised word inside a sentence, or two capitalised words in a row anywhere.
_CAPITAL: Final = r"[A-ZŠĐČĆŽА-ЯЂЈЉЊЋЏ][a-zšđčćžа-яђјљњћџ]+"
_NAME: Final = re.compile(rf"(?<!\w){_CAPITAL}(?:\s+{_CAPITAL})+|(?<=[\w,;:] ){_CAPITAL}(?!\w)")


def find_personal_data(text: str) -> list[PersonalDataHint]:
    """Possible personal data, without duplicates, in the order of the kinds and of the text."""
    found: list[PersonalDataHint] = []
    rest = text
    for kind, pattern in (
        (PersonalDataKind.EMAIL, _EMAIL),
        (PersonalDataKind.ACCOUNT, _ACCOUNT),
        (PersonalDataKind.PHONE, _PHONE),
        (PersonalDataKind.NAME, _NAME),
    ):
        found += [PersonalDataHint(kind, match.group()) for match in pattern.finditer(rest)]
        # Matched parts are removed, so that names are not found inside an e-mail address.
        rest = pattern.sub(" ", rest) if kind != PersonalDataKind.NAME else rest
    return list(dict.fromkeys(found))


MAX_SHOWN: Final = 6
# Words that begin sentences, and words in names of institutions and towns.
_NO_NAMES_TEXT: Final = """
    ја ти он она ми ви они наш наша наше наши мој моја моје у на за са код из од по и а али ако кад када да не
    основна средња школа гимназија србија београд ниш нови сад панел бела књига
    the our my we they new white paper school in at on if when safer internet centre
"""
_NO_NAMES: Final = frozenset(fold(word) for word in _NO_NAMES_TEXT.split())


def hints_for_author(text: str) -> list[PersonalDataHint]:
    """Possible personal data for the author, without duplicates, at most `MAX_SHOWN`."""
    return [
        each for each in find_personal_data(text) if each.kind != PersonalDataKind.NAME or _is_full_name(each.text)
    ][:MAX_SHOWN]


def _is_full_name(words: str) -> bool:
    """Whether two or more words remain without the common words in `_NO_NAMES`."""
    return sum(fold(word) not in _NO_NAMES for word in words.split()) > 1
