"""Renders the files of an edition."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from clicksafely.common.documents import typst
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.illustrations import picture_svg
from youthpanel.models import EditionFormat
from youthpanel.white_papers.content import EditionContent
from youthpanel.white_papers.documents.drawings import COVER_PICTURE, MARK, chart_svg, qr_svg
from youthpanel.white_papers.documents.town_map import map_alt_text, render_map_svg, town_names
from youthpanel.white_papers.layout import EditionInfo, LaidOutEdition, LayoutSection, lay_out
from youthpanel.white_papers.rich_text_tree import Block

FOLDER: Final = Path(__file__).parent


def render_file(content: EditionContent, about: EditionInfo, *, language: str, form: EditionFormat) -> bytes:
    """One file of the edition. Raises TypstError, for example for a character that is missing in the font."""
    layout = lay_out(content, about, language)
    if form == EditionFormat.PDF:
        return _render_pdf(layout)
    from youthpanel.white_papers.documents.docx import render_docx  # noqa: PLC0415 - its library takes 4 MB of memory

    return render_docx(layout)


def _render_pdf(layout: LaidOutEdition) -> bytes:
    """Tagged, with outline, language and title (PDF/UA-1, ISO 14289-1). Reproducible byte by byte."""
    data = {
        "title": layout.title,
        "kind": layout.kind,
        "edition": layout.edition,
        "author": layout.author,
        "brand": layout.brand,
        "publisher": layout.publisher,
        "description": layout.description,
        "lang": "en" if layout.language == ENGLISH else "sr",
        "region": "GB" if layout.language == ENGLISH else "RS",
        "contents_title": layout.contents_title,
        "imprint_title": layout.imprint_title,
        "imprint": [asdict(row) for row in layout.imprint],
        "mark": picture_svg(MARK),
        "picture": picture_svg(COVER_PICTURE),
        "sections": [_section(section, layout.language) for section in layout.sections],
    }
    return typst.compile_pdf(FOLDER / "white_paper.typ", data, created_at=layout.issued_at)


def _section(section: LayoutSection, language: str) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "foreign": section.foreign,
        "whole": section.whole,
        "listed": section.listed,
        "blocks": [_block(block, language) for block in section.blocks],
        "sections": [_section(below, language) for below in section.sections],
    }


def _block(block: Block, language: str) -> Block:
    """Return the block with its drawings."""
    match block["kind"]:
        case "table":
            codes = block["towns"]
            drawn = {
                "svg": render_map_svg(codes),
                "alt": map_alt_text(codes, language),
                "names": ", ".join(town_names(codes, language)),
            }
            return {**block, "map": drawn if codes else None}
        case "chart":
            return {**block, "svg": chart_svg(block["rows"])}
        case "facts" if block["live"]["href"]:
            return {**block, "live": {**block["live"], "svg": qr_svg(block["live"]["href"])}}
    return block
