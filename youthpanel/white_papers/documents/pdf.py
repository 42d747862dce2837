"""PDF of an edition: tagged, with outline, language and title (PDF/UA-1, ISO 14289-1). Reproducible byte by byte."""

from pathlib import Path
from typing import Any, Final

from clicksafely.common.documents import typst
from youthpanel.white_papers.documents.town_map import map_alt_text, render_map_svg, town_names
from youthpanel.white_papers.layout import LaidOutEdition, LayoutSection
from youthpanel.white_papers.rich_text_tree import Block

FOLDER: Final = Path(__file__).parent


def render_pdf(laid: LaidOutEdition) -> bytes:
    """The PDF. Raises TypstError, for example for a character that is missing in the font."""
    data = {
        "title": laid.title,
        "under": laid.under,
        "author": laid.author,
        "description": laid.description,
        "lang": "en" if laid.language == "en" else "sr",
        "region": "GB" if laid.language == "en" else "RS",
        "contents_title": laid.contents_title,
        "sections": [_section(section, laid.language) for section in laid.sections],
    }
    return typst.compile_pdf(FOLDER / "white_paper.typ", data, made_at=laid.issued_at)


def _section(section: LayoutSection, language: str) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "foreign": section.foreign,
        "blocks": [_block(block, language) for block in section.blocks],
        "sections": [_section(below, language) for below in section.sections],
    }


def _block(block: Block, language: str) -> Block:
    if block["kind"] != "map":
        return block
    codes = block["towns"]
    drawn = {
        "svg": render_map_svg(codes),
        "alt": map_alt_text(codes, language),
        "names": ", ".join(town_names(codes, language)),
    }
    return {"kind": "map", **drawn}
