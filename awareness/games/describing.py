"""What a game says of itself to machines: schema.org JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.games.models import Game, GameSource
from awareness.topics.models import Topic
from awareness.topics.showing import only_in_serbian
from clicksafely.common.language import LANGUAGES, SERBIAN
from clicksafely.common.templatetags.page import absolute, json_ld


def game_data(request: HttpRequest, game: Game, topics: Sequence[Topic], sources: Sequence[GameSource]) -> SafeString:
    """The `Game` and `LearningResource` of a game in the language of the page, safe inside a script element."""
    here = absolute(request, reverse("game", args=[game.slug]))
    language = SERBIAN if only_in_serbian(game) else get_language() or SERBIAN
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["Game", "LearningResource"],
        "@id": here,
        "url": here,
        "name": game.title,
        "description": game.summary,
        "inLanguage": LANGUAGES[language].tag,
        "learningResourceType": game.get_kind_display(),
        "audience": {"@type": "EducationalAudience", "educationalRole": "student"},
        "typicalAgeRange": game.level,
        "timeRequired": f"PT{game.minutes}M",
        "isAccessibleForFree": True,
        "dateModified": game.changed_at.isoformat(),
        "publisher": {"@type": "Organization", "name": _("Click Safely"), "url": absolute(request, reverse("home"))},
        "about": [
            {"@type": "Thing", "name": topic.title, "url": absolute(request, reverse("topic", args=[topic.slug]))}
            for topic in topics
        ],
        "citation": [source.title for source in sources],
    }
    return json_ld({name: value for name, value in data.items() if value not in ("", [])})
