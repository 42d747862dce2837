"""Renders a sheet in a language as PDF (PDF/UA-1, by Typst) and DOCX (Office Open XML, ISO/IEC 29500)."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.html import escape

from awareness.topics.sheets.pictures import picture_alt
from clicksafely.common.documents import typst
from clicksafely.common.i18n.language import ENGLISH, SERBIAN
from clicksafely.common.illustrations import picture_svg
from clicksafely.common.serbian.scripts import to_script

FOLDER: Final = Path(__file__).parent
OFFICE_LANGUAGES: Final = {"sr": "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", "en": "en-GB"}
NORMAL_SIZE: Final = 11.5
# The height of an empty cell in centimetres.
EMPTY_CELL: Final = 0.65
# Of the text of a page in a DOCX, in twentieths of a point.
PAGE_WIDTH: Final = 9600
CENTRE: Final = {
    "sr": "Кликни безбедно · Центар за безбеднији интернет Србије · CC BY 4.0",
    "en": "Click Safely · Safer Internet Centre of Serbia · CC BY 4.0",
}

# A sheet has a title, a subtitle and parts, in both languages (`title_sr`), and may have a picture of the static files and a `size` of
# its letters in points. Its layout is a Typst file in this folder ("sheet", "poster", "slides", "cards"). A part is a heading, text, list,
# steps, check list, table (`columns` a row, with relative `widths`, `tall` centimetres of an empty cell), lines to write on, box to draw
# in, box, lines to sign, picture, or card to cut out; in a PDF also the instruction or the choices of a question.
type Sheet = Mapping[str, Any]


def as_pdf(sheet: Sheet, language: str, *, now: datetime) -> bytes:
    """Return the sheet in `language` (a code of LANGUAGES). Raises typst.TypstError."""
    return as_joined_pdf(sheet, [sheet], language, now=now)


def as_joined_pdf(about: Sheet, sheets: Sequence[Sheet], language: str, *, now: datetime) -> bytes:
    """Return the sheets in `language` (a code of LANGUAGES) as one document with title and subtitle of `about`. Raises typst.TypstError."""
    data = {**_head(about, language), "sheets": [_laid_out(sheet, language) for sheet in sheets]}
    return typst.compile_pdf(FOLDER / "document.typ", data, created_at=now)


def _laid_out(sheet: Sheet, language: str) -> dict[str, Any]:
    return {
        **_head(sheet, language),
        "layout": sheet.get("layout", "sheet"),
        "parts": [
            {
                "kind": part["kind"],
                **_texts(part, language),
                "columns": part.get("columns", 2),
                "widths": part.get("widths", []),
                "lines": part.get("lines", 3),
                "tall": part.get("tall", EMPTY_CELL),
                "picture": _picture(part, language),
            }
            for part in sheet["parts"]
        ],
    }


def written_language(language: str) -> str:
    """Return the language of the texts ("sr", "en") for a code of LANGUAGES."""
    return ENGLISH if language == ENGLISH else SERBIAN


def _head(sheet: Sheet, language: str) -> dict[str, Any]:
    written = written_language(language)
    return {
        "title": to_script(sheet[f"title_{written}"], language),
        "under": to_script(sheet[f"under_{written}"], language),
        "centre": to_script(CENTRE[written], language),
        "language": written,
        "script": "cyrl" if language == SERBIAN else "latn",
        "picture": _picture(sheet, language),
        "size": sheet.get("size", NORMAL_SIZE),
    }


def _texts(part: Mapping[str, Any], language: str) -> dict[str, Any]:
    written = written_language(language)
    return {
        "text": to_script(part.get(f"text_{written}", ""), language),
        "items": [to_script(item, language) for item in part.get(f"items_{written}", [])],
    }


def _picture(part: Mapping[str, Any], language: str) -> dict[str, str] | None:
    """Return the drawing as SVG and its alternative text."""
    if "picture" not in part:
        return None
    return {"svg": picture_svg(part["picture"]), "alt": picture_alt(part["picture"], language)}


def as_docx(sheet: Sheet, language: str) -> bytes:
    """Return the sheet in `language` (a code of LANGUAGES), editable in any office program. Pictures are left out."""
    body = "".join(_paragraphs(sheet, language))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _PACKAGE.items():
            package.writestr(name, content)
        package.writestr("word/styles.xml", _STYLES.replace("LANG", OFFICE_LANGUAGES[language]))
        package.writestr("word/document.xml", f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()


def _paragraphs(sheet: Sheet, language: str) -> Iterator[str]:
    head = _head(sheet, language)
    yield _paragraph(head["title"], "Title")
    yield _paragraph(head["under"], "Subtitle")
    for part in sheet["parts"]:
        kind, (text, items) = part["kind"], _texts(part, language).values()
        match kind:
            case "heading":
                yield _paragraph(text, "Heading1")
            case "text" | "box":
                yield _paragraph(text, "Box" if kind == "box" else "Normal")
            case "list" | "check":
                yield from (_paragraph(f"{'☐' if kind == 'check' else '•'}  {item}", "Item") for item in items)
            case "steps":
                yield from (_paragraph(f"{number}.  {item}", "Item") for number, item in enumerate(items, 1))
            case "table":
                columns = part.get("columns", 2)
                rows = [items[start : start + columns] for start in range(0, len(items), columns)]
                yield _table(rows, part.get("widths") or [1] * columns)
            case "drawing":
                yield _table([[""]], [1], height=part.get("lines", 3) * 400)
            case "lines":
                yield from (_paragraph("_" * 72, "Normal") for _line in range(part.get("lines", 3)))
            case "sign":
                yield from (_paragraph(f"{item}:  {'_' * 40}", "Item") for item in items)
    yield _paragraph(head["centre"], "Subtitle")


def _paragraph(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float], *, height: int = 0) -> str:
    """Return a table as wide as the page, with a header row. `height` is that of a row in twentieths of a point."""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="7D7869"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    wide = [round(PAGE_WIDTH * width / sum(widths)) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in wide)
    tall = f'<w:trHeight w:val="{height}"/>' if height else ""
    body = "".join(
        f"<w:tr><w:trPr>{tall}{'<w:tblHeader/>' if number == 0 and len(rows) > 1 else ''}</w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, "Normal")}</w:tc>'
            for cell, width in zip(row, wide, strict=True)
        )
        + "</w:tr>"
        for number, row in enumerate(rows)
    )
    borders = f'<w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{borders}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>{_paragraph('', 'Normal')}"


_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_P: Final = "http://schemas.openxmlformats.org/package/2006"
_O: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE: Final = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_P}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="r1" Type="{_O}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="r1" Type="{_O}/styles" Target="styles.xml"/></Relationships>',
}


def _style(name: str, run: str, paragraph: str = "", *, shown: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown or name}"/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_STYLES: Final = (
    f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
    '<w:sz w:val="24"/><w:lang w:val="LANG"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    + _style("Normal", "")
    + _style("Title", '<w:b/><w:color w:val="0B5563"/><w:sz w:val="48"/>')
    + _style("Subtitle", '<w:color w:val="444866"/><w:sz w:val="22"/>', '<w:spacing w:after="240"/>')
    + _style("Heading1", '<w:b/><w:sz w:val="30"/>', '<w:keepNext/><w:spacing w:before="280"/><w:outlineLvl w:val="0"/>', shown="heading 1")
    + _style("Item", "", '<w:ind w:left="360" w:hanging="360"/>')
    + _style("Box", "", '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="FFC845"/></w:pBdr>')
    + "</w:styles>"
)  # fmt: skip
