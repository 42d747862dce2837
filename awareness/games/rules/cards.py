"""Sorting cards into bins, and finding for each word what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from awareness.games.rules.form_values import FormValues, choice_value, number_value


@dataclass(frozen=True)
class Bin:
    key: str
    name: str


@dataclass(frozen=True)
class Card:
    """Something to sort: `bin` is the key of where it belongs best, `why` says why."""

    text: str
    bin: str
    why: str


@dataclass(frozen=True)
class SortedCard:
    """A card, where it was put (None: nowhere yet) and where it belongs best. `name` is its field in the form."""

    card: Card
    name: str
    chosen: Bin | None
    better: Bin | None

    @property
    def right(self) -> bool:
        """Whether it is where it belongs."""
        return self.chosen is not None and self.chosen == self.better


def sort_cards(bins: Sequence[Bin], cards: Sequence[Card], answers: FormValues) -> list[SortedCard]:
    """Each card with what was chosen for it."""
    by_key = {each.key: each for each in bins}
    return [
        SortedCard(
            card,
            name := f"card-{place}",
            by_key.get(choice_value(answers, name, list(by_key))),
            by_key.get(card.bin),
        )
        for place, card in enumerate(cards, 1)
    ]


@dataclass(frozen=True)
class Pair:
    word: str
    meaning: str
    why: str = ""


@dataclass(frozen=True)
class Meaning:
    """A meaning in the second column; `place` counts from 1, `letter` is what one calls it by, `of` is the place of its word."""

    place: int
    letter: str
    text: str
    of: int


@dataclass(frozen=True)
class MatchedPair:
    """A word, the meaning that was chosen for it (None: none yet) and the right one. `name` is its field in the form."""

    pair: Pair
    place: int
    name: str
    chosen: Meaning | None
    better: Meaning

    @property
    def right(self) -> bool:
        """Whether they belong together."""
        return self.chosen == self.better


def shuffle_meanings(pairs: Sequence[Pair]) -> list[Meaning]:
    """The meanings in an order that is the same for everybody, and in which few stand beside their word."""
    order = sorted(range(len(pairs)), key=lambda place: sha256(f"{place}:{len(pairs)}".encode()).digest())
    if len(order) > 1 and order == sorted(order):
        order.reverse()
    return [Meaning(place, chr(ord("A") + place - 1), pairs[of].meaning, of + 1) for place, of in enumerate(order, 1)]


def match_pairs(pairs: Sequence[Pair], answers: FormValues) -> list[MatchedPair]:
    """Each word with what was chosen for it. Two words may have been given one meaning: then one of them is wrong."""
    meanings = shuffle_meanings(pairs)
    by_word = {meaning.of: meaning for meaning in meanings}
    matched = []
    for place, pair in enumerate(pairs, 1):
        chosen = number_value(answers, f"word-{place}", len(pairs))
        matched.append(
            MatchedPair(pair, place, f"word-{place}", meanings[chosen - 1] if chosen else None, by_word[place])
        )
    return matched
