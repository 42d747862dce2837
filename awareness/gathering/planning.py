"""From a query to the `tsquery`s that are asked for: every clause with its synonyms, strictly, and as a last resort any of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from awareness.gathering.querying import Query, Term
from awareness.gathering.synonyms import Thesaurus, lexemes

_LEXEME = re.compile(r"'((?:[^']|'')+)'")


@dataclass(frozen=True)
class Plan:
    """`strict` wants all clauses, `relaxed` at least one; `clauses` are their tsquery texts, `terms` the words each was made of.

    An empty plan (no clause) matches nothing. `urgent`: somebody may be in distress.
    """

    language: str
    clauses: tuple[str, ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()
    excluded: str = ""
    urgent: bool = False

    @property
    def strict(self) -> str:
        return " & ".join(self.clauses) + self.excluded

    @property
    def relaxed(self) -> str:
        return f"( {' | '.join(self.clauses)} ){self.excluded}"

    def sought(self) -> frozenset[str]:
        """The lexemes that a text is marked at."""
        return frozenset(found.replace("''", "'") for clause in self.clauses for found in _LEXEME.findall(clause))


def make_plan(query: Query, language: str, thesaurus: Thesaurus) -> Plan:
    """The plan for a query without fault; one query for all lexemes."""
    terms = [term for clause in query.clauses for term in clause] + list(query.excluded)
    runs = _runs(query.clauses, thesaurus.longest)
    texts = lexemes(language, [*(term.words for term in terms), *runs])
    text_of = dict(
        zip([*((term.words, term.exact) for term in terms), *((run, None) for run in runs)], texts, strict=True)
    )
    clauses, words, urgent, place = [], [], False, 0
    while place < len(query.clauses):
        run = _longest_known(query.clauses, place, text_of, thesaurus)
        alternatives, made_of, length = [], [], len(run) or 1
        if run:
            text = text_of[run, None]
            together = " & ".join(
                text_of[clause[0].words, False]
                for clause in query.clauses[place : place + length]
                if text_of[clause[0].words, False]
            )
            alternatives, made_of = [f"( {together} )", *thesaurus.alike[text]], list(run)
            urgent = urgent or text in thesaurus.urgent
        else:
            for term in query.clauses[place]:
                text = text_of[term.words, term.exact]
                alternatives += [text, *(() if term.exact else thesaurus.alike.get(text, ()))]
                made_of += term.words
                urgent = urgent or text in thesaurus.urgent
        if alternatives := [text for text in dict.fromkeys(alternatives) if text]:
            clauses.append(f"( {' | '.join(alternatives)} )")
            words.append(tuple(made_of))
        place += length
    unwanted = [text for term in query.excluded if (text := text_of[term.words, term.exact])]
    excluded = f" & !( {' | '.join(unwanted)} )" if unwanted else ""
    return Plan(language, tuple(clauses), tuple(words), excluded, urgent)


def _single(clause: Sequence[Term]) -> bool:
    return len(clause) == 1 and not clause[0].exact and len(clause[0].words) == 1


def _runs(clauses: Sequence[Sequence[Term]], longest: int) -> list[tuple[str, ...]]:
    """Words in a row that may be an expression of several words."""
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
    text_of: Mapping[tuple[tuple[str, ...], bool | None], str],
    thesaurus: Thesaurus,
) -> tuple[str, ...]:
    for end in range(min(place + thesaurus.longest, len(clauses)), place + 1, -1):
        if all(_single(clause) for clause in clauses[place:end]):
            run = tuple(clause[0].words[0] for clause in clauses[place:end])
            if text_of[run, None] in thesaurus.alike:
                return run
    return ()
