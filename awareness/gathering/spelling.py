"""What a mistyped word may have meant."""

import re
from collections.abc import Mapping

from awareness.gathering.planning import Plan
from awareness.gathering.selectors import words_like
from awareness.gathering.synonyms import Thesaurus
from clicksafely.common.folding import fold

SHORTEST = 4  # letters of a word that may be mistyped
_WORD = re.compile(r"[^\W_]+")


def corrected(text: str, plan: Plan, places: list[int], thesaurus: Thesaurus) -> str | None:
    """`text` with every single word of the clauses at `places` that is nearly another one replaced by it; None where none is."""
    meant: dict[str, str] = {}
    for place in places:
        words = plan.terms[place]
        if len(words) == 1 and (nearest := _nearest(words[0], plan.language, thesaurus.spelled)):
            meant[words[0]] = nearest
    if not meant:
        return None
    return _WORD.sub(lambda match: meant.get(fold(match[0]), match[0]), text)


def _nearest(word: str, language: str, synonyms: Mapping[str, str]) -> str | None:
    """The known word at the least distance, as it is written; of several the one that shares most trigrams."""
    if len(word) < SHORTEST or word.isdecimal():
        return None
    known = {
        **dict(words_like(word, language)),
        **{each: synonyms[each] for each in synonyms if abs(len(each) - len(word)) <= 2},
    }
    most = 1 if len(word) < 6 else 2
    near = [(distance(word, folded), shown) for folded, shown in known.items() if folded != word]
    least, shown = min(near, key=lambda pair: pair[0], default=(most + 1, ""))
    return shown.lower() if least <= most else None


def distance(one: str, other: str) -> int:
    """Letters to put in, leave out, replace or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, second in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
