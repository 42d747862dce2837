"""Measures of texts: words, and words of a sentence."""

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
_END: Final = re.compile(r"(?<=[.!?…])[“”]?\s+")


def words_in(text: str) -> int:
    return len(_WORD.findall(text))


def sentence_length(lines: list[str]) -> float:
    """The average number of words of a sentence. An item of a list without a full stop is a sentence; a heading is none."""
    sentences = [
        sentence for line in lines if not line.startswith("##") for sentence in _END.split(line) if words_in(sentence)
    ]
    return sum(map(words_in, sentences)) / len(sentences)
