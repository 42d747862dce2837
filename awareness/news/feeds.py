"""The Atom feed of the news, in three languages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from awareness.news.blocks import render_blocks
from awareness.news.models import Article
from awareness.news.selectors import articles_for_feed
from clicksafely.common.http.atom_feeds import FullTextAtomFeed, feed_response, new_feed
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin, to_script


@read_only
@public_page(params=("lang",))
def news_feed(request: HttpRequest) -> HttpResponse:
    """Return the latest articles with full text, in the language `lang` (default: Serbian in Cyrillic)."""
    code = request.GET.get("lang", SERBIAN)
    if code not in LANGUAGES:
        raise Http404
    now = timezone.now()
    expire_page_at(request, Article.objects.next_change(now))
    with translation.override(code):
        feed = new_feed(request, code, title=_("News"), page="news", feed="news-feed")
        for article in articles_for_feed(now):
            _add(feed, request, article, code)
    return feed_response(feed, code)


def _add(feed: FullTextAtomFeed, request: HttpRequest, article: Article, code: str) -> None:
    link = build_absolute_url(request, reverse("article", args=[article.slug]))
    content = render_to_string("public/news/feed_entry.html", {"blocks": render_blocks(request, article)}, request)
    feed.add_item(
        title=to_script(article.title, code),
        link=link,
        description=to_script(escape(article.summary), code),
        # The id is the same in every language and after a slug change.
        unique_id=f"{build_absolute_url(request, reverse('news-feed'))}#article-{article.pk}",
        pubdate=article.published_at,
        updateddate=article.changed_at,
        content=html_to_latin(content) if code == LATIN_LANGUAGE else content,
    )
