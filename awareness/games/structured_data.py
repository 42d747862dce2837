"""schema.org JSON-LD of games."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from awareness.games.models import Game, GameSource
from awareness.publishing.structured_data import CONTEXT, record_data, without_empty
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.page_metadata import build_absolute_url, json_ld


def game_data(request: HttpRequest, game: Game, topics: Sequence[Topic], sources: Sequence[GameSource]) -> SafeString:
    """Return the `Game` and `LearningResource` in the language of the page, safe inside a script element."""
    here = build_absolute_url(request, reverse("game", args=[game.slug]))
    data = {
        **CONTEXT,
        **record_data(request, game, ["Game", "LearningResource"], here),
        "learningResourceType": game.get_kind_display(),
        "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
        "typicalAgeRange": game.level,
        "timeRequired": f"PT{game.minutes}M",
        "about": subjects(request, topics),
        "citation": [source.title for source in sources],
    }
    return json_ld(without_empty(data))
