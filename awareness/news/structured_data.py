"""JSON-LD of an article and its picture for shared links."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString

from awareness.news.blocks import media_path
from awareness.news.files import SHARED, crop_name
from awareness.news.models import Article, BlockKind
from awareness.publishing.structured_data import CONTEXT, centre, record_data, without_empty
from awareness.topics.models import Topic
from awareness.topics.structured_data import subjects
from clicksafely.common.page_metadata import build_absolute_url, json_ld


def shared_picture(article: Article) -> str:
    """Path of the shared-link crop of the article's first picture; empty if it has no picture."""
    for block in article.blocks.all():
        if block.kind == BlockKind.IMAGE:
            return media_path(crop_name(block.digest, block.focus_x, block.focus_y, SHARED))
    return ""


def article_data(request: HttpRequest, article: Article, topics: Sequence[Topic]) -> SafeString:
    """Return the schema.org `NewsArticle` of an article in the language of the page."""
    here = build_absolute_url(request, reverse("article", args=[article.slug]))
    publisher = centre(request) | {
        "logo": {"@type": "ImageObject", "url": build_absolute_url(request, static("img/icon-512.png"))}
    }
    data = {
        **CONTEXT,
        **record_data(request, article, "NewsArticle", here),
        "mainEntityOfPage": here,
        "headline": article.title,
        "author": publisher,
        "publisher": publisher,
        "about": subjects(request, topics),
    }
    if picture := shared_picture(article):
        data["image"] = build_absolute_url(request, picture)
    return json_ld(without_empty(data))
