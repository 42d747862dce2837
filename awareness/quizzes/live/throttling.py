"""Protection of classes against guessed codes. Known visitors are not limited."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare, salted_hmac

from awareness.quizzes.live.models import ClassSession
from clicksafely.common.http import limits


def page(
    request: HttpRequest, name: str, context: dict[str, Any] | None = None, *, status: int = 200, tag: str = ""
) -> HttpResponse:
    """Render a page of a class, not cacheable. `name`: of the template; `tag`: the ETag of its state."""
    response = render(request, f"public/quizzes/live/{name}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    if tag:
        response.headers["ETag"] = tag
    return response


def is_guess_allowed(request: HttpRequest, *, wrong: bool = False) -> bool:
    """Return whether this network may still try codes. `wrong` counts a failed attempt."""
    return not limits.WRONG_CLASS_CODES.is_over(request, step=int(wrong))


def class_not_found(request: HttpRequest) -> HttpResponse:
    """Respond to an unknown code. Expired and never used codes have the same response."""
    if not is_guess_allowed(request, wrong=True):
        return too_many_guesses(request)
    return page(request, "not_found", status=404)


def too_many_guesses(request: HttpRequest) -> HttpResponse:
    """Respond to too many wrong codes."""
    response = render(request, "429.html", status=429)
    response.headers["Cache-Control"] = "no-store"
    return response


def etag(session: ClassSession, *parts: object) -> str:
    """Return the ETag of the class in its present state. It contains a secret and cannot be forged."""
    return f'"{"-".join(map(str, (session.version, *parts)))}-{_seal(session)}"'


def has_valid_etag(request: HttpRequest, session: ClassSession) -> bool:
    """Return whether the request has an ETag of this class: the visitor knows the code already."""
    shown = request.headers.get("If-None-Match", "").removeprefix("W/").strip('"').rpartition("-")[2]
    return constant_time_compare(shown, _seal(session))


def _seal(session: ClassSession) -> str:
    return salted_hmac("awareness.quizzes.class", f"{session.pk} {session.code}", algorithm="sha256").hexdigest()[:24]
