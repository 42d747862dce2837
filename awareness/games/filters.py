"""The list of games: what an address asks for, and the choices it offers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.enums import GameKind
from awareness.games.models import Game
from awareness.publishing.audiences import Level

# The parameters of the list's address, and what each is called.
LABELS: Final[dict[str, Promise]] = {
    "level": _("Age"),
    "kind": pgettext_lazy("games", "Kind of game"),
    "topic": _("Topic"),
}


@dataclass(frozen=True)
class FilterChoice:
    """A value that the list may be narrowed to: its address, with what else is chosen kept, or the one without it where it is chosen."""

    label: str | Promise
    query: str
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A way to narrow the list down, with the values that some game has."""

    name: str
    label: str | Promise
    choices: Sequence[FilterChoice]


@dataclass(frozen=True)
class FilteredGames:
    """The games that fit; `nonsense` where something in the address meant nothing and was left out."""

    games: Sequence[Game]
    filters: Sequence[Filter]
    filtered: bool
    nonsense: bool


def filter_games(games: Sequence[Game], query: QueryDict) -> FilteredGames:
    """The games that `query` asks for."""
    known = _known(games)
    wish, nonsense = {}, False
    for name in LABELS:
        value = query.get(name, "")
        if value in known[name]:
            wish[name] = value
        nonsense |= bool(value) and value not in known[name]
    fitting = [game for game in games if all(value in _VALUES[name](game) for name, value in wish.items())]
    filters = [
        Filter(name, label, [_choice(name, value, text, wish) for value, text in known[name].items()])
        for name, label in LABELS.items()
        if len(known[name]) > 1 or name in wish
    ]
    return FilteredGames(fitting, filters, bool(wish), nonsense)


_VALUES: Final[dict[str, Callable[[Game], Sequence[str]]]] = {
    "level": lambda game: [game.level],
    "kind": lambda game: [game.kind],
    "topic": lambda game: [topic.slug for topic in game.topics.all()],
}


def _known(games: Sequence[Game]) -> dict[str, dict[str, str | Promise]]:
    """Of each parameter the values that some game has, and what they are called."""
    topics = {topic.slug: topic for game in games for topic in game.topics.all()}
    ordered = sorted(topics.values(), key=lambda topic: (topic.order, topic.pk))
    return {
        "level": {value: label for value, label in Level.choices if any(game.level == value for game in games)},
        "kind": {value: label for value, label in GameKind.choices if any(game.kind == value for game in games)},
        "topic": {topic.slug: topic.title for topic in ordered},
    }


def _choice(name: str, value: str, label: str | Promise, wish: dict[str, str]) -> FilterChoice:
    chosen = wish.get(name) == value
    others = {key: kept for key, kept in wish.items() if key != name}
    return FilterChoice(label, urlencode(others if chosen else {**others, name: value}), chosen)
