"""View helpers for publications: visibility, previews, redirects from former slugs, and language fallback."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language

from awareness.publishing.models import Publication, PublicationState
from awareness.publishing.selectors import present_slug
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY, expire_page_at, public_page


def is_preview(request: HttpRequest, record: Publication) -> bool:
    """Return whether the staff site shows the saved version or the draft of this record (`awareness.publishing.previews`)."""
    preview = getattr(request, "preview", None)
    return preview is not None and preview.record == record


def require_visible[Row: Publication](request: HttpRequest, record: Row | None, now: datetime) -> Row:
    """Return the record. Raise Http404 if it is None or the visitor may not see it.

    The cached page expires when the record is withdrawn.
    """
    if record is None:
        raise Http404
    if not is_preview(request, record):
        if record.state_at(now) != PublicationState.PUBLISHED:
            raise Http404
        expire_page_at(request, record.withdrawn_at)
    return record


def filter_visible[Row: Publication](request: HttpRequest, records: Iterable[Row], now: datetime) -> list[Row]:
    """Return the records that are public at `now`, without a query. The cached page expires at their next change."""
    visible = []
    for record in records:
        for moment in (record.published_at, record.withdrawn_at):
            if moment is not None and moment > now:
                expire_page_at(request, moment)
        if record.state_at(now) == PublicationState.PUBLISHED:
            visible.append(record)
    return visible


def redirect_from_former_slug(request: HttpRequest, model: type[Publication]) -> HttpResponsePermanentRedirect | None:
    """Return a redirect from the former slug in the URL to the same page under the current slug.

    Returns None if the URL has no former slug.
    """
    match = request.resolver_match
    present = present_slug(model, match.kwargs["slug"]) if match else None
    if match is None or present is None:
        return None
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": present})
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def is_serbian_only(record: Publication) -> bool:
    """Return whether an English page shows the record in Serbian, because it has no English title."""
    return get_language() == ENGLISH and not getattr(record, "title_en", "")


def serbian_only_fields(record: Model, names: Iterable[str]) -> frozenset[str]:
    """Return the fields that an English page shows in Serbian, because they have no English text. Templates set `lang`."""
    if get_language() != ENGLISH:
        return frozenset()
    return frozenset(name for name in names if getattr(record, f"{name}_sr") and not getattr(record, f"{name}_en"))


def fallback_language_tag(record: Publication) -> str:
    """Return the language tag of the record if it differs from the page's; else ""."""
    return LANGUAGES[SERBIAN].tag if is_serbian_only(record) else ""


def language_context(record: Publication) -> dict[str, Any]:
    """Return the template context for a record in another language: `foreign`, `title_lang` and `summary_lang`."""
    tag = fallback_language_tag(record)
    return {"foreign": bool(tag), "title_lang": tag, "summary_lang": tag}


def chosen_labels(record: Model, name: str) -> list[str]:
    """Return the labels of the values of an array field, in the order of declaration."""
    choices = record._meta.get_field(name).base_field.choices  # type: ignore[union-attr]
    return [str(label) for value, label in choices if value in getattr(record, name)]


def publication_context(record: Publication) -> dict[str, Any]:
    """Return the template context of every page of a record, with that of `language_context`.

    `picture_title` is the title on the picture for shared links.
    """
    return {"picture_title": record.title, **language_context(record)}  # type: ignore[attr-defined]


def forbid_storing(request: HttpRequest, response: HttpResponseBase) -> None:
    """Mark a response of a `public_page` view as neither cacheable nor indexable."""
    request.META.pop(CACHE_POLICY_KEY, None)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"


type PageView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def shown_in_previews[**P, R: HttpResponseBase](
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Mark a view that previews on the staff site call. It is run in a transaction that is rolled back."""
    view.is_shown_in_previews = True  # type: ignore[attr-defined]
    return view


def publication_page[**P](
    model: type[Publication], *, params: tuple[str, ...] = ()
) -> Callable[[PageView[P]], PageView[P]]:
    """Decorate the view of a publication, or of a part of it, whose URL contains its slug.

    The page is a `public_page` with the query parameters `params`, and shown in previews. If the view raises Http404 for
    a former slug, the response is a redirect to the current one.
    """

    def decorate(view: PageView[P]) -> PageView[P]:
        page = public_page(params=params)(view)

        @wraps(page)
        def redirecting(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return page(request, *args, **kwargs)
            except Http404:
                moved = redirect_from_former_slug(request, model)
                if moved is None:
                    raise
                return moved

        return shown_in_previews(redirecting)

    return decorate
