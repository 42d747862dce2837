"""The pictures of all articles: searched, chosen again for another block, and where each is used."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from django.db.models import F, Func, Max, QuerySet, TextField, Value
from django.db.models.functions import Concat

from awareness.news.files import StoredMedia
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.publishing.models import Draft
from clicksafely.common.serbian.search_folding import fold

A_PAGE: Final = 24
MAX_SEARCH_WORDS: Final = 8
# Fields that another block with the same picture takes over if the editor left them empty.
DESCRIPTION: Final = ("alt_sr", "alt_en", "licence", "credit", "credit_en")
MIDDLE: Final = 50


def known_pictures(search: str = "") -> "QuerySet[ArticleBlock]":
    """Return one block for each picture, the one added last, which describes it; the latest picture first.

    `search`: words of the file name, the descriptions, the author or the title of an article, in either script.
    """
    blocks = ArticleBlock.objects.filter(kind=BlockKind.IMAGE).exclude(digest="")
    words = fold(search).split()[:MAX_SEARCH_WORDS]
    found = blocks
    if words:
        names = ("file_name", "alt_sr", "alt_en", "credit", "credit_en", "article__title_sr", "article__title_en")
        parts = [part for name in names for part in (F(name), Value(" "))]
        folded = Func(Concat(*parts, output_field=TextField()), function="clicksafely_fold", output_field=TextField())
        found = found.alias(folded=folded)
        for word in words:
            found = found.filter(folded__contains=word)
    latest = blocks.filter(digest__in=found.values("digest")) if words else blocks
    numbers = latest.order_by().values("digest").annotate(latest=Max("pk")).values("latest")
    return ArticleBlock.objects.filter(pk__in=numbers).order_by("-pk")


def find_picture(number: str) -> ArticleBlock | None:
    """Return the block of a picture's number, or None."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    return ArticleBlock.objects.filter(kind=BlockKind.IMAGE, pk=int(number)).exclude(digest="").first()


def stored_media(block: ArticleBlock) -> StoredMedia:
    """Return the stored file of a block."""
    return StoredMedia(block.digest, block.media_type, block.file_name, block.size, block.width, block.height)


def description_of(block: ArticleBlock) -> dict[str, object]:
    """Return the texts, the licence and the focal point that another block with this picture takes over; without empty ones."""
    found: dict[str, object] = {name: value for name in DESCRIPTION if (value := getattr(block, name))}
    if (block.focus_x, block.focus_y) != (MIDDLE, MIDDLE):
        found |= {"focus_x": block.focus_x, "focus_y": block.focus_y}
    return found


def uses_of(digests: Collection[str]) -> dict[str, list[Article]]:
    """Return the articles that use each picture, in their text or in a draft beside it."""
    found: dict[str, dict[int, Article]] = defaultdict(dict)
    blocks = ArticleBlock.objects.filter(digest__in=digests, kind=BlockKind.IMAGE).select_related("article")
    for block in blocks.order_by("article_id"):
        found[block.digest][block.article_id] = block.article
    requested_digests, drafted = set(digests), defaultdict[int, set[str]](set)
    for draft in Draft.objects.filter(kind=Article._meta.label_lower):
        parts = draft.content.get("parts", {}).get("blocks") or ()
        drafted[draft.object_id] |= {part.get("digest", "") for part in parts} & requested_digests
    for article in Article.objects.filter(pk__in=[pk for pk, used in drafted.items() if used]):
        for digest in drafted[article.pk]:
            found[digest].setdefault(article.pk, article)
    return {digest: list(articles.values()) for digest, articles in found.items()}
