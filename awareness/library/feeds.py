"""Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) of the newest resources, by language."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from awareness.library import selectors
from awareness.library.models import Resource
from awareness.topics.models import Topic
from clicksafely.common.http.atom_feeds import FullTextAtomFeed, feed_response, new_feed
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.wsgi import expire_page_at, public_page
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.rich_text import render_rich_text, sanitise_html
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin, to_script

MAX_ENTRIES: Final = 30
VERSION: Final = "https://jsonfeed.org/version/1.1"


@read_only
@public_page(params=("language",))
def resources_json(request: HttpRequest) -> HttpResponse:
    """Return the JSON Feed. `?language=` is sr, sr-latn or en; sr if it is missing or unknown."""
    requested_language = request.GET.get("language", SERBIAN)
    language = requested_language if requested_language in LANGUAGES else SERBIAN
    here = f"{reverse('resources-feed')}{'' if language == SERBIAN else f'?language={language}'}"
    with override(language):
        feed = {
            "version": VERSION,
            "title": to_script(_("Resources of Click Safely"), language),
            "home_page_url": build_absolute_url(request, reverse("resources")),
            "feed_url": build_absolute_url(request, here),
            "language": LANGUAGES[language].tag,
            "items": [_item(request, resource, language) for resource in _newest(request)],
        }
    response = JsonResponse(feed, json_dumps_params={"ensure_ascii": False}, content_type="application/feed+json")
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response


@read_only
@public_page(params=("lang",))
def resources_atom(request: HttpRequest) -> HttpResponse:
    """Return the Atom feed. `?lang=` is sr (the default), sr-latn or en, as in the news feed.

    Raises Http404 for other languages.
    """
    code = request.GET.get("lang", SERBIAN)
    if code not in LANGUAGES:
        raise Http404
    with override(code):
        feed = new_feed(request, code, title=_("Resources"), page="resources", feed="resources-atom")
        for resource in _newest(request):
            _add_entry(feed, request, resource, code)
    return feed_response(feed, code)


def _newest(request: HttpRequest) -> list[Resource]:
    """Return the resources of the feed. The cache expires at the next change of a resource or topic."""
    now = timezone.now()
    expire_page_at(request, Resource.objects.next_change(now))
    expire_page_at(request, Topic.objects.next_change(now))
    return selectors.newest(now, MAX_ENTRIES)


def _add_entry(feed: FullTextAtomFeed, request: HttpRequest, resource: Resource, code: str) -> None:
    body = render_rich_text(resource.description or "") or format_html("<p>{}</p>", resource.summary)
    feed.add_item(
        title=to_script(resource.title, code),
        link=build_absolute_url(request, reverse("resource", args=[resource.slug])),
        description=to_script(escape(resource.summary), code),
        # The id must not depend on the language or the slug.
        unique_id=f"{build_absolute_url(request, reverse('resources-atom'))}#resource-{resource.pk}",
        pubdate=resource.published_at,
        updateddate=resource.changed_at,
        author_name=resource.creator_name or None,
        categories=[to_script(topic.title, code) for topic in resource.topics.all()],
        item_copyright=to_script(resource.get_licence_display(), code),
        enclosures=[
            Enclosure(
                build_absolute_url(request, reverse("resource-file", args=[resource.slug, file.pk])),
                str(file.size),
                file.media_type,
            )
            for file in resource.files.all()
        ],
        content=html_to_latin(body) if code == LATIN_LANGUAGE else body,
    )


def _item(request: HttpRequest, resource: Resource, language: str) -> dict[str, Any]:
    address = build_absolute_url(request, reverse("resource", args=[resource.slug]))
    body = sanitise_html(resource.description or "")
    item: dict[str, Any] = {
        # The id must not depend on the language or the slug.
        "id": f"resource-{resource.pk}",
        "url": address,
        "title": to_script(resource.title, language),
        "summary": to_script(resource.summary, language),
        "date_published": timezone.localtime(resource.published_at).isoformat(timespec="seconds"),
        "date_modified": timezone.localtime(resource.changed_at).isoformat(timespec="seconds"),
        "tags": [to_script(topic.title, language) for topic in resource.topics.all()],
    }
    if body:
        item["content_html"] = html_to_latin(body) if language == LATIN_LANGUAGE else body
    else:
        item["content_text"] = item["summary"]
    if resource.creator:
        item["authors"] = [{"name": resource.creator_name}]
    attachments = [
        {
            "url": build_absolute_url(request, reverse("resource-file", args=[resource.slug, file.pk])),
            "mime_type": file.media_type,
            "title": file.name,
            "size_in_bytes": file.size,
        }
        for file in resource.files.all()
    ]
    return item | ({"attachments": attachments} if attachments else {})
