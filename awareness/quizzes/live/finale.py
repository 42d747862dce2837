"""The finale of a class: the common result, and the hardest questions with answers and a prompt for discussion."""

from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.quizzes.live import selectors, throttling
from awareness.quizzes.live.board import question_results
from awareness.quizzes.live.models import ClassSession, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.printing.offline import csp_digest
from clicksafely.common.i18n.language import SERBIAN

_STYLE: Final = Path(__file__).parent / "assets" / "finale.css"


def finale_page(session: ClassSession, *, language: str) -> dict[str, Any]:
    """Return the context of the board's page of a finished class. `team` is None after too few answers."""
    team = selectors.team_result(session)
    context: dict[str, Any] = {"team": team, "fewest": selectors.MIN_PLAYERS}
    if team and 0 < session.position <= len(team.hardest):
        position = team.hardest[session.position - 1]
        context |= question_results(session, position, language=language) | {"page": session.position}
    return context


def whole_finale(session: ClassSession, *, language: str) -> dict[str, Any]:
    """Return the context of the page for print and of the file."""
    team, content = selectors.team_result(session), quiz_snapshot(session)
    return {
        "session": session,
        "title": content.title.read(language),
        "team": team,
        "fewest": selectors.MIN_PLAYERS,
        "questions": [
            question_results(session, position, language=language) for position in (team.hardest if team else ())
        ],
    }


@csrf_exempt
@require_safe
def finale(request: HttpRequest, *, code: str) -> HttpResponse:
    """Show the finale for print. Before the end of the class, redirect to the board."""
    return _respond(request, code, "finale")


@csrf_exempt
@require_safe
def finale_file(request: HttpRequest, *, code: str) -> HttpResponse:
    """Download the finale as one HTML file with its styles, which outlives the class."""
    return _respond(request, code, "finale_file")


def _respond(request: HttpRequest, code: str, template: str) -> HttpResponse:
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return throttling.class_not_found(request)
    if not throttling.has_valid_etag(request, session) and not throttling.is_guess_allowed(request):
        return throttling.too_many_guesses(request)
    if session.phase != Phase.FINISHED:
        address = reverse("class-board", args=[code])
        return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})
    context = whole_finale(session, language=get_language() or SERBIAN)
    if template == "finale":
        return throttling.page(request, template, context)
    style = _STYLE.read_text("utf-8")
    context |= {"style": style, "policy": f"default-src 'none'; style-src '{csp_digest(style)}'; base-uri 'none'"}
    response = throttling.page(request, template, context)
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz_snapshot(session).slug}-class.html"'
    # Nothing is allowed on this site. The saved file has its own policy.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
