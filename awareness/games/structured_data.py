"""What a game says of itself to machines: schema.org JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from awareness.games.models import Game, GameSource
from awareness.publishing.structured_data import centre, language_tag
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.templatetags.page_metadata import build_absolute_url, json_ld


def game_data(request: HttpRequest, game: Game, topics: Sequence[Topic], sources: Sequence[GameSource]) -> SafeString:
    """The `Game` and `LearningResource` of a game in the language of the page, safe inside a script element."""
    here = build_absolute_url(request, reverse("game", args=[game.slug]))
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["Game", "LearningResource"],
        "@id": here,
        "url": here,
        "name": game.title,
        "description": game.summary,
        "inLanguage": language_tag(game),
        "learningResourceType": game.get_kind_display(),
        "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
        "typicalAgeRange": game.level,
        "timeRequired": f"PT{game.minutes}M",
        "isAccessibleForFree": True,
        "dateModified": game.changed_at.isoformat(),
        "publisher": centre(request),
        "about": subjects(request, topics),
        "citation": [source.title for source in sources],
    }
    if game.published_at:
        data["datePublished"] = game.published_at.isoformat()
    return json_ld({name: value for name, value in data.items() if value not in ("", [])})
