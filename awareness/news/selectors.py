"""Queries of news articles."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404

from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.publishing.audiences import Reader, readers_first
from awareness.publishing.related_content import Card, card_of
from clicksafely.common.list_filters import page_number
from clicksafely.common.page_cache.list_cache import TimedListCache

A_PAGE: Final = 9
FEED_ENTRIES: Final = 20
_PICTURES: Final = Prefetch("blocks", ArticleBlock.objects.filter(kind=BlockKind.IMAGE), to_attr="pictures")


def visible_articles(now: datetime) -> "QuerySet[Article]":
    """Articles public at `now`, latest first, each with its picture blocks in `pictures`."""
    return Article.objects.visible(now).prefetch_related(_PICTURES)


def latest_articles(now: datetime, most: int) -> list[Article]:
    """Return the latest public articles; two queries."""
    return list(visible_articles(now)[:most])


def _latest_until_change(most: int, now: datetime) -> tuple[list[Article], datetime | None]:
    return latest_articles(now, most), Article.objects.next_change(now)


cached_latest_articles = TimedListCache(_latest_until_change)


def readers_of_article(article: Article) -> Collection[str]:
    """Return the audience of an article; empty: for all."""
    return [article.audience] if article.audience else []


def articles_page(now: datetime, number: str, reader: Reader | None = None) -> "Page[Article]":
    """The page with this number, given as text from the URL, articles for the reader first. Raises Http404 if there is no such page."""
    articles = visible_articles(now)
    try:
        page = Paginator(readers_first(articles, reader, readers_of_article) if reader else articles, A_PAGE)
        return page.page(page_number(number) or 0)
    except EmptyPage as error:
        raise Http404 from error


def find_article(slug: str) -> Article | None:
    """Return an article in any state with its blocks and topics; three queries."""
    return Article.objects.filter(slug=slug).prefetch_related("blocks", "topics").first()


def articles_for_feed(now: datetime) -> list[Article]:
    """Return the latest articles with their blocks; two queries."""
    return list(Article.objects.visible(now).prefetch_related("blocks")[:FEED_ENTRIES])


def article_cards(topics: Collection[int], most: int, now: datetime) -> list[Card]:
    """Return the latest articles about any of these topics; one query."""
    found = Article.objects.visible(now).filter(topics__in=topics).distinct()[:most]
    return [card_of(article, picture=("news", article.slug)) for article in found]
