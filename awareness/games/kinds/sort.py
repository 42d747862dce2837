"""Sorting: cards into bins."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.fields import Key, Rows, Text
from awareness.games.kinds.base import (
    ROUND_FIELD,
    Content,
    FormValues,
    GameKind,
    Playthrough,
    choice_value,
    read_deal,
    score,
)
from awareness.publishing.editor_hints import EditorHint


class Sort(GameKind):
    """Each card is put into a bin."""

    code = "sort"
    label = pgettext_lazy("game", "Sorting")
    template = "_sort"
    parts = (
        Rows(
            name="bins",
            one="bin",
            item=pgettext_lazy("game", "bin"),
            items=_("Bins"),
            shown="name",
            fields=(Key(name="key", label=_("short name")), Text(name="name", label=_("name"), most=60)),
            least=2,
            most=5,
        ),
        Rows(
            name="cards",
            one="card",
            item=pgettext_lazy("game", "card"),
            items=pgettext_lazy("game", "cards"),
            shown="text",
            fields=(
                Key(name="bin", label=_("correct bin"), refers="bins"),
                Text(name="text", label=_("text"), most=120),
                Text(name="why", label=_("why"), most=240),
                ROUND_FIELD,
            ),
            least=2,
            most=40,
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        bins, cards = read_sorting(content)
        deal = read_deal(cards, answers)
        found = sort_cards(bins, deal.pick(cards), answers)
        return {"bins": bins, "cards": found, "deal": deal, **score(card.right for card in found)}

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        bins, cards = read_sorting(content)
        dealt = self.scripted_deal(cards, seed).pick(cards)
        texts = [each.name for each in bins] + [text for card in dealt for text in (card.text, card.why)]
        return Playthrough(tuple(texts), len(dealt))

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        yield from ()

    def hints(self, content: Content) -> Iterator[EditorHint]:
        bins, cards = read_sorting(content)
        if len(bins) < 2:
            yield EditorHint(gettext("Bins"), gettext("Add at least two."))
        filled = Counter(card.bin for card in cards)
        for each in bins:
            if not filled[each.key]:
                yield EditorHint(f"{gettext('Bin')} {each.name}", gettext("No card belongs to this bin."))


@dataclass(frozen=True)
class Bin:
    key: str
    name: str


@dataclass(frozen=True)
class Card:
    """A card to sort. `bin` is the key of the correct bin; `why` is the explanation."""

    text: str
    bin: str
    why: str
    round: int = 1


@dataclass(frozen=True)
class SortedCard:
    """A card with its chosen bin (None if not sorted) and its correct bin. `name` is its form field."""

    card: Card
    name: str
    chosen: Bin | None
    better: Bin | None

    @property
    def right(self) -> bool:
        """Return whether the chosen bin is correct."""
        return self.chosen is not None and self.chosen == self.better


def sort_cards(bins: Sequence[Bin], cards: Sequence[Card], answers: FormValues) -> list[SortedCard]:
    """Return each card with the chosen bin."""
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


def read_sorting(content: Content) -> tuple[list[Bin], list[Card]]:
    """Return the bins and the cards."""
    return [Bin(**each) for each in content["bins"]], [Card(**each) for each in content["cards"]]
