"""Views of the news: the paginated list, an article, video captions and stored files."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.news.blocks import article_drawing, render_blocks
from awareness.news.files import TYPES, news_folder
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.news.selectors import articles_page, find_article
from awareness.news.structured_data import article_data, shared_picture
from awareness.publishing.audiences import READER, chosen_reader
from awareness.publishing.related_content import mixed_cards, related_cards
from awareness.publishing.shortcuts import (
    filter_visible,
    publication_context,
    publication_page,
    require_visible,
    shown_in_previews,
)
from clicksafely.common.files.file_response import CACHE_IMMUTABLE, send_file
from clicksafely.common.http.decorators import read_only
from clicksafely.common.list_filters import PAGE
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.serbian.scripts import to_script

WRITTEN: Final = ("sr", "en")
# Pages with a video may play our own media.
render_with_video = csp_override({**settings.SECURE_CSP, "media-src": [CSP.SELF]})(render)


@read_only
@public_page(params=(PAGE, READER))
def news(request: HttpRequest) -> HttpResponse:
    """Return the list, twelve articles a page, latest first."""
    now = timezone.now()
    expire_page_at(request, Article.objects.next_change(now))
    page = articles_page(now, request.GET.get(PAGE, "1"), chosen_reader(request.GET))
    return render(request, "public/news/article_list.html", {"page": page, "kept_params": (PAGE, READER)})


@read_only
@publication_page(Article)
def article(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One article with its blocks and related content."""
    now = timezone.now()
    found = require_visible(request, find_article(slug), now)
    topics = filter_visible(request, found.topics.all(), now)
    context = {
        "article": found,
        "blocks": render_blocks(request, found),
        "topics": topics,
        "related": mixed_cards(related_cards(request, [topic.pk for topic in topics], now=now, without=["article"])),
        **publication_context(found),
        "data": article_data(request, found, topics),
        "picture": shared_picture(found),
        "drawing": article_drawing(found),
    }
    has_video = any(block.kind == BlockKind.VIDEO for block in found.blocks.all())
    return (render_with_video if has_video else render)(request, "public/news/article.html", context)


@read_only
@shown_in_previews
@public_page()
def captions(request: HttpRequest, *, block_id: int, written: str) -> HttpResponse:
    """Captions of a video as WebVTT, in the script of the requesting page."""
    block = ArticleBlock.objects.select_related("article").filter(pk=block_id).first()
    require_visible(request, block.article if block else None, timezone.now())
    text = getattr(block, f"captions_{written}", "") if written in WRITTEN else ""
    if not text:
        raise Http404
    language = get_language() or ""
    return HttpResponse(
        to_script(text, language if written == "sr" else written), content_type="text/vtt; charset=utf-8"
    )


NAME: Final = r"[0-9a-f]{64}(?:-[0-9x-]{1,24})?\.(?:" + "|".join(sorted(TYPES)) + ")"
_SHOWN_IN_PAGES: Final = ("image/", "video/")


@csrf_exempt
@require_safe
def media(request: HttpRequest, *, name: str) -> HttpResponseBase:
    """One stored file. Pictures and videos are sent inline, documents as attachments."""
    media_type = TYPES[name.rpartition(".")[2]]
    sent = send_file(
        request,
        news_folder() / name,
        name=f"{name[:8]}{name[64:]}",
        media_type=media_type,
        digest=name,
        caching=CACHE_IMMUTABLE,
        shown=media_type.startswith(_SHOWN_IN_PAGES),
    )
    return sent.response
