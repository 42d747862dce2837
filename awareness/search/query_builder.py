"""Builds `tsquery` texts from a query: clauses with synonyms, strict (all clauses) and relaxed (any clause)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from awareness.search.query_parser import Query, Term
from awareness.search.synonyms import Thesaurus, lexemes

_LEXEME = re.compile(r"'(\w+)'")


@dataclass(frozen=True)
class QueryPlan:
    """`strict` requires all clauses, `relaxed` at least one; `clauses` are their tsquery texts, `terms` the words of each.

    An empty plan (no clause) matches nothing. `marks`: the lexemes to highlight; of synonyms, only single words. `urgent`: the query
    contains a word that a person in distress may search for.
    """

    language: str
    clauses: tuple[str, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    excluded: str = ""
    urgent: bool = False
    marks: frozenset[str] = frozenset()

    @property
    def strict(self) -> str:
        return " & ".join(self.clauses) + self.excluded

    @property
    def relaxed(self) -> str:
        return f"( {' | '.join(self.clauses)} ){self.excluded}"


def make_plan(query: Query, language: str, thesaurus: Thesaurus) -> QueryPlan:
    """Return the plan for a valid query; one database query for all lexemes."""
    terms = [term for clause in query.clauses for term in clause] + list(query.excluded)
    # Urgent expressions of several words must match as a whole, not by single words.
    stretches = _stretches(query.words, thesaurus.longest)
    runs = [*dict.fromkeys((*(term.words for term in terms), *_runs(query.clauses, thesaurus.longest), *stretches))]
    text_of = dict(zip(runs, lexemes(language, runs), strict=True))
    clauses: list[str] = []
    words: list[tuple[str, ...]] = []
    marks: set[str] = set()
    place = 0
    while place < len(query.clauses):
        run = _longest_known(query.clauses, place, text_of, thesaurus)
        own, others = _alternatives(query.clauses[place], run, text_of, thesaurus)
        if either := list(dict.fromkeys(text for text in (*own, *others) if text)):
            clauses.append(f"( {' | '.join(f'( {text} )' for text in either)} )")
            words.append(run or tuple(word for term in query.clauses[place] for word in term.words))
            marks |= {lexeme for text in own for lexeme in _LEXEME.findall(text)}
            marks |= {text.strip("'") for text in others if _LEXEME.fullmatch(text)}
        place += len(run) or 1
    unwanted = [f"( {text} )" for term in query.excluded if (text := text_of[term.words])]
    excluded = f" & !( {' | '.join(unwanted)} )" if unwanted else ""
    urgent = any(text_of[stretch] in thesaurus.urgent for stretch in stretches)
    return QueryPlan(language, tuple(clauses), tuple(words), excluded, urgent, frozenset(marks))


def _alternatives(
    clause: Sequence[Term], run: tuple[str, ...], text_of: Mapping[tuple[str, ...], str], thesaurus: Thesaurus
) -> tuple[list[str], list[str]]:
    """Return the tsquery texts of the typed terms, and of their synonyms."""
    if run:
        return [" & ".join(text for word in run if (text := text_of[word,]))], list(thesaurus.alike[text_of[run]])
    own = [text_of[term.words] for term in clause]
    alike = [thesaurus.alike.get(text_of[term.words], ()) for term in clause if not term.exact]
    return own, [text for texts in alike for text in texts]


def _stretches(words: Sequence[str], longest: int) -> list[tuple[str, ...]]:
    """Return all contiguous parts of the words that may be an expression."""
    ends = range(1, longest + 1)
    return [
        tuple(words[start : start + length])
        for start in range(len(words))
        for length in ends
        if start + length <= len(words)
    ]


def _single(clause: Sequence[Term]) -> bool:
    return len(clause) == 1 and not clause[0].exact and len(clause[0].words) == 1


def _runs(clauses: Sequence[Sequence[Term]], longest: int) -> list[tuple[str, ...]]:
    """Consecutive words that may be an expression of several words."""
    runs = []
    for start in range(len(clauses)):
        for end in range(start + 1, min(start + longest, len(clauses)) + 1):
            if not _single(clauses[end - 1]):
                break
            if end - start > 1:
                runs.append(tuple(clause[0].words[0] for clause in clauses[start:end]))
    return list(dict.fromkeys(runs))


def _longest_known(
    clauses: Sequence[Sequence[Term]],
    place: int,
    text_of: Mapping[tuple[str, ...], str],
    thesaurus: Thesaurus,
) -> tuple[str, ...]:
    for end in range(min(place + thesaurus.longest, len(clauses)), place + 1, -1):
        if all(_single(clause) for clause in clauses[place:end]):
            run = tuple(clause[0].words[0] for clause in clauses[place:end])
            if text_of[run] in thesaurus.alike:
                return run
    return ()
