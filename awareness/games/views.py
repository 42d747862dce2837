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
from awareness.games.filters import LABELS, narrow
from awareness.games.mappers import StoredParts
from awareness.games.models import Game
from awareness.games.presenters import WAY, find_place, play, show_place
from awareness.games.selectors import find_game, visible_games
from awareness.games.structured_data import game_data
from awareness.publishing.next_steps import cards_onward
from awareness.publishing.selectors import present_slug
from awareness.publishing.shortcuts import (
    PREVIEW,
    check_shown,
    is_preview,
    is_unpublished_preview,
    led_on,
    said_in,
    visible_among,
)
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import DECLARATION, changes_at
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
            request.META.pop(DECLARATION, None)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], unstored)


@read_only
@public_page(params=tuple(LABELS))
def games(request: HttpRequest) -> HttpResponse:
    """Every game, or those that the address asks for."""
    now = timezone.now()
    changes_at(request, Game.objects.next_change(now))
    return render(request, "public/games/game_list.html", {"narrowed": narrow(visible_games(now), request.GET)})


@read_only
@unstored_play
@public_page()
def game(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One game, with what the address says somebody has answered; a story's first page."""
    now = timezone.now()
    found = find_game(slug)
    if found is None and (answer := led_on(request, Game, slug)):
        return answer
    check_shown(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    parts = StoredParts(found)
    context = page_context(request, found, parts, now)
    context |= play(found, parts, dict(request.GET.lists()), context["keep"])
    # Only pages that hold what somebody played lead onward; they are stored by nobody, so nothing is asked of what is planned.
    if context["done"]:
        context["onward"] = cards_onward(parts["next_steps"], now=now)
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
    check_shown(request, found, now)
    if found is None or found.kind != GameKind.STORY:
        raise Http404
    parts, base = StoredParts(found), reverse("game", args=[found.slug])
    keep = _kept(request, found)
    story, place = find_place(parts, scene, request.GET.get(WAY, ""))
    if place is None:
        return HttpResponseRedirect(f"{base}?{urlencode({**keep, LOST: '1'})}")
    context = page_context(request, found, parts, now) | show_place(story, place, base, keep)
    if context["ending"]:
        context["onward"] = cards_onward(parts["next_steps"], now=now)
    return render(request, "public/games/scene.html", context)


def page_context(request: HttpRequest, found: Game, parts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What every page of a game shows beside the playing."""
    topics = visible_among(request, found.topics.all(), now)
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
        **said_in(found),
    }


def _kept(request: HttpRequest, found: Game) -> dict[str, str]:
    """What stays in every address: the key of a preview."""
    return {PREVIEW: found.preview_key} if is_preview(request, found) else {}
