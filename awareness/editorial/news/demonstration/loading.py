"""Loads the news of a demonstration, as an editor would have written them over a year."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from awareness.editorial.news.demonstration.shape import Block, Story, draw
from awareness.editorial.news.demonstration.stories import STORIES
from awareness.editorial.news.demonstration.year import YEAR
from awareness.editorial.news.files import Kept, crop_picture, keep_upload
from awareness.editorial.news.models import Article, ArticleBlock, BlockKind, Licence
from awareness.topics.demonstration.sheets import as_pdf
from awareness.topics.models import Topic
from awareness.topics.services import publish_record

ARTICLES = (*YEAR, *STORIES)
EDITOR = "editor"
CREDIT = "Кликни безбедно"


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are articles. Needs the demonstration account of the editor."""
    if Article.objects.exists():
        return
    actor = User.objects.get(username=EDITOR)
    for number, story in enumerate(ARTICLES, 1):
        published = None if story.days is None else now - timedelta(days=story.days)
        article = Article(slug=story.slug, published_at=published)
        for code in ("sr", "en"):
            setattr(article, f"title_{code}", getattr(story.title, code))
            setattr(article, f"summary_{code}", getattr(story.summary, code))
        written = min(published or now, now)
        publish_record(record=article, actor=actor, now=written, parts=partial(_fill, article, story, written))
        yield number, len(ARTICLES)


def _fill(article: Article, story: Story, moment: datetime) -> None:
    article.topics.set(Topic.objects.filter(slug__in=story.topics))
    for order, block in enumerate(story.blocks):
        made = ArticleBlock(article=article, kind=block.kind, order=order)
        for code in ("sr", "en"):
            for name in ("heading", "text", "alt"):
                setattr(made, f"{name}_{code}", getattr(getattr(block, name), code))
        if kept := _keep(block, story.slug, moment):
            for field, value in kept._asdict().items():
                setattr(made, field, value)
            made.licence, made.credit = Licence.CC_BY, CREDIT
        made.save()
        if block.kind == BlockKind.IMAGE:
            crop_picture(made.digest, made.focus_x, made.focus_y)


def _keep(block: Block, slug: str, moment: datetime) -> Kept | None:
    """The file of a block, through the same checks as an editor's."""
    if block.drawing:
        return keep_upload(block.kind, SimpleUploadedFile(f"{slug}.png", draw(block.drawing), "image/png"))
    if block.sheet:
        return keep_upload(
            block.kind,
            SimpleUploadedFile(f"{slug}.pdf", as_pdf(block.sheet, "sr", now=moment), "application/pdf"),
        )
    return None
