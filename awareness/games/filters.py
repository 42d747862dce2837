"""Filters of the list of games."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.kinds.registry import kind_choices
from awareness.games.models import Game
from awareness.publishing.audiences import Level
from clicksafely.common.list_filters import ListFilter, occurring_choices


def _level(game: Game) -> list[str]:
    return [game.level]


def _kind(game: Game) -> list[str]:
    return [game.kind]


def _topics(game: Game) -> list[str]:
    return [topic.slug for topic in game.topics.all()]


def _topic_labels(games: Sequence[Game]) -> Mapping[str, str | Promise]:
    topics = {topic.pk: topic for game in games for topic in game.topics.all()}
    return {topic.slug: topic.title for topic in sorted(topics.values(), key=lambda topic: (topic.order, topic.pk))}


FILTERS: Final = (
    ListFilter("level", _("Age"), _level, occurring_choices(Level.choices, _level)),
    ListFilter("kind", pgettext_lazy("games", "Kind of game"), _kind, occurring_choices(kind_choices(), _kind)),
    ListFilter("topic", _("Topic"), _topics, _topic_labels),
)
