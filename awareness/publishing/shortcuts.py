"""How a view shows a publication: what everybody sees, a preview for whoever was given its address, or the way to where it is now."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, cast

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from awareness.publishing.models import Publication, PublicationState
from awareness.publishing.selectors import present_slug
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY, expire_page_at

# The query parameter with a record's preview key. A page with one is never stored: `public_page` names its parameters.
PREVIEW_PARAMETER = "preview"


def is_preview(request: HttpRequest, record: Publication) -> bool:
    """Whether the address holds the key of this record."""
    given = request.GET.get(PREVIEW_PARAMETER, "")
    return bool(given) and constant_time_compare(given, record.preview_key)


def require_visible(request: HttpRequest, record: Publication | None, now: datetime) -> None:
    """Raises Http404 where the visitor may not see the record. The page holds until it is withdrawn at most."""
    if record is None:
        raise Http404
    if is_preview(request, record):
        return
    if record.state_at(now) != PublicationState.PUBLISHED:
        raise Http404
    expire_page_at(request, record.withdrawn_at)


def filter_visible[Row: Publication](request: HttpRequest, records: Iterable[Row], now: datetime) -> list[Row]:
    """Those that everybody sees at `now`; the page holds until one of them appears or goes. Asks nobody."""
    visible = []
    for record in records:
        for moment in (record.published_at, record.withdrawn_at):
            if moment is not None and moment > now:
                expire_page_at(request, moment)
        if record.state_at(now) == PublicationState.PUBLISHED:
            visible.append(record)
    return visible


def redirect_from_former_slug(
    request: HttpRequest, model: type[Publication], slug: str
) -> HttpResponsePermanentRedirect | None:
    """To the page that had the address with `slug` before; None where there is none."""
    present = present_slug(model, slug)
    if present is None:
        return None
    path = request.path.removesuffix(f"{slug}/")
    return HttpResponsePermanentRedirect(f"{path}{present}/")


def is_unpublished_preview(request: HttpRequest, record: Publication, now: datetime) -> bool:
    """Whether the visitor sees what nobody else does: the page says so."""
    return is_preview(request, record) and record.state_at(now) != PublicationState.PUBLISHED


def is_serbian_only(record: Publication) -> bool:
    """Whether the page is English and the record is not: it is shown in Serbian, and the page says so. Its title decides."""
    return get_language() == ENGLISH and not getattr(record, "title_en", "")


def serbian_only_fields(record: Model, names: Iterable[str]) -> frozenset[str]:
    """Which of these texts an English page has to show in Serbian, because there are no others; their elements say so (`lang`)."""
    if get_language() != ENGLISH:
        return frozenset()
    return frozenset(name for name in names if getattr(record, f"{name}_sr") and not getattr(record, f"{name}_en"))


def fallback_language_tag(record: Publication) -> str:
    """The tag of the language that the record is shown in where it is not the page's; else ""."""
    return LANGUAGES[SERBIAN].tag if is_serbian_only(record) else ""


def language_context(record: Publication) -> dict[str, Any]:
    """For the template of its page: `foreign`, and the tags of its title and its summary where they are not in the page's language."""
    tag = fallback_language_tag(record)
    return {"foreign": bool(tag), "title_lang": tag, "summary_lang": tag}


def no_store_previews[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Around `public_page`: an answer to an address with a key is kept by nobody and found by no search engine."""

    @wraps(view)
    def unstored(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if PREVIEW_PARAMETER in request.GET:
            request.META.pop(CACHE_POLICY_KEY, None)
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponse], unstored)
