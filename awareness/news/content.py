"""News of every installation, and of a demonstration: articles, drawn pictures and sheets."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from awareness.news.files import StoredMedia, crop_picture, store_upload
from awareness.news.models import Article, ArticleBlock, BlockKind, MediaLicence
from awareness.publishing.services import save_record
from awareness.topics.content import DEMO, SEED, publish_loaded, published
from awareness.topics.models import Topic
from awareness.topics.sheets.documents import as_pdf
from clicksafely.accounts.models import User
from clicksafely.common.content.loader import ContentKind, Part, loaded_rows, model_values
from clicksafely.common.content.schema import content_files, read_checked

EDITOR: Final = "editor"
MODEL: Final = "news.article"
CREDIT: Final = "Кликни безбедно"
SIZE: Final = (1600, 900)
# A drawing is rendered larger and scaled down for smooth edges.
FINER: Final = 2
type Row = dict[str, Any]

COLOURS: Final = {
    "teal": "#0b5563",
    "sun": "#ffc845",
    "coral": "#d9432f",
    "mint": "#d8f0ea",
    "sky": "#dcecf8",
    "peach": "#ffe6d9",
    "lilac": "#ebe3f7",
    "ink": "#1b1f3b",
    "paper": "#fffaf2",
}


def load_news(now: datetime) -> Iterator[tuple[int, int]]:
    """Load nothing if articles exist that the content loader did not write. Requires the editor's demonstration account."""
    if Article.objects.exclude(pk__in=loaded_rows(MODEL)).exists():
        return
    articles = [document.data for document in read_checked(content_files(DEMO / "news"))]
    actor = User.objects.get(username=EDITOR)
    for number, row in enumerate(articles, 1):
        published = now - timedelta(days=row["days"]) if "days" in row else None
        article = Article(published_at=published, **model_values(Article, row, besides={"days", "topics", "blocks"}))
        written = min(published or now, now)
        save_record(record=article, actor=actor, now=written, parts=partial(_fill, article, row, written))
        yield number, len(articles)


def _fill(article: Article, row: Row, moment: datetime) -> None:
    article.topics.set(Topic.objects.filter(slug__in=row["topics"]))
    for order, block in enumerate(row["blocks"]):
        values = model_values(ArticleBlock, block, rich_text={"text"}, besides={"drawing", "sheet"})
        article_block = ArticleBlock(article=article, order=order, **values)
        if stored := _keep(block, row["slug"], moment):
            for field, value in stored._asdict().items():
                setattr(article_block, field, value)
            article_block.licence, article_block.credit = MediaLicence.CC_BY, CREDIT
        article_block.save()
        if article_block.kind == BlockKind.IMAGE:
            crop_picture(article_block.digest, article_block.focus_x, article_block.focus_y)


def _keep(block: Row, slug: str, moment: datetime) -> StoredMedia | None:
    """Store the file of a block after the same checks as an upload."""
    kind = BlockKind(block["kind"])
    if "drawing" in block:
        return store_upload(kind, SimpleUploadedFile(f"{slug}.png", _draw(block["drawing"]), "image/png"))
    if "sheet" in block:
        pdf = as_pdf(block["sheet"], "sr", now=moment)
        return store_upload(kind, SimpleUploadedFile(f"{slug}.pdf", pdf, "application/pdf"))
    return None


def _draw(drawing: Row) -> bytes:
    """Draw simple shapes as a PNG; later shapes cover earlier ones."""
    wide, high = (side * FINER for side in SIZE)
    image = Image.new("RGB", (wide, high), _colour(drawing["ground"]))
    pen = ImageDraw.Draw(image)
    for shape in drawing["shapes"]:
        left, top, right, lower = shape["edges"]
        box = (left * wide // 1000, top * high // 1000, right * wide // 1000, lower * high // 1000)
        if shape["form"] == "disc":
            pen.ellipse(box, _colour(shape["colour"]))
        else:
            pen.rounded_rectangle(box, 24 * FINER, _colour(shape["colour"]))
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _colour(name: str) -> str:
    """Return the palette colour of this name, or the value itself."""
    return COLOURS.get(name, name)


KINDS: Final = (
    ContentKind(
        model=MODEL,
        files=SEED / "news",
        key=("slug",),
        links={"topics": "slug"},
        parts={"blocks": Part(key="order", number="order", first=0, rich_text=frozenset({"text"}))},
        created=published,
        update=publish_loaded,
    ),
)
