"""A game as it would be with what stands in the editor's form: nothing is saved, and what is not valid is left as it was saved last."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from awareness.games.enums import GameKind
from awareness.games.mappers import Parts
from awareness.games.models import Game
from awareness.games.presenters import WAY, find_position, game_context, scene_context
from awareness.games.rules.story import follow_path, path_to_scene
from awareness.publishing.shortcuts import is_serbian_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin

# What is sent beside the form: the language, what was played so far (a query), and the scene.
LANGUAGE, PLAYED, SCENE = "preview_language", "preview_played", "preview_scene"


def rows_in(formset: "BaseFormSet[Any]") -> list[Any]:
    """The rows that a form stands for, in their order, those that are to be deleted left out."""
    formset.is_valid()
    forms = [form for form in formset.forms if form.instance.pk or form.has_changed()]
    rows = [form.instance for form in forms if not getattr(form, "cleaned_data", {}).get("DELETE")]
    return sorted(rows, key=lambda row: (row.order or 0, row.pk is None, row.pk or 0))


def parts_in(formsets: "Sequence[BaseFormSet[Any]]") -> Parts:
    """The parts that forms stand for, by relation."""
    parts: dict[str, list[Any]] = {name: [] for name in Game.versioned_parts}
    return parts | {formset.prefix or "": rows_in(formset) for formset in formsets}


def render_preview(request: HttpRequest, game: Game, parts: Parts) -> HttpResponse:
    """The page of a game in the language that is asked for, without the frame of the site."""
    language = request.POST.get(LANGUAGE, SERBIAN)
    if language not in LANGUAGES:
        language = SERBIAN
    with translation.override(language):
        html = render_to_string("staff/games/preview.html", _context(request, game, parts, language))
    response = HttpResponse(html_to_latin(html) if language == LATIN_LANGUAGE else html)
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response


def _context(request: HttpRequest, game: Game, parts: Parts, language: str) -> dict[str, Any]:
    base = f"/{language}/games/{game.slug}/"
    played = QueryDict(request.POST.get(PLAYED, "")[:2000])
    context: dict[str, Any] = {
        "game": game,
        "base": base,
        "list_path": f"/{language}/games/",
        "tag": LANGUAGES[language].tag,
        "foreign": is_serbian_only(game),
        "keep": {},
        "distress": game.kind == GameKind.STORY,
    }
    if game.kind == GameKind.STORY and (key := request.POST.get(SCENE, "")):
        story, place = find_position(parts, key, played.get(WAY, ""))
        if place is None:
            # The scene that somebody is writing: however one comes there.
            way = path_to_scene(story, key)
            place = follow_path(story, way) if way is not None else None
        if place is not None:
            return context | scene_context(story, place, base, {})
    return context | game_context(game, parts, dict(played.lists()), {})
