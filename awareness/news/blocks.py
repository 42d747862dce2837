"""Article blocks prepared for templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from awareness.news.files import CARD, EXTENSIONS, WIDTHS, crop_name, rendition, widths_of
from awareness.news.models import KINDS_WITH_CARD, Article, ArticleBlock, BlockKind
from awareness.publishing.related_content import Card, cards_by_slug
from awareness.publishing.shortcuts import serbian_only_fields
from awareness.topics.sheets.pictures import has_picture, picture_alt
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN


class Track(NamedTuple):
    """Captions of a video: URL, BCP 47 tag and native name of the language."""

    path: str
    tag: str
    name: str
    default: bool


class Drawing(NamedTuple):
    """A drawing of the site: name in the static files, alternative text in the active language."""

    name: str
    alt: str


@dataclass(frozen=True)
class Picture:
    """A picture in its widths; `srcset` in HTML syntax."""

    path: str
    srcset: str
    width: int
    height: int


@dataclass(frozen=True)
class RenderedBlock:
    """A block with the data that its kind needs for rendering."""

    block: ArticleBlock
    template: str
    picture: Picture | None = None
    path: str = ""
    tracks: tuple[Track, ...] = ()
    card: Card | None = None

    @property
    def foreign(self) -> frozenset[str]:
        """Names of the fields shown in Serbian on an English page."""
        return serbian_only_fields(self.block, ("heading", "text", "alt"))


def render_blocks(request: HttpRequest, article: Article) -> list[RenderedBlock]:
    """Return the blocks in their order. Blocks whose quiz or game is not public are left out."""
    blocks, now = article.blocks.all(), timezone.now()
    cards = {
        kind: cards_by_slug(kind, {block.target for block in blocks if block.kind == kind}, now=now, request=request)
        for kind in KINDS_WITH_CARD
    }
    shown = [_shown(block, cards) for block in blocks]
    return [each for each in shown if each.card or each.block.kind not in KINDS_WITH_CARD]


def media_path(name: str) -> str:
    """Path of a stored file, the same in every language."""
    return reverse("news-media", args=[name])


def card_path(block: ArticleBlock) -> str:
    """Path of the card crop of a picture block."""
    return media_path(crop_name(block.digest, block.focus_x, block.focus_y, CARD))


def article_drawing(article: Article) -> Drawing | None:
    """Return the drawing of the site for an article without a picture block; None if there is none."""
    name = f"img/news/{article.slug}.svg"
    if not has_picture(name) or any(block.kind == BlockKind.IMAGE for block in article.blocks.all()):
        return None
    return Drawing(name, picture_alt(name, get_language() or SERBIAN))


def _shown(block: ArticleBlock, cards: Mapping[BlockKind, Mapping[str, Card]]) -> RenderedBlock:
    template = f"public/news/blocks/{block.kind}.html"
    match block.kind:
        case BlockKind.QUIZ | BlockKind.GAME:
            return RenderedBlock(
                block, "public/news/blocks/card.html", card=cards[BlockKind(block.kind)].get(block.target)
            )
        case BlockKind.IMAGE:
            return RenderedBlock(block, template, picture=_picture(block))
        case BlockKind.FILE:
            return RenderedBlock(block, template, path=_file_path(block))
        case BlockKind.VIDEO:
            return RenderedBlock(block, template, path=_file_path(block), tracks=_tracks(block))
        case _:
            return RenderedBlock(block, template)


def _file_path(block: ArticleBlock) -> str:
    return media_path(f"{block.digest}.{EXTENSIONS[block.media_type]}")


def _picture(block: ArticleBlock) -> Picture:
    paths = {width: media_path(rendition(block.digest, width)) for width in widths_of(block.width)}
    width = min((w for w in paths if w >= WIDTHS[1]), default=max(paths))
    srcset = ", ".join(f"{path} {width}w" for width, path in paths.items())
    return Picture(paths[width], srcset, width, max(1, round(block.height * width / block.width)))


def _tracks(block: ArticleBlock) -> tuple[Track, ...]:
    here = get_language() or ""
    tracks = []
    for written in ("sr", "en"):
        if getattr(block, f"captions_{written}"):
            code = here if written == "sr" and here != "en" else written
            path = reverse("captions", args=[block.pk, written])
            tracks.append(Track(path, LANGUAGES[code].tag, LANGUAGES[code].name, code == here))
    return tuple(tracks)
