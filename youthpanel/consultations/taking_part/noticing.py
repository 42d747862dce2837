"""What in a text is pointed out kindly before it is sent, and never refused. Pure.

Looked at are shapes, never the records: a hint that knows names would tell whoever types one whether its owner is in the panel. Facilitators are
shown more: one capital letter is enough for them, while Instagram and Belgrade would be no help to whoever writes.
"""

from typing import Final

from clicksafely.common.folding import fold
from youthpanel.consultations.personal import Kind, Personal, find_personal

MOST_SHOWN: Final = 6
# Words with which sentences begin or by which institutions and towns are called.
_NO_NAMES_TEXT: Final = """
    ја ти он она ми ви они наш наша наше наши мој моја моје у на за са код из од по и а али ако кад када да не
    основна средња школа гимназија србија београд ниш нови сад панел бела књига
    the our my we they new white paper school in at on if when safer internet centre
"""
_NO_NAMES: Final = frozenset(fold(word) for word in _NO_NAMES_TEXT.split())


def notice(text: str) -> list[Personal]:
    """What may tell who somebody is, each once, at most `MOST_SHOWN`."""
    return [each for each in find_personal(text) if each.kind != Kind.NAME or _is_full_name(each.text)][:MOST_SHOWN]


def _is_full_name(words: str) -> bool:
    """Two words or more beside those with which sentences begin."""
    return sum(fold(word) not in _NO_NAMES for word in words.split()) > 1
