"""DOCX of an edition (Office Open XML, ISO/IEC 29500) with semantic headings, lists and tables. Reproducible byte by byte."""

import io
import zipfile
from typing import Any, Final

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from youthpanel.white_papers.documents.town_map import map_alt_text, render_map_png, town_names
from youthpanel.white_papers.layout import LaidOutEdition, LayoutSection
from youthpanel.white_papers.rich_text_tree import Block, TextRun

LANGUAGES: Final = {"sr": "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", "en": "en-GB"}
FONT: Final = "Calibri"
_TEAL: Final = RGBColor(0x0B, 0x55, 0x63)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def render_docx(laid: LaidOutEdition) -> bytes:
    document = docx.Document()
    _set_up(document, laid)
    document.add_paragraph(laid.title, style="Title")
    document.add_paragraph(laid.under, style="Subtitle")
    for section in laid.sections:
        _add_section(document, section, laid.language)
    made = io.BytesIO()
    document.save(made)
    return _dated_alike(made.getvalue())


def _set_up(document: Document, laid: LaidOutEdition) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.subject = laid.title, laid.author, laid.description
    properties.language = LANGUAGES[laid.language]
    properties.comments = properties.keywords = ""
    properties.last_modified_by = laid.author
    properties.created = properties.modified = laid.issued_at.replace(tzinfo=None, microsecond=0)
    package = document.part.package.rels
    for key in [key for key, relation in package.items() if relation.reltype.endswith("/thumbnail")]:
        # Remove the thumbnail of the library's template.
        del package[key]
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is not None:
            fonts.attrib.clear()
            for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{kind}"), FONT)
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    language.attrib.clear()
    language.set(qn("w:val"), LANGUAGES[laid.language])
    document.styles["Normal"].font.size = Pt(11)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        document.styles[name].font.color.rgb = _TEAL
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.4)
    page.footer.paragraphs[0].text = f"{laid.author} · {laid.title}"


def _add_section(document: Document, section: LayoutSection, language: str) -> None:
    first = len(document.element.body)
    document.add_heading(section.title, section.level)
    for block in section.blocks:
        _add_block(document, block, section.level, language)
    if section.foreign:
        for element in list(document.element.body)[first - 1 :]:
            for properties in element.iter(qn("w:r")):
                _mark_language(properties, LANGUAGES["sr"])
    for below in section.sections:
        _add_section(document, below, language)


def _add_block(
    document: Document, block: Block, level: int, language: str, *, style: str | None = None, depth: int = 0
) -> None:
    match block["kind"]:
        case "p":
            _add_runs(document.add_paragraph(style=style), block["runs"])
        case "h":
            _add_runs(document.add_heading(level=level + block["level"]), block["runs"])
        case "ul" | "ol":
            _add_list(document, block, level, language, depth)
        case "quote":
            for part in block["blocks"]:
                _add_block(document, part, level, language, style="Intense Quote")
        case "said":
            who = f"\n— {block['who']}" if block["who"] else ""
            document.add_paragraph(
                f"„{block['text']}“{who}" if language != "en" else f"“{block['text']}”{who}", style="Quote"
            )
        case "table":
            _add_table(document, block["head"], block["rows"])
        case "facts":
            for name, value in block["rows"]:
                paragraph = document.add_paragraph()
                paragraph.add_run(f"{name}: ").bold = True
                paragraph.add_run(value)
        case "map":
            _add_map(document, block["towns"], language)


def _add_list(document: Document, block: Block, level: int, language: str, depth: int) -> None:
    kind = "List Bullet" if block["kind"] == "ul" else "List Number"
    style = kind if depth == 0 else f"{kind} {min(depth, 2) + 1}"
    number = _new_numbering(document, style) if block["kind"] == "ol" else None
    for item in block["items"]:
        for place, part in enumerate(item):
            if part["kind"] == "p":
                paragraph = document.add_paragraph(style=style if place == 0 else "List Continue")
                _add_runs(paragraph, part["runs"])
                if number is not None and place == 0:
                    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
            else:
                _add_block(document, part, level, language, depth=depth + 1)


def _new_numbering(document: Document, style: str) -> int:
    """A list numbering that starts at one. Without it Word continues the previous list."""
    numbered = document.styles[style].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    numbering = document.part.numbering_part.numbering_definitions._numbering
    abstract = numbering.num_having_numId(int(numbered.get(qn("w:val")))).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def _add_runs(paragraph: Paragraph, runs: list[TextRun]) -> None:
    for run in runs:
        if run["text"] == "\n":
            paragraph.add_run().add_break()
            continue
        made = paragraph.add_run(run["text"])
        made.bold, made.italic = run["strong"] or None, run["em"] or None
        if run["href"]:
            _link(paragraph, made, run["href"])


def _link(paragraph: Paragraph, run: WordRun, href: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.font.underline, run.font.color.rgb = True, _TEAL
    run._r.addprevious(link)
    link.append(run._r)


def _add_table(document: Document, head: list[str], rows: list[list[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    # Repeat the header row on every page.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _add_map(document: Document, codes: list[str], language: str) -> None:
    picture = document.add_picture(io.BytesIO(render_map_png(codes)), width=Cm(6.2))
    picture._inline.docPr.set("descr", map_alt_text(codes, language))
    document.add_paragraph(", ".join(town_names(codes, language)), style="Caption")


def _mark_language(run: Any, tag: str) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    run.get_or_add_rPr().append(language)


def _dated_alike(package: bytes) -> bytes:
    """The same package without timestamps."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
