"""Reads of the news."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse

from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.publishing.related_content import Card
from awareness.publishing.shortcuts import fallback_language_tag
from clicksafely.common.page_cache.list_cache import TimedListCache

A_PAGE: Final = 12
FEED_ENTRIES: Final = 20
_PICTURES: Final = Prefetch("blocks", ArticleBlock.objects.filter(kind=BlockKind.IMAGE), to_attr="pictures")


def visible_articles(now: datetime) -> "QuerySet[Article]":
    """What everybody sees at `now`, the latest first, each with its picture blocks in `pictures`."""
    return Article.objects.visible(now).prefetch_related(_PICTURES)


def latest_articles(now: datetime, most: int) -> list[Article]:
    """The latest of them; two queries."""
    return list(visible_articles(now)[:most])


def _latest_until_change(most: int, now: datetime) -> tuple[list[Article], datetime | None]:
    return latest_articles(now, most), Article.objects.next_change(now)


cached_latest_articles = TimedListCache(_latest_until_change)


def articles_page(now: datetime, number: str) -> "Page[Article]":
    """The page with that number, as it stands in an address. Raises Http404 where it is not the number of a page."""
    pages = Paginator(visible_articles(now), A_PAGE)
    if not (number.isascii() and number.isdigit() and len(number) < 6) or not 1 <= int(number) <= pages.num_pages:
        raise Http404
    return pages.page(int(number))


def find_article(slug: str) -> Article | None:
    """An article with its blocks and topics, whoever may see it; three queries."""
    return Article.objects.filter(slug=slug).prefetch_related("blocks", "topics").first()


def articles_for_feed(now: datetime) -> list[Article]:
    """The latest articles with their blocks; two queries."""
    return list(Article.objects.visible(now).prefetch_related("blocks")[:FEED_ENTRIES])


def article_cards(topics: Collection[int], most: int, now: datetime) -> list[Card]:
    """The latest articles about any of these topics; one query."""
    found = Article.objects.visible(now).filter(topics__in=topics).distinct()[:most]
    return [
        Card(
            "article",
            article.title,
            article.summary,
            reverse("article", args=[article.slug]),
            lang=fallback_language_tag(article),
        )
        for article in found
    ]
