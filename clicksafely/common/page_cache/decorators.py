"""Decorator that declares a view's page public: identical for all visitors and cacheable as a whole."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

# Keys of the WSGI environment; clients can set only HTTP_*.
CACHE_POLICY_KEY = "clicksafely.public_page"
EXPIRES_AT_KEY = "clicksafely.public_page.ends_at"


class CachePolicy(NamedTuple):
    """A view's declaration: the seconds of validity and the known query parameters."""

    max_age: int
    params: frozenset[str]


def public_page(
    *, max_age: int = 300, params: tuple[str, ...] = ()
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Declare that a view's page may be stored for `max_age` seconds, under each value of its query `params`.

    Sets `is_public_page` on the view, which the sitemap uses. The page may depend only on scheme, host, path and those parameters.
    Responses other than 200 are not stored.
    """
    allowed = frozenset(params)

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def declared(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and request.method in {"GET", "HEAD"}:
                lifetime = _lifetime(request, max_age)
                response.headers["Cache-Control"] = f"public, max-age={lifetime}"
                request.META[CACHE_POLICY_KEY] = CachePolicy(lifetime, allowed)
            return response

        declared.is_public_page = True  # type: ignore[attr-defined]
        return cast(Callable[Concatenate[HttpRequest, P], R], declared)

    return decorate


def expire_page_at(request: HttpRequest, moment: datetime | None) -> None:
    """Limit the validity of this request's page to `moment` (aware): the next scheduled change of its content."""
    if moment is not None:
        expires_at = request.META.get(EXPIRES_AT_KEY)
        request.META[EXPIRES_AT_KEY] = moment if expires_at is None else min(expires_at, moment)


def _lifetime(request: HttpRequest, max_age: int) -> int:
    ends_at = request.META.get(EXPIRES_AT_KEY)
    if ends_at is None:
        return max_age
    return max(0, min(max_age, int((ends_at - timezone.now()).total_seconds())))
