"""What in a text may tell who somebody is: pointed out kindly before it is sent, never refused. Pure.

Looked at are shapes, never the records: a hint that knows names would tell whoever types one whether its owner is in the panel.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from clicksafely.common.folding import fold

MOST_SHOWN: Final = 6
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
# Seven digits or more, as they are written in numbers; a year or a price is shorter.
_PHONE: Final = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ /().-]{0,2}\d){6,14}(?!\w)")
_ACCOUNT: Final = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]{3,30}")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S{1,200}", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]{2,30}(?:-[^\W\d_]{2,30})?")
# Words with which sentences begin or by which institutions are called.
_NO_NAMES_TEXT: Final = """
    ја ти он она ми ви они наш наша наше наши мој моја моје у на за са код из од по и а али ако кад када да не
    основна средња школа гимназија србија београд ниш нови сад панел бела књига
    the our my we they new white paper school in at on if when safer internet centre
"""
_NO_NAMES: Final = frozenset(fold(word) for word in _NO_NAMES_TEXT.split())


class Hint(Enum):
    """What it looks like."""

    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"
    ADDRESS = "address"
    NAME = "name"


class Noticed(NamedTuple):
    """`words` as they stand in the text."""

    hint: Hint
    words: str


def notice(text: str) -> list[Noticed]:
    """What may tell who somebody is, each once, at most `MOST_SHOWN`; in the order of kinds."""
    return list(dict.fromkeys(_found(text)))[:MOST_SHOWN]


def _found(text: str) -> Iterator[Noticed]:
    for hint, pattern in (
        (Hint.ADDRESS, _ADDRESS),
        (Hint.EMAIL, _EMAIL),
        (Hint.PHONE, _PHONE),
        (Hint.ACCOUNT, _ACCOUNT),
    ):
        for found in pattern.finditer(text):
            yield Noticed(hint, found[0].strip())
        # What is one thing is not another one as well.
        text = pattern.sub(" ", text)
    yield from _names(text)


def _names(text: str) -> Iterator[Noticed]:
    """Two words or more with a capital letter, one blank between them: not across the end of a sentence."""
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(text), None]:
        if word and _is_like_a_name(word[0]) and (not run or text[run[-1].end() : word.start()] == " "):
            run.append(word)
            continue
        if len(run) > 1:
            yield Noticed(Hint.NAME, text[run[0].start() : run[-1].end()])
        run = [word] if word and _is_like_a_name(word[0]) else []


def _is_like_a_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper() and fold(word) not in _NO_NAMES
