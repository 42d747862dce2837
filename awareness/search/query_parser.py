"""Parses search text into clauses."""

import re
from dataclasses import dataclass
from enum import StrEnum

from clicksafely.common.serbian.search_folding import fold

MAX_LENGTH = 200  # characters
MAX_TERMS = 24

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟〝〞", '"'))
_TOKEN = re.compile(r'(?P<minus>[-−–]?)"(?P<phrase>[^"]*)(?:"|\Z)|(?P<word>[^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_EITHER = {"or", "ili"}
# Serbian stop words: PostgreSQL's `serbian` configuration has no list, unlike `english`.
_SAYING_NOTHING = (
    "a ali ako bez bi bih bila bilo bio biti bude budem bud cega ce cemu cu da do dok ga gde god i iako iz ja je jer jesam jesi jeste jesu "
    "joj jos ka kad kada kako kao ko koga koja koje koji kojoj kojem kojim kom kome kroz kud li ma me mene meni mi mnom moj moja moje moji "
    "moju mog mom moze mogu na nad nam nas nasa nase ne nego neka neki neko nekog nekome nesto ni nije nisam nisu njega njen njih njim "
    "njom nju o od on ona onaj one oni ono ovaj ova ove ovo pa po pod pored posle pre preko pri prema "
    "radi s sa sam samo se sebe sebi si sme "
    "smo ste sta sto su svi svoj svoja svoje svoju ta tada taj tako takodje te tebe tebi ti to toga tom tu tvoj u uz vam vas vec vi za "
    "zasto zbog treba trebam"
)
STOP_WORDS = frozenset(_SAYING_NOTHING.split())


class QueryFault(StrEnum):
    """Reason for which a query cannot be searched."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    NO_WORDS = "no words"


@dataclass(frozen=True)
class Term:
    """One folded word, or several consecutive ones; `exact`: in quotation marks, matched without synonyms."""

    words: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True)
class Query:
    """A parsed search text. `text` is the typed text, and `words` are all its folded words.

    A record matches if it matches every clause and no excluded term. A clause matches any of its terms.
    """

    text: str
    clauses: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    words: tuple[str, ...] = ()
    fault: QueryFault | None = None


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(fold(text))


def read_query(typed: str, *, stop_words: frozenset[str] = STOP_WORDS) -> Query:
    """Parse `typed`; never raises. Stop words count only if there are no other words.

    The syntax is that of PostgreSQL's `websearch_to_tsquery`, over folded words: "a phrase", -without, one OR other. It
    is parsed here to add synonyms and to report errors to the reader.
    """
    if len(typed) > MAX_LENGTH:
        return Query(" ".join(_CONTROL.sub(" ", typed[:MAX_LENGTH]).split()), fault=QueryFault.TOO_LONG)
    text = " ".join(_CONTROL.sub(" ", typed).split())
    if not text:
        return Query("", fault=QueryFault.EMPTY)
    clauses, excluded = _clauses(text)
    telling = [clause for clause in clauses if not all(_says_nothing(term, stop_words) for term in clause)]
    if not clauses:
        return Query(text, fault=QueryFault.NO_WORDS)
    return Query(
        text,
        tuple(tuple(clause) for clause in telling or clauses),
        tuple(excluded),
        tuple(folded_words(text)[:MAX_TERMS]),
    )


def _clauses(text: str) -> tuple[list[list[Term]], list[Term]]:
    clauses: list[list[Term]] = []
    excluded: list[Term] = []
    either = False
    for match in list(_TOKEN.finditer(text.translate(_QUOTES)))[:MAX_TERMS]:
        word = match["word"]
        words = tuple(folded_words(word if word is not None else match["phrase"]))
        if word is not None and words in {(each,) for each in _EITHER}:
            either = bool(clauses)
            continue
        if not words:
            continue
        term = Term(words, exact=word is None)
        if match["minus"] or (word is not None and word[0] in "-−–"):
            excluded.append(term)
        elif either:
            clauses[-1].append(term)
        else:
            clauses.append([term])
        either = False
    return clauses, excluded


def _says_nothing(term: Term, stop_words: frozenset[str]) -> bool:
    return not term.exact and all(word in stop_words for word in term.words)
