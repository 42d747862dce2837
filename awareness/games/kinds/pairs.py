"""Pairs: words and their meanings."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.enums import Picture
from awareness.games.fields import Choice, Rows, Text
from awareness.games.kinds.base import (
    ROUND_FIELD,
    Content,
    Deal,
    FormValues,
    GameKind,
    Playthrough,
    number_value,
    read_deal,
    repeated,
    score,
)
from awareness.publishing.editor_hints import EditorHint


class Pairs(GameKind):
    """Each word gets its meaning, or a threat its countermeasure."""

    code = "pairs"
    label = pgettext_lazy("game", "Pairs")
    template = "_pairs"
    parts = (
        Rows(
            name="pairs",
            one="pair",
            item=pgettext_lazy("game", "pair"),
            items=_("Pairs"),
            shown="word",
            fields=(
                Text(name="word", label=_("word"), most=60),
                Text(name="meaning", label=_("meaning"), most=160),
                Text(name="why", label=_("explanation"), most=240, default=None),
                Choice(
                    name="picture",
                    label=_("drawing"),
                    choices=Picture,
                    blank=True,
                    default="",
                    help_text=_("If each word has a drawing, the game is played with hidden cards."),
                ),
                ROUND_FIELD,
            ),
            least=2,
            most=20,
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        pairs = read_pairs(content)
        deal = read_deal(pairs, answers)
        dealt = deal.pick(pairs)
        found = match_pairs(dealt, deal, answers)
        return {
            "pairs": found,
            "meanings": shuffle_meanings(dealt, deal),
            "deal": deal,
            "memory": all(pair.picture for pair in dealt),
            **score(pair.right for pair in found),
        }

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        pairs = read_pairs(content)
        dealt = self.scripted_deal(pairs, seed).pick(pairs)
        # Until few are left, the meanings are read again for each word. Every third word is tried twice.
        again = [pair.meaning for pair in dealt[len(dealt) // 2 :]]
        texts = [text for pair in dealt for text in (pair.word, pair.meaning, pair.why)] + again
        return Playthrough(tuple(texts), len(dealt) + (len(dealt) + seed % 3) // 3)

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        for language in ("sr", "en"):
            for name in ("word", "meaning"):
                texts = (pair[name][language] for pair in content["pairs"])
                yield from repeated(texts, f"pairs[{{}}].{name}.{language}")

    def hints(self, content: Content) -> Iterator[EditorHint]:
        pairs = read_pairs(content)
        if len(pairs) < 3:
            yield EditorHint(gettext("Pairs"), gettext("Add at least three."))
        for text, number in Counter(pair.meaning for pair in pairs).items():
            if number > 1:
                message = gettext("Two words have the same meaning, “%(text)s”.") % {"text": text}
                yield EditorHint(gettext("Pairs"), message)


@dataclass(frozen=True)
class Pair:
    word: str
    meaning: str
    why: str = ""
    picture: str = ""
    round: int = 1

    @property
    def label(self) -> str:
        """Return the name of the drawing in the active language."""
        return str(Picture(self.picture).label) if self.picture else ""


@dataclass(frozen=True)
class Meaning:
    """A meaning in the second column, with its position (from 1), its letter, and the position of its word."""

    place: int
    letter: str
    text: str
    of: int


@dataclass(frozen=True)
class MatchedPair:
    """A word with its chosen meaning (None if not chosen) and its correct meaning. `name` is its form field."""

    pair: Pair
    place: int
    name: str
    chosen: Meaning | None
    better: Meaning

    @property
    def right(self) -> bool:
        """Return whether the chosen meaning is correct."""
        return self.chosen == self.better


def shuffle_meanings(pairs: Sequence[Pair], deal: Deal) -> list[Meaning]:
    """Return the meanings in a separate random order, so that few are next to their word."""
    mixed = Deal(deal.number, deal.rounds, deal.seed or 1)
    order = mixed.shuffle(range(len(pairs)), salt="meanings")
    if len(order) > 1 and order == sorted(order):
        order.reverse()
    return [Meaning(place, chr(ord("A") + place - 1), pairs[of].meaning, of + 1) for place, of in enumerate(order, 1)]


def match_pairs(pairs: Sequence[Pair], deal: Deal, answers: FormValues) -> list[MatchedPair]:
    """Return each word with its chosen meaning. Two words may have the same choice; at most one is right."""
    meanings = shuffle_meanings(pairs, deal)
    by_word = {meaning.of: meaning for meaning in meanings}
    matched = []
    for place, pair in enumerate(pairs, 1):
        chosen = number_value(answers, f"word-{place}", len(pairs))
        matched.append(
            MatchedPair(pair, place, f"word-{place}", meanings[chosen - 1] if chosen else None, by_word[place])
        )
    return matched


def read_pairs(content: Content) -> list[Pair]:
    """Return the pairs of words and meanings."""
    return [Pair(**each) for each in content["pairs"]]
