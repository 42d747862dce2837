"""Hints for the editor after an article is saved."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.news.models import KINDS_WITH_CARD, Article, ArticleBlock, BlockKind
from awareness.publishing.editor_hints import EditorHint, label_of, record_hints, rich_text_hints, translation_hints
from awareness.publishing.next_steps import is_record_visible

# Headings inside a text block must be below the article title, or below the block's own heading.
UNDER_TITLE = 1
UNDER_HEADING = 2


def article_hints(article: Article) -> list[EditorHint]:
    """Hints about the article's own fields, then about its blocks in order."""
    blocks = list(article.blocks.all())
    found = record_hints(article)
    for number, block in enumerate(blocks, 1):
        place = f"{block._meta.verbose_name} {number} ({block.get_kind_display()})"
        found += [EditorHint(f"{place}, {remark.where}", remark.what) for remark in _on_block(block)]
    if not blocks:
        found.append(EditorHint(str(article.title), _("There is no text yet.")))
    return found


def _on_block(block: ArticleBlock) -> Iterator[EditorHint]:
    yield from translation_hints(block)
    yield from rich_text_hints(block, ("text",), above=UNDER_HEADING if _in_serbian(block, "heading") else UNDER_TITLE)
    if block.kind == BlockKind.IMAGE and not _in_serbian(block, "alt"):
        yield EditorHint(label_of(block, "alt"), _("Describe the picture for readers who cannot see it."))
    if block.kind in {BlockKind.IMAGE, BlockKind.FILE, BlockKind.VIDEO} and not block.licence:
        yield EditorHint(label_of(block, "licence"), _("Enter the licence."))
    if block.kind in {BlockKind.IMAGE, BlockKind.FILE, BlockKind.VIDEO} and not block.credit:
        yield EditorHint(label_of(block, "credit"), _("Enter the author."))
    if block.kind == BlockKind.VIDEO and not _in_serbian(block, "captions"):
        yield EditorHint(label_of(block, "captions"), _("Add captions for viewers who cannot hear the video."))
    if block.kind in KINDS_WITH_CARD and not is_record_visible(block.kind, block.target, now=timezone.now()):
        yield EditorHint(
            label_of(block, "target"), _("The quiz or game at this address is not public yet. The block is left out.")
        )


def _in_serbian(block: ArticleBlock, name: str) -> str:
    return getattr(block, f"{name}_sr") or ""
