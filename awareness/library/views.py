"""Public views of the library: the faceted list, resources, files and previews."""

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
from awareness.library.facets import PARAMETERS, SORTS, count_facets, filter_resources, parse_facet_query
from awareness.library.models import Resource, ResourceFile
from awareness.library.structured_data import citation, learning_resource
from awareness.library.thumbnails import cover_path, covers_of
from awareness.publishing.audiences import chosen_reader
from awareness.publishing.shortcuts import (
    chosen_labels,
    filter_visible,
    publication_context,
    publication_page,
    require_visible,
    serbian_only_fields,
    shown_in_previews,
)
from awareness.topics.selectors import visible_topics
from clicksafely.common.files.file_response import send_file
from clicksafely.common.files.storage import media_storage
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.wsgi import expire_page_at, public_page
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.rich_text import render_rich_text
from clicksafely.common.serbian.scripts import to_script

PREVIEW_SECONDS = 24 * 3600
ON_CARDS = ("title", "summary")
ON_PAGES = (*ON_CARDS, "description", "use_in_class", "teaches")


@dataclass(frozen=True)
class Listed:
    """A resource in the list.

    `href` is its link with the basket. `toggled` is the basket with the resource added or removed. `cover` is the key
    of its cover file.
    """

    resource: Resource
    href: str
    toggled: Sequence[str]
    in_basket: bool
    foreign: frozenset[str]
    cover: int | None


@read_only
@public_page(params=PARAMETERS)
def resources(request: HttpRequest) -> HttpResponse:
    """List resources. Invalid query parameters are ignored, with a notice on the page."""
    now = timezone.now()
    topics = visible_topics(now)
    wish, basket = parse_facet_query(request.GET, topics), read_basket(request.GET)
    total, facets = count_facets(wish, topics, now)
    reader = chosen_reader(request.GET)
    page, found = selectors.list_page(wish, topics, now, total, reader)
    covers = covers_of(found) if found else {}
    expire_page_at(request, Resource.objects.next_change(now))
    context = {
        "total": total,
        "facets": facets,
        "page": page,
        "capped": total > page.paginator.count and not page.has_next(),
        "listed": [_listed(each, basket, covers.get(each.pk)) for each in found],
        "wish": wish,
        "reader": reader,
        "sorts": SORTS,
        "basket": basket,
        "is_filtered": bool(wish.chosen),
    }
    return render(request, "public/library/resource_list.html", context)


@read_only
@public_page(params=PARAMETERS)
def count(request: HttpRequest) -> HttpResponse:
    """Return the number of matching resources, and the label of the form's button."""
    now = timezone.now()
    topics = visible_topics(now)
    number = filter_resources(parse_facet_query(request.GET, topics), topics, now).count()
    expire_page_at(request, Resource.objects.next_change(now))
    words = ngettext("Show %(n)s resource", "Show %(n)s resources", number) % {"n": number}
    return JsonResponse({"count": number, "words": to_script(words, get_language())})


@read_only
@publication_page(Resource, params=("r",))
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one resource."""
    now = timezone.now()
    found = require_visible(request, selectors.find_resource(slug), now)
    # The page also lists newer versions, parts and related resources.
    expire_page_at(request, Resource.objects.next_change(now))
    topics = filter_visible(request, found.topics.all(), now)
    files, tied, basket = list(found.files.all()), selectors.relations_of(found, topics, now), read_basket(request.GET)
    own_files, other_files = selectors.files_for_reader(found, get_language() or SERBIAN)
    address = build_absolute_url(request, reverse("resource", args=[slug]))
    foreign, list_path, serbian = serbian_only_fields(found, ON_PAGES), reverse("resources"), LANGUAGES[SERBIAN].tag
    context = {
        **publication_context(found),
        "resource": found,
        "foreign": foreign,
        "title_lang": serbian if "title" in foreign else "",
        "summary_lang": serbian if "summary" in foreign else "",
        "list_url": f"{list_path}?{basket.query}" if basket.slugs else list_path,
        "description": render_rich_text(found.description or ""),
        "use_in_class": render_rich_text(found.use_in_class or ""),
        "audiences": chosen_labels(found, "audiences"),
        "ages": chosen_labels(found, "ages"),
        "levels": chosen_labels(found, "levels"),
        "features": chosen_labels(found, "features"),
        "topics": topics,
        "files": own_files,
        "other_files": other_files,
        "pictured": next((file for file in (*own_files, *other_files) if file.has_preview), None),
        "tied": tied,
        "citation": citation(found, address),
        "structured": learning_resource(request, found, topics, files, tied),
        "basket": basket,
        "basket_with": basket.with_slug(slug).query,
        "in_basket": slug in basket.slugs,
    }
    return render(request, "public/library/resource.html", context)


@csrf_exempt
@require_safe
@shown_in_previews
def file(request: HttpRequest, slug: str, file_id: int) -> HttpResponseBase:
    """Send a file, and add one download to its daily count."""
    found = _shown_file(request, slug, file_id, timezone.now())
    sent = send_file(
        request,
        found.path,
        name=found.name,
        media_type=_content_type(found.media_type),
        digest=found.sha256,
    )
    if sent.begins:
        services.count_download(files=[found.pk], now=timezone.now())
    return sent.response


@read_only
@shown_in_previews
def preview(request: HttpRequest, slug: str, file_id: int) -> HttpResponse:
    """Send the preview image of a file's first page."""
    found = _shown_file(request, slug, file_id, timezone.now())
    return _picture(found, [found.preview_path])


@read_only
@shown_in_previews
def cover(request: HttpRequest, slug: str, file_id: int) -> HttpResponse:
    """Send the thumbnail of a file for the list, or its preview image if there is no thumbnail yet."""
    found = _shown_file(request, slug, file_id, timezone.now())
    return _picture(found, [cover_path(found), found.preview_path])


def _shown_file(request: HttpRequest, slug: str, file_id: int, now: datetime) -> ResourceFile:
    found = selectors.find_file(slug, file_id)
    if found is None:
        raise Http404
    require_visible(request, found.resource, now)
    return found


def _picture(file: ResourceFile, paths: Sequence[Path]) -> HttpResponse:
    """Send the first of these images that exists. Raises Http404."""
    picture = _first_kept(paths) if file.has_preview else None
    if picture is None:
        raise Http404
    response = HttpResponse(picture, content_type="image/webp")
    response.headers["Cache-Control"] = f"public, max-age={PREVIEW_SECONDS}"
    return response


def _first_kept(paths: Sequence[Path]) -> bytes | None:
    for path in paths:
        with suppress(FileNotFoundError):
            return media_storage().read(path)
    return None


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _listed(resource: Resource, basket: Basket, cover: ResourceFile | None) -> Listed:
    inside = resource.slug in basket.slugs
    toggled = basket.without(resource.slug) if inside else basket.with_slug(resource.slug)
    path = reverse("resource", args=[resource.slug])
    return Listed(
        resource,
        f"{path}?{basket.query}" if basket.slugs else path,
        # An empty slug tells the script that the last resource was removed.
        toggled.slugs or ("",),
        inside,
        serbian_only_fields(resource, ON_CARDS),
        cover.pk if cover else None,
    )
