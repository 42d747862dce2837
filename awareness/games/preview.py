"""Preview of a game from an unsaved form. Invalid fields show the stored draft."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from awareness.games.content_data import Content, localize
from awareness.games.kinds.base import WAY
from awareness.games.kinds.registry import kind_of
from awareness.games.models import Game
from awareness.games.presenters import find_position, game_context, scene_context
from awareness.games.rules.story import follow_path, path_to_scene
from awareness.publishing.shortcuts import is_serbian_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin

# Form fields of the preview: the language, the answers so far as a query string, and the scene.
LANGUAGE, PLAYED, SCENE = "preview_language", "preview_played", "preview_scene"


def render_preview(request: HttpRequest, game: Game, content: Content) -> HttpResponse:
    """Render the page of a game in the requested language, without the site's header and footer."""
    language = request.POST.get(LANGUAGE, SERBIAN)
    if language not in LANGUAGES:
        language = SERBIAN
    with translation.override(language):
        html = render_to_string(
            "staff/games/preview.html", _context(request, game, localize(content, language), language)
        )
    response = HttpResponse(html_to_latin(html) if language == LATIN_LANGUAGE else html)
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response


def _context(request: HttpRequest, game: Game, content: Content, language: str) -> dict[str, Any]:
    base = f"/{language}/games/{game.slug}/"
    played = QueryDict(request.POST.get(PLAYED, "")[:2000])
    context: dict[str, Any] = {
        "game": game,
        "base": base,
        # The staff site has no public URLs.
        "list_path": f"/{language}/games/",
        "world_path": f"/{language}/games/klik/",
        "help_path": f"/{language}/help/",
        "tag": LANGUAGES[language].tag,
        "foreign": is_serbian_only(game),
        "distress": kind_of(game).is_distressing,
    }
    if kind_of(game).has_scenes and (key := request.POST.get(SCENE, "")):
        story, place = find_position(content, key, played.get(WAY, ""))
        if place is None:
            # Show the scene that is being edited, by any path.
            way = path_to_scene(story, key)
            place = follow_path(story, way) if way is not None else None
        if place is not None:
            return context | scene_context(game, story, place, base)
    return context | game_context(game, content, dict(played.lists()))
