"""What in a text may lead to somebody: e-mail addresses, phone numbers, accounts, names. Pure. It warns; a person decides."""

import re
from enum import Enum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy


class Kind(Enum):
    """What it looks like, in words."""

    EMAIL = gettext_lazy("e-mail address")
    PHONE = gettext_lazy("phone number")
    ACCOUNT = gettext_lazy("account")
    NAME = pgettext_lazy("moderation", "perhaps a name")


class Personal(NamedTuple):
    """A part of the text, as it stands there."""

    kind: Kind
    text: str


_EMAIL: Final = re.compile(r"[\w.+-]{1,254}@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d(?:[\s/().-]?\d){5,14}(?!\w)")
_ACCOUNT: Final = re.compile(r"(?<![\w.@])@\w[\w.]{2,}")
# A capital letter that does not begin a sentence, or two words with capitals beside each other anywhere.
_CAPITAL: Final = r"[A-ZŠĐČĆŽА-ЯЂЈЉЊЋЏ][a-zšđčćžа-яђјљњћџ]+"
_NAME: Final = re.compile(rf"(?<!\w){_CAPITAL}(?:\s+{_CAPITAL})+|(?<=[\w,;:] ){_CAPITAL}(?!\w)")


def find_personal(text: str) -> list[Personal]:
    """What may lead to somebody, each once, in the order of the kinds and of the text."""
    found: list[Personal] = []
    rest = text
    for kind, pattern in (
        (Kind.EMAIL, _EMAIL),
        (Kind.ACCOUNT, _ACCOUNT),
        (Kind.PHONE, _PHONE),
        (Kind.NAME, _NAME),
    ):
        found += [Personal(kind, match.group()) for match in pattern.finditer(rest)]
        # An address is not looked through for names.
        rest = pattern.sub(" ", rest) if kind != Kind.NAME else rest
    return list(dict.fromkeys(found))
