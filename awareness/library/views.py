"""The public pages of the library: the list with its facets, a resource, its files and their pictures."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.library import selectors, services
from awareness.library.basket import Basket, read_basket
from awareness.library.facets import PARAMETERS, SORTS, FacetQuery, count_facets, filter_resources, parse_facet_query
from awareness.library.models import Resource, ResourceFile
from awareness.library.structured_data import citation, learning_resource
from awareness.library.thumbnails import cover_path, covers_of
from awareness.publishing.models import PublicationState
from awareness.publishing.shortcuts import (
    filter_visible,
    is_preview,
    no_store_previews,
    redirect_from_former_slug,
    require_visible,
    serbian_only_fields,
)
from awareness.topics.selectors import visible_topics
from clicksafely.common.files.file_response import send_file
from clicksafely.common.files.storage import media_storage
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.wsgi import expire_page_at, public_page
from clicksafely.common.rich_text import render_rich_text
from clicksafely.common.serbian.scripts import to_script
from clicksafely.common.templatetags.page_metadata import build_absolute_url

PREVIEW_SECONDS = 24 * 3600
ON_CARDS = ("title", "summary")
ON_PAGES = (*ON_CARDS, "description", "use_in_class", "teaches")


@dataclass(frozen=True)
class Listed:
    """A resource in a list: its address with the basket kept, the address that puts it in or takes it out, the key of the file that stands for it."""

    resource: Resource
    href: str
    toggle: str
    in_basket: bool
    foreign: frozenset[str]
    cover: int | None


@read_only
@public_page(params=PARAMETERS)
def resources(request: HttpRequest) -> HttpResponse:
    """The list. What makes no sense in the address is left out, and the page says so."""
    now = timezone.now()
    topics = visible_topics(now)
    wish, basket = parse_facet_query(request.GET, topics), read_basket(request.GET)
    total, facets = count_facets(wish, topics, now)
    page = selectors.list_page(wish, topics, now, total)
    covers = covers_of(page.resources) if page.resources else {}
    expire_page_at(request, Resource.objects.next_change(now))
    context = {
        "total": total,
        "facets": facets,
        "page": page,
        "earlier": _joined(wish.query(page=page.number - 1), basket) if page.number > 1 else None,
        "later": _joined(wish.query(page=page.number + 1), basket) if page.number < page.last else None,
        "listed": [_listed(each, wish, basket, page.number, covers.get(each.pk)) for each in page.resources],
        "wish": wish,
        "sorts": SORTS,
        "basket": basket,
        "is_filtered": bool(wish.chosen),
    }
    return render(request, "public/library/resource_list.html", context)


@read_only
@public_page(params=PARAMETERS)
def count(request: HttpRequest) -> HttpResponse:
    """How many resources there would be: for the button of the form, before it is pressed."""
    now = timezone.now()
    topics = visible_topics(now)
    number = filter_resources(parse_facet_query(request.GET, topics), topics, now).count()
    expire_page_at(request, Resource.objects.next_change(now))
    words = ngettext("Show %(n)s resource", "Show %(n)s resources", number) % {"n": number}
    return JsonResponse({"count": number, "words": to_script(words, get_language())})


@read_only
@no_store_previews
@public_page(params=("r",))
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """One resource; to whoever has the key of its preview, also before it is published."""
    now = timezone.now()
    found = selectors.find_resource(slug)
    if found is None and (moved := redirect_from_former_slug(request, Resource, slug)):
        return moved
    require_visible(request, found, now)
    assert found is not None  # noqa: S101 - require_visible has seen to it
    # Newer versions, parts and neighbours.
    expire_page_at(request, Resource.objects.next_change(now))
    topics = filter_visible(request, found.topics.all(), now)
    files, tied, basket = list(found.files.all()), selectors.relations_of(found, topics, now), read_basket(request.GET)
    address = build_absolute_url(request, reverse("resource", args=[slug]))
    foreign, list_path, serbian = serbian_only_fields(found, ON_PAGES), reverse("resources"), LANGUAGES[SERBIAN].tag
    context = {
        "resource": found,
        "picture_title": found.title,
        "foreign": foreign,
        "title_lang": serbian if "title" in foreign else "",
        "summary_lang": serbian if "summary" in foreign else "",
        "list_url": f"{list_path}?{basket.query}" if basket.slugs else list_path,
        "description": render_rich_text(found.description or ""),
        "use_in_class": render_rich_text(found.use_in_class or ""),
        "audiences": _labels(found, "audiences"),
        "ages": _labels(found, "ages"),
        "levels": _labels(found, "levels"),
        "features": _labels(found, "features"),
        "topics": topics,
        "files": files,
        "pictured": next((file for file in files if file.has_preview), None),
        "tied": tied,
        "citation": citation(found, address),
        "structured": learning_resource(request, found, topics, files, tied),
        "basket": basket,
        "basket_with": basket.with_slug(slug).query,
        "in_basket": slug in basket.slugs,
        "is_preview": found.state_at(now) != PublicationState.PUBLISHED,
        "preview_key": found.preview_key if is_preview(request, found) else "",
    }
    return render(request, "public/library/resource.html", context)


@csrf_exempt
@require_safe
def file(request: HttpRequest, slug: str, file_id: int) -> HttpResponseBase:
    """Download a file. Counted once a day and file, by number alone."""
    found = _shown_file(request, slug, file_id, timezone.now())
    sent = send_file(
        request,
        found.path,
        name=found.name,
        media_type=_content_type(found.media_type),
        digest=found.sha256,
    )
    if sent.begins and not is_preview(request, found.resource):
        services.count_download(files=[found.pk], now=timezone.now())
    return sent.response


@read_only
def preview(request: HttpRequest, slug: str, file_id: int) -> HttpResponse:
    """The picture of a file's first page."""
    found = _shown_file(request, slug, file_id, timezone.now())
    return _picture(request, found, [found.preview_path])


