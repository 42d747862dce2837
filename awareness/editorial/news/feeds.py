"""The Atom feed of the news, in three languages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from awareness.editorial.news.blocks import shown_blocks
from awareness.editorial.news.models import Article
from awareness.editorial.news.selectors import articles_for_feed
from clicksafely.common.cacheable import changes_at
from clicksafely.common.language import LANGUAGES, SERBIAN
from clicksafely.common.methods import read_only
from clicksafely.common.pagecache import public_page
from clicksafely.common.script import LATIN_LANGUAGE, html_to_latin, in_script
from clicksafely.common.templatetags.page import absolute


@read_only
@public_page(params=("lang",))
def news_feed(request: HttpRequest) -> HttpResponse:
    """The latest articles, whole, in the language `lang` (Serbian in Cyrillic unless it is given)."""
    code = request.GET.get("lang", SERBIAN)
    if code not in LANGUAGES:
        raise Http404
    now = timezone.now()
    changes_at(request, Article.objects.next_change(now))
    with translation.override(code):
        feed = _feed(request, code)
        for article in articles_for_feed(now):
            _add(feed, request, article, code)
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    feed.write(response, "utf-8")
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response


class WholeTexts(Atom1Feed):
    """Atom with the whole text of each entry; addresses in it are those of the site."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xml:base": self.feed["link"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def _feed(request: HttpRequest, code: str) -> WholeTexts:
    here = absolute(request, f"{reverse('news-feed')}?lang={code}")
    return WholeTexts(
        title=in_script(f"{_('Click Safely')}: {_('News')}", code),
        link=absolute(request, reverse("news")),
        description=in_script(_("Safer Internet Centre of Serbia"), code),
        language=LANGUAGES[code].tag,
        author_name=in_script(_("Click Safely"), code),
        feed_url=here,
        feed_guid=here,
    )


def _add(feed: WholeTexts, request: HttpRequest, article: Article, code: str) -> None:
    link = absolute(request, reverse("article", args=[article.slug]))
    content = render_to_string("awareness/feed_entry.html", {"blocks": shown_blocks(article)}, request)
    feed.add_item(
        title=in_script(article.title, code),
        link=link,
        description=in_script(escape(article.summary), code),
        unique_id=link,
        pubdate=article.published_at,
        updateddate=article.changed_at,
        content=html_to_latin(content) if code == LATIN_LANGUAGE else content,
    )
