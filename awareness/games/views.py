"""Public views of games: the list with its filters, one-page games, and scenes of stories."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.enums import Find
from awareness.games.kinds.base import WAY
from awareness.games.kinds.registry import kind_choices, kind_of
from awareness.games.models import Game
from awareness.games.presenters import find_position, game_context, scene_context
from awareness.games.selectors import find_game, klik_games, visible_games
from awareness.games.structured_data import game_data
from awareness.publishing.audiences import READER, Level, chosen_reader, readers_first
from awareness.publishing.next_steps import next_step_cards
from awareness.publishing.shortcuts import (
    PageView,
    filter_visible,
    forbid_storing,
    publication_context,
    publication_page,
    require_visible,
)
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.list_filters import ListFilter, filter_items, occurring_choices
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

LOST = "lost"


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


def unstored_play[**P](view: PageView[P]) -> PageView[P]:
    """Decorate a `public_page` view so that URLs with answers are neither cached nor indexed.

    The URL contains the whole state of a game. All other URLs are cached.
    """

    @wraps(view)
    def unstored(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.GET:
            forbid_storing(request, response)
        return response

    return unstored


@read_only
@public_page(params=(*(each.name for each in FILTERS), READER))
def games(request: HttpRequest) -> HttpResponse:
    """List all games, or those that match the filters."""
    now = timezone.now()
    expire_page_at(request, Game.objects.next_change(now))
    reader = chosen_reader(request.GET)
    listed = readers_first(visible_games(now), reader, lambda game: [game.level])
    found = filter_items(listed, FILTERS, request.GET)
    return render(request, "public/games/game_list.html", {"found": found, "reader": reader})


@read_only
@public_page()
def klik_world(request: HttpRequest) -> HttpResponse:
    """Show the map of the games for the youngest. The album of stickers is filled in by a script."""
    now = timezone.now()
    expire_page_at(request, Game.objects.next_change(now))
    return render(request, "public/games/klik_world.html", {"games": klik_games(now), "finds": Find})


@read_only
@unstored_play
@publication_page(Game)
def game(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Show a game with the answers in the query, or the first page of a story."""
    now = timezone.now()
    found = require_visible(request, find_game(slug), now)
    context = page_context(request, found, now)
    context |= game_context(found, found.content_in(get_language() or SERBIAN), dict(request.GET.lists()))
    # Only pages with answers show next steps. They are not cached, so the next steps need no expiry time.
    if context["done"]:
        context["onward"] = next_step_cards(found.next_steps, now=now)
    return render(request, "public/games/game.html", context)


@read_only
@unstored_play
@publication_page(Game)
def scene(request: HttpRequest, *, slug: str, scene: str) -> HttpResponse:
    """Show a scene of a story. An invalid path redirects to the first page, which shows a notice."""
    now = timezone.now()
    found = require_visible(request, find_game(slug), now)
    if not kind_of(found).has_scenes:
        raise Http404
    base = reverse("game", args=[found.slug])
    story, place = find_position(found.content_in(get_language() or SERBIAN), scene, request.GET.get(WAY, ""))
    if place is None:
        return HttpResponseRedirect(f"{base}?{LOST}=1")
    context = page_context(request, found, now) | scene_context(found, story, place, base)
    if context["ending"]:
        context["onward"] = next_step_cards(found.next_steps, now=now)
    return render(request, "public/games/scene.html", context)


def page_context(request: HttpRequest, found: Game, now: datetime) -> dict[str, Any]:
    """Return the context of every page of a game, except the game itself."""
    topics = filter_visible(request, found.topics.all(), now)
    return {
        "game": found,
        "base": reverse("game", args=[found.slug]),
        "list_path": reverse("klik-world" if found.is_in_klik_world else "games"),
        "world_path": reverse("klik-world"),
        "help_path": reverse("help"),
        "topics": topics,
        "sources": found.sources,
        # Topics with a report category may be distressing, so the page lists helplines.
        "distress": kind_of(found).is_distressing or any(topic.report_category for topic in topics),
        "data": game_data(request, found, topics, found.sources),
        **publication_context(found),
    }
