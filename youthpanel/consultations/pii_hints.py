"""What in a text may lead to somebody: e-mail addresses, phone numbers, accounts, names. Pure. It warns; a person decides."""

import re
from enum import Enum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy

from clicksafely.common.serbian.search_folding import fold


class PersonalDataKind(Enum):
    """What it looks like, in words."""

    EMAIL = gettext_lazy("e-mail address")
    PHONE = gettext_lazy("phone number")
    ACCOUNT = gettext_lazy("account")
    NAME = pgettext_lazy("moderation", "perhaps a name")


class PersonalDataHint(NamedTuple):
    """A part of the text, as it stands there."""

    kind: PersonalDataKind
    text: str


_EMAIL: Final = re.compile(r"[\w.+-]{1,254}@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d(?:[\s/().-]?\d){5,14}(?!\w)")
_ACCOUNT: Final = re.compile(r"(?<![\w.@])@\w[\w.]{2,}")
# A capital letter that does not begin a sentence, or two words with capitals beside each other anywhere.
_CAPITAL: Final = r"[A-ZŠĐČĆŽА-ЯЂЈЉЊЋЏ][a-zšđčćžа-яђјљњћџ]+"
_NAME: Final = re.compile(rf"(?<!\w){_CAPITAL}(?:\s+{_CAPITAL})+|(?<=[\w,;:] ){_CAPITAL}(?!\w)")


def find_personal_data(text: str) -> list[PersonalDataHint]:
    """What may lead to somebody, each once, in the order of the kinds and of the text."""
    found: list[PersonalDataHint] = []
    rest = text
    for kind, pattern in (
        (PersonalDataKind.EMAIL, _EMAIL),
        (PersonalDataKind.ACCOUNT, _ACCOUNT),
        (PersonalDataKind.PHONE, _PHONE),
        (PersonalDataKind.NAME, _NAME),
    ):
        found += [PersonalDataHint(kind, match.group()) for match in pattern.finditer(rest)]
        # An address is not looked through for names.
        rest = pattern.sub(" ", rest) if kind != PersonalDataKind.NAME else rest
    return list(dict.fromkeys(found))


MOST_SHOWN: Final = 6
# Words with which sentences begin or by which institutions and towns are called.
_NO_NAMES_TEXT: Final = """
    ја ти он она ми ви они наш наша наше наши мој моја моје у на за са код из од по и а али ако кад када да не
    основна средња школа гимназија србија београд ниш нови сад панел бела књига
    the our my we they new white paper school in at on if when safer internet centre
"""
_NO_NAMES: Final = frozenset(fold(word) for word in _NO_NAMES_TEXT.split())


def hints_for_author(text: str) -> list[PersonalDataHint]:
    """What may tell who somebody is, each once, at most `MOST_SHOWN`."""
    return [
        each for each in find_personal_data(text) if each.kind != PersonalDataKind.NAME or _is_full_name(each.text)
    ][:MOST_SHOWN]


def _is_full_name(words: str) -> bool:
    """Two words or more beside those with which sentences begin."""
    return sum(fold(word) not in _NO_NAMES for word in words.split()) > 1
