"""The games: all of them, each as a form or as the first page of a story, and the scenes of stories.

What somebody plays is in the address and nowhere else. Addresses without it are pages like all others; with it they are stored by nobody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from awareness.games.enums import GameKind
from awareness.games.filters import LABELS, filter_games
from awareness.games.mappers import StoredParts
from awareness.games.models import Game
from awareness.games.presenters import WAY, find_position, game_context, scene_context
from awareness.games.selectors import find_game, visible_games
from awareness.games.structured_data import game_data
from awareness.publishing.next_steps import next_step_cards
from awareness.publishing.selectors import present_slug
from awareness.publishing.shortcuts import (
    PREVIEW_PARAMETER,
    filter_visible,
    is_preview,
    is_unpublished_preview,
    language_context,
    redirect_from_former_slug,
    require_visible,
)
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY, expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

LOST = "lost"


def unstored_play[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Around `public_page`: an answer to an address with a query, hence with what somebody played, is kept by nobody."""

    @wraps(view)
    def unstored(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.GET:
            request.META.pop(CACHE_POLICY_KEY, None)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], unstored)


@read_only
@public_page(params=tuple(LABELS))
def games(request: HttpRequest) -> HttpResponse:
    """Every game, or those that the address asks for."""
    now = timezone.now()
    expire_page_at(request, Game.objects.next_change(now))
    return render(request, "public/games/game_list.html", {"narrowed": filter_games(visible_games(now), request.GET)})


@read_only
@unstored_play
@public_page()
def game(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One game, with what the address says somebody has answered; a story's first page."""
    now = timezone.now()
    found = find_game(slug)
    if found is None and (answer := redirect_from_former_slug(request, Game, slug)):
        return answer
    require_visible(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    parts = StoredParts(found)
    context = page_context(request, found, parts, now)
    context |= game_context(found, parts, dict(request.GET.lists()), context["keep"])
    # Only pages that hold what somebody played lead onward; they are stored by nobody, so nothing is asked of what is planned.
    if context["done"]:
        context["onward"] = next_step_cards(parts["next_steps"], now=now)
    return render(request, "public/games/game.html", context)


@read_only
@unstored_play
@public_page()
def scene(request: HttpRequest, *, slug: str, scene: str) -> HttpResponse:
    """One scene of a story. A way that nobody can have gone leads to the story's first page, which says so."""
    now = timezone.now()
    found = find_game(slug)
    if found is None and (present := present_slug(Game, slug)):
        return HttpResponsePermanentRedirect(reverse("game", args=[present]))
    require_visible(request, found, now)
    if found is None or found.kind != GameKind.STORY:
        raise Http404
    parts, base = StoredParts(found), reverse("game", args=[found.slug])
    keep = _kept(request, found)
    story, place = find_position(parts, scene, request.GET.get(WAY, ""))
    if place is None:
        return HttpResponseRedirect(f"{base}?{urlencode({**keep, LOST: '1'})}")
    context = page_context(request, found, parts, now) | scene_context(story, place, base, keep)
    if context["ending"]:
        context["onward"] = next_step_cards(parts["next_steps"], now=now)
    return render(request, "public/games/scene.html", context)


def page_context(request: HttpRequest, found: Game, parts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What every page of a game shows beside the playing."""
    topics = filter_visible(request, found.topics.all(), now)
    return {
        "game": found,
        "base": reverse("game", args=[found.slug]),
        "list_path": reverse("games"),
        "picture_title": found.title,
        "topics": topics,
        "sources": parts["sources"],
        # Topics that one may have to report are topics that may hurt: the lines stand on the page itself.
        "distress": found.kind == GameKind.STORY or any(topic.report_category for topic in topics),
        "keep": _kept(request, found),
        "data": game_data(request, found, topics, parts["sources"]),
        "preview": is_unpublished_preview(request, found, now),
        **language_context(found),
    }


def _kept(request: HttpRequest, found: Game) -> dict[str, str]:
    """What stays in every address: the key of a preview."""
    return {PREVIEW_PARAMETER: found.preview_key} if is_preview(request, found) else {}
