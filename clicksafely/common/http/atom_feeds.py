"""Base of the Atom feeds of the public site: full texts, one language per feed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.serbian.scripts import to_script


class FullTextAtomFeed(Atom1Feed):
    """Atom feed with the full text of each entry; URLs are absolute."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xml:base": self.feed["link"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def new_feed(request: HttpRequest, code: str, *, title: str | Promise, page: str, feed: str) -> FullTextAtomFeed:
    """Return an empty feed in the active language `code`.

    `page` is the URL name of its web page, and `feed` is that of the feed.
    """
    here = build_absolute_url(request, f"{reverse(feed)}?lang={code}")
    return FullTextAtomFeed(
        title=to_script(f"{_('Click Safely')}: {title}", code),
        link=build_absolute_url(request, reverse(page)),
        description=to_script(_("Safer Internet Centre of Serbia"), code),
        language=LANGUAGES[code].tag,
        author_name=to_script(_("Click Safely"), code),
        feed_url=here,
        feed_guid=here,
    )


def feed_response(feed: FullTextAtomFeed, code: str) -> HttpResponse:
    """Return the feed as an HTTP response."""
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response
