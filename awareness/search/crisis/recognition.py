"""Matches a search against the crisis lexicon, in time linear in the length of the search."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import or_
from typing import Final

from awareness.search.crisis.lexicon import Lexicon, Message, Pattern, Phrase, Situation, crisis_lexicon
from awareness.search.crisis.likeness import ExampleModel, example_model
from awareness.search.query_parser import MAX_LENGTH, folded_words
from clicksafely.common.serbian.search_folding import fold

# Number of other words allowed between those of a pattern.
SLACK: Final = 4
# Minimum length of a word, and of a stem, that may contain a typing error.
MIN_MISSPELT_LENGTH: Final = 5
MIN_MISSPELT_STEM_LENGTH: Final = 6
MAX_WORD_LENGTH: Final = 24
# Lengths in words written together: minimum of the whole, minimum of a part, maximum of an ending after a stem.
MIN_JOINED_LENGTH: Final = 6
MIN_PIECE_LENGTH: Final = 2
MAX_ENDING_LENGTH: Final = 4
# Log-odds of the likeness to examples, from which on a search that no pattern recognises is a cry for help.
LIKELY: Final = 0.5
_REPEATED: Final = re.compile(r"(.)\1{2,}")
_DOUBLED: Final = re.compile(r"(.)\1")

# Numbers of the known words that a typed word may match.
Token = set[int]
# The required parts of a pattern as bits, and its maximum length in words.
Rule = tuple[int, int]


@dataclass(frozen=True)
class Crisis:
    """A recognised search. `personal`: a pattern recognises a person in distress, not only a subject or the likeness to examples.

    `about_other`: a person asks about another. `first_line`: slug of the help line that is shown first, or the
    situation's own order.
    """

    situation: Situation
    personal: bool
    about_other: bool = False
    first_line: str = ""

    @property
    def message(self) -> Message:
        """The message of the panel."""
        message = self.situation.for_other if self.about_other else self.situation.for_self
        if not self.first_line:
            return message
        return replace(message, lines=(self.first_line, *(line for line in message.lines if line != self.first_line)))


def recognise_crisis(text: str) -> Crisis | None:
    """Recognise distress in the first MAX_LENGTH characters of a search, in any script; None if there is none."""
    # Truncated again after folding, because folding may expand characters.
    return _recogniser().recognise(folded_words(fold(text[:MAX_LENGTH])[:MAX_LENGTH]))


def is_about_lesson(text: str) -> bool:
    """Return whether a search names a lesson, a work of art or a study, such as "radionica o nasilju".

    No help is shown for the subjects of these.
    """
    return _recogniser().is_about_lesson(folded_words(fold(text[:MAX_LENGTH])[:MAX_LENGTH]))


@cache
def _recogniser() -> "Recogniser":
    return Recogniser(crisis_lexicon(), example_model())


class Recogniser:
    """A lexicon compiled to dictionaries, with the examples. Words and parts of patterns are numbered; a set of parts is a bit mask."""

    def __init__(self, lexicon: Lexicon, examples: ExampleModel) -> None:
        self._examples = examples
        # Cries that fit no other.
        self._general = lexicon.situations[-1]
        self._real_words = lexicon.real_words
        self._numbers: dict[str, int] = {}
        self._bits: dict[tuple[Phrase, ...], int] = {}
        # By word number: parts matched by the word, parts matched by phrases that start with it, harmless phrases.
        self._met_by_word: dict[int, int] = defaultdict(int)
        self._met_by_phrase: dict[int, list[tuple[Sequence[Token], int]]] = defaultdict(list)
        self._harmless: dict[int, list[Sequence[Token]]] = defaultdict(list)
        self._personal = [
            (situation, self._rules(situation.self_patterns), self._rules(situation.other_patterns))
            for situation in lexicon.situations
        ]
        self._subjects = [
            (situation, [(self._bit((subject,)), len(subject)) for subject in situation.subjects])
            for situation in lexicon.situations
        ]
        self._first_person = self._bit(lexicon.first_person)
        # Joining words, harmless phrases and contexts must match exactly.
        may_be_misspelt = list(self._numbers)
        self._beginning, self._end = {self._number("^")}, {self._number("$")}
        self._unless = {situation.key: self._bit(situation.unless) for situation in lexicon.situations}
        self._no_subject = self._bit(lexicon.no_subject)
        for word in lexicon.joining_words:
            self._number(word)
        for phrase in lexicon.harmless:
            numbered = self._numbered(phrase)
            for number in numbered[0]:
                self._harmless[number].append(numbered)
        self._words = {word: number for word, number in self._numbers.items() if not word.endswith("*")}
        self._stems = {word[:-1]: number for word, number in self._numbers.items() if word.endswith("*")}
        self._longest_stem = max(map(len, self._stems), default=0)
        self._like_words = _by_deletions(
            word for word in may_be_misspelt if not word.endswith("*") and len(word) >= MIN_MISSPELT_LENGTH
        )
        self._like_stems = _by_deletions(
            word[:-1] for word in may_be_misspelt if word.endswith("*") and len(word) > MIN_MISSPELT_STEM_LENGTH
        )

    def recognise(self, words: Sequence[str]) -> Crisis | None:
        """Return the situation of folded words: by personal patterns, subjects, or the likeness to examples, in this order.

        Among patterns, and among subjects, the order of situations decides.
        """
        parts_by_place = self._parts_by_place(words)
        anywhere = reduce(or_, parts_by_place, 0)
        for situation, of_self, of_other in self._personal:
            if anywhere & self._unless[situation.key]:
                continue
            about_self, about_other = (
                _any_met(of_self, parts_by_place, anywhere),
                _any_met(of_other, parts_by_place, anywhere),
            )
            if about_self and not (about_other and not anywhere & self._first_person):
                return Crisis(situation, personal=True)
            if about_other:
                return Crisis(situation, personal=True, about_other=True)
        for situation, subjects in self._subjects:
            if not anywhere & self._no_subject and _any_met(subjects, parts_by_place, anywhere):
                return Crisis(situation, personal=False)
        # A single word fits too many sentences.
        if len(words) > 1 and (likeness := self._examples.likeness(words)).log_odds >= LIKELY:
            return Crisis(self._general, personal=False, first_line=likeness.first_line)
        return None

    def is_about_lesson(self, words: Sequence[str]) -> bool:
        """Return whether folded words name a lesson, a work of art or a study."""
        return bool(reduce(or_, self._parts_by_place(words), 0) & self._no_subject)

    def _parts_by_place(self, words: Sequence[str]) -> list[int]:
        """Return the parts of patterns that start at each word, between the beginning and the end, as bits."""
        tokens = [self._beginning, *(token for word in words for token in self._tokens(word)), self._end]
        self._clear_harmless(tokens)
        return [self._met_at(tokens, place) for place in range(len(tokens))]

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))

    def _numbered(self, phrase: Phrase) -> Sequence[Token]:
        return [set(map(self._number, words)) for words in phrase]

    def _rules(self, patterns: Mapping[str, Iterable[Pattern]]) -> list[Rule]:
        return [
            (
                reduce(or_, map(self._bit, pattern.parts)),
                pattern.length + (SLACK if len(pattern.parts) > 1 else 0),
            )
            for of_language in patterns.values()
            for pattern in of_language
        ]

    def _bit(self, part: tuple[Phrase, ...]) -> int:
        if part in self._bits:
            return self._bits[part]
        bit = self._bits[part] = 1 << len(self._bits)
        for phrase in part:
            numbered = self._numbered(phrase)
            for number in numbered[0]:
                if len(numbered) == 1:
                    self._met_by_word[number] |= bit
                else:
                    self._met_by_phrase[number].append((numbered, bit))
        return bit

    def _tokens(self, word: str) -> Iterator[Token]:
        """Yield the token of a typed word, or several tokens if words are written together."""
        if word in self._real_words:
            yield self._exactly([word])
            return
        forms = _forms(word)
        exact = self._exactly(forms)
        if any(form in self._words for form in forms):
            yield exact
        elif len(pieces := self._pieces(forms[0])) > 1:
            yield pieces[0] | exact
            yield from pieces[1:]
        else:
            yield exact.union(*map(self._misspelt, forms))

    def _exactly(self, forms: Iterable[str]) -> Token:
        token = {self._words[form] for form in forms if form in self._words}
        for form in forms:
            for end in range(1, min(len(form), self._longest_stem) + 1):
                if form[:end] in self._stems:
                    token.add(self._stems[form[:end]])
        return token

    def _misspelt(self, word: str) -> Iterator[int]:
        if len(word) > MAX_WORD_LENGTH:
            return
        for entry in _alike(word, self._like_words):
            yield self._words[entry]
        for end in range(MIN_MISSPELT_STEM_LENGTH - 1, min(len(word), self._longest_stem + 1) + 1):
            for entry in _alike(word[:end], self._like_stems):
                yield self._stems[entry]

    def _pieces(self, word: str) -> list[Token]:
        """Split a word into the fewest known words with the shortest endings; empty if it cannot be split."""
        if not MIN_JOINED_LENGTH <= len(word) <= MAX_LENGTH:
            return []
        # By end position: the cheapest cost, the start of the last piece, and the words it may be.
        best: dict[int, tuple[int, int, Token]] = {0: (0, 0, set())}
        for start in range(len(word)):
            if start not in best:
                continue
            for end, ending, number in self._pieces_at(word, start):
                cost = best[start][0] + 1 + ending
                if end not in best or cost < best[end][0]:
                    best[end] = (cost, start, {number})
                elif best[end][:2] == (cost, start):
                    best[end][2].add(number)
        pieces: list[Token] = []
        end = len(word)
        while end in best and end:
            pieces.insert(0, best[end][2])
            end = best[end][1]
        return pieces

    def _pieces_at(self, word: str, start: int) -> Iterator[tuple[int, int, int]]:
        """Known words that begin at `start`: end position, number of letters after the stem, and word number."""
        # A single "i" starts English sentences.
        shortest = 1 if word[: start + 1] == "i" else MIN_PIECE_LENGTH
        for end in range(start + shortest, min(start + MAX_WORD_LENGTH, len(word)) + 1):
            piece = word[start:end]
            if piece in self._words:
                yield end, 0, self._words[piece]
            if len(piece) >= MIN_MISSPELT_LENGTH - 1 and piece in self._stems:
                for ending in range(min(MAX_ENDING_LENGTH, len(word) - end) + 1):
                    yield end + ending, ending, self._stems[piece]

    def _clear_harmless(self, tokens: list[Token]) -> None:
        harmless = {
            place
            for start, token in enumerate(tokens)
            for number in token
            for phrase in self._harmless.get(number, ())
            if _matches_at(phrase, tokens, start)
            for place in range(start, start + len(phrase))
        }
        for place in harmless:
            tokens[place] = set()

    def _met_at(self, tokens: Sequence[Token], start: int) -> int:
        """Return the parts of patterns that start at a word, as bits."""
        parts = 0
        for number in tokens[start]:
            parts |= self._met_by_word.get(number, 0)
            for phrase, bit in self._met_by_phrase.get(number, ()):
                if not parts & bit and _matches_at(phrase, tokens, start):
                    parts |= bit
        return parts


def _any_met(rules: Iterable[Rule], parts_by_place: Sequence[int], anywhere: int) -> bool:
    return any(
        anywhere & required == required and _is_met(required, length, parts_by_place) for required, length in rules
    )


def _is_met(required: int, length: int, parts_by_place: Sequence[int]) -> bool:
    """Return whether any window of `length` words matches all required parts."""
    return any(
        parts & required and reduce(or_, parts_by_place[start : start + length]) & required == required
        for start, parts in enumerate(parts_by_place)
    )


def _matches_at(phrase: Sequence[Token], tokens: Sequence[Token], start: int) -> bool:
    return start + len(phrase) <= len(tokens) and not any(
        words.isdisjoint(tokens[start + place]) for place, words in enumerate(phrase)
    )


def _forms(word: str) -> list[str]:
    """Spellings of a word with repeated letters reduced: three or more to two or one, and two to one."""
    if not _DOUBLED.search(word):
        return [word]
    once = _REPEATED.sub(r"\1", word)
    return list(dict.fromkeys((once, _REPEATED.sub(r"\1\1", word), _DOUBLED.sub(r"\1", once))))


def _by_deletions(words: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Words indexed by themselves and by each one-letter deletion. Two words one typing error apart share a key."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for key in _deletions(word):
            found[key].append(word)
    return dict(found)


def _deletions(word: str) -> set[str]:
    """Return a word and its one-letter deletions, except of the first letter, which is rarely mistyped."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))}


def _alike(typed: str, vocabulary: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the known words at most one typing error away."""
    candidates = {word for key in _deletions(typed) for word in vocabulary.get(key, ())}
    return {word for word in candidates if _differ_by_one_error(typed, word)}


def _differ_by_one_error(typed: str, word: str) -> bool:
    """Return whether at most one letter is missing, added, replaced or swapped with its neighbour."""
    pairs = enumerate(zip(typed, word, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), min(len(typed), len(word)))
    typed_rest, word_rest = typed[same:], word[same:]
    return (
        typed_rest[1:] == word_rest
        or typed_rest == word_rest[1:]
        or typed_rest[1:] == word_rest[1:]
        or (typed_rest[:2] == word_rest[1::-1] and typed_rest[2:] == word_rest[2:])
    )