@read_only
def cover(request: HttpRequest, slug: str, file_id: int) -> HttpResponse:
    """The same, small, for the list; as it is where the small one is not made yet."""
    found = _shown_file(request, slug, file_id, timezone.now())
    return _picture(request, found, [cover_path(found), found.preview_path])


def _shown_file(request: HttpRequest, slug: str, file_id: int, now: datetime) -> ResourceFile:
    found = selectors.find_file(slug, file_id)
    require_visible(request, found.resource if found else None, now)
    assert found is not None  # noqa: S101 - require_visible has seen to it
    return found


def _picture(request: HttpRequest, file: ResourceFile, paths: Sequence[Path]) -> HttpResponse:
    """The first of these pictures that there is. Raises Http404."""
    picture = _first_kept(paths) if file.has_preview else None
    if picture is None:
        raise Http404
    response = HttpResponse(picture, content_type="image/webp")
    if not is_preview(request, file.resource):
        response.headers["Cache-Control"] = f"public, max-age={PREVIEW_SECONDS}"
    return response


def _first_kept(paths: Sequence[Path]) -> bytes | None:
    for path in paths:
        with suppress(FileNotFoundError):
            return media_storage().read(path)
    return None


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _labels(resource: Resource, field: str) -> Sequence[str]:
    """The words for the values of an array, in the order they are declared."""
    choices = Resource._meta.get_field(field).base_field.choices  # type: ignore[union-attr]
    return [str(label) for value, label in choices if value in getattr(resource, field)]


def _joined(query: str, basket: Basket) -> str:
    return "&".join(part for part in (query, basket.query) if part)


def _listed(resource: Resource, wish: FacetQuery, basket: Basket, page: int, cover: ResourceFile | None) -> Listed:
    inside = resource.slug in basket.slugs
    toggled = basket.without(resource.slug) if inside else basket.with_slug(resource.slug)
    path = reverse("resource", args=[resource.slug])
    return Listed(
        resource,
        f"{path}?{basket.query}" if basket.slugs else path,
        f"?{_joined(wish.query(page=page), toggled)}#r-{resource.pk}",
        inside,
        serbian_only_fields(resource, ON_CARDS),
        cover.pk if cover else None,
    )
