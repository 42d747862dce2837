"""DOCX of an edition (Office Open XML, ISO/IEC 29500) with semantic headings, lists and tables. Reproducible bytes."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from clicksafely.common.illustrations import picture_svg
from youthpanel.white_papers.documents.drawings import (
    COVER_PICTURE,
    MARK,
    chart_svg,
    qr_png,
    svg_to_png,
)
from youthpanel.white_papers.documents.town_map import map_alt_text, render_map_svg, town_names
from youthpanel.white_papers.layout import LaidOutEdition, LayoutSection
from youthpanel.white_papers.rich_text_tree import Block, TextRun

LANGUAGES: Final = {"sr": "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", "en": "en-GB"}
FONT: Final = "Calibri"
_TEAL: Final = RGBColor(0x0B, 0x55, 0x63)
_INK: Final = RGBColor(0x1B, 0x1F, 0x3B)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def render_docx(layout: LaidOutEdition) -> bytes:
    document = docx.Document()
    _set_up(document, layout)
    _add_cover(document, layout)
    _add_contents(document, layout)
    _add_imprint(document, layout)
    for place, section in enumerate(layout.sections):
        _add_section(document, section, layout.language, new_page=place == 0)
    buffer = io.BytesIO()
    document.save(buffer)
    return _dated_alike(buffer.getvalue())


def _set_up(document: Document, layout: LaidOutEdition) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.subject = layout.title, layout.author, layout.description
    properties.language = LANGUAGES[layout.language]
    properties.comments = properties.keywords = ""
    properties.last_modified_by = layout.author
    properties.created = properties.modified = layout.issued_at.replace(tzinfo=None, microsecond=0)
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
    language.set(qn("w:val"), LANGUAGES[layout.language])
    document.styles["Normal"].font.size = Pt(11)
    for level, size in enumerate((32, 19, 14, 12, 11), 1):
        style = document.styles[f"Heading {level}"]
        style.font.color.rgb, style.font.size = _INK if level == 1 else _TEAL, Pt(size)
    for level in (2, 3):
        style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.element.styleId = f"TOC{level}"
        style.base_style = document.styles["Normal"]
        style.paragraph_format.left_indent = Cm(0.8 * (level - 2))
        style.paragraph_format.space_after = Pt(3)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.4)
    page.different_first_page_header_footer = True
    footer = page.footer.paragraphs[0]
    footer.text = f"{layout.title} · "
    _add_field(footer, "PAGE", "1")


def _add_cover(document: Document, layout: LaidOutEdition) -> None:
    brand = document.add_paragraph()
    _add_picture(brand.add_run(), svg_to_png(picture_svg(MARK)), Cm(1.4), "")
    brand.add_run(f"  {layout.brand}").bold = True
    picture = document.add_paragraph()
    picture.paragraph_format.space_before = picture.paragraph_format.space_after = Pt(36)
    _add_picture(picture.add_run(), svg_to_png(picture_svg(COVER_PICTURE)), Cm(9), "")
    document.add_paragraph(layout.kind, style="Subtitle")
    document.add_heading(layout.title, 1)
    document.add_paragraph(layout.description)
    document.add_paragraph(layout.author)
    document.add_paragraph(layout.edition).add_run().add_break(WD_BREAK.PAGE)


def _add_contents(document: Document, layout: LaidOutEdition) -> None:
    """A table of contents that Word fills with page numbers; until then, links to the headings."""
    document.add_paragraph().add_run(layout.contents_title).bold = True
    entries = list(_listed(layout.sections))
    for place, section in enumerate(entries):
        paragraph = document.add_paragraph(style=f"toc {section.level + 1}")
        if place == 0:
            _add_field_part(paragraph, "begin", dirty=True)
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = ' TOC \\o "2-3" \\h \\z \\u '
            paragraph.add_run()._r.append(instruction)
            _add_field_part(paragraph, "separate")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _bookmark(section))
        run = paragraph.add_run(section.title)
        run._r.addprevious(link)
        link.append(run._r)
        if place == len(entries) - 1:
            _add_field_part(paragraph, "end")


def _listed(sections: list[LayoutSection]) -> Iterator[LayoutSection]:
    for section in sections:
        if section.listed:
            yield section
        yield from _listed(section.sections)


def _bookmark(section: LayoutSection) -> str:
    """Return a name of at most 40 letters, digits and underscores."""
    return f"_{section.anchor.replace('-', '_')}"[:40]


def _add_imprint(document: Document, layout: LaidOutEdition) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.space_before = Pt(24)
    heading.add_run(layout.imprint_title).bold = True
    for row in layout.imprint:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{row.name}: ").bold = True
        paragraph.add_run(f"{row.text} " if row.href else row.text)
        if row.href:
            _link(paragraph, paragraph.add_run(row.href), row.href)


def _add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    _add_field_part(paragraph, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.text = code
    paragraph.add_run()._r.append(instruction)
    _add_field_part(paragraph, "separate")
    paragraph.add_run(shown)
    _add_field_part(paragraph, "end")


def _add_field_part(paragraph: Paragraph, kind: str, *, dirty: bool = False) -> None:
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    if dirty:
        part.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(part)


def _add_picture(run: WordRun, png: bytes, width: Any, alt: str) -> None:
    """A picture with its alternative text; without one it is decorative."""
    drawing = run.add_picture(io.BytesIO(png), width=width)._inline.docPr
    drawing.set("descr", alt)
    if alt:
        return
    extension = parse_xml(
        '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
        '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
        "</a:ext></a:extLst>"
    )
    drawing.append(extension)


# The title has the first level of headings, so sections are one level lower than in their layout.
def _add_section(document: Document, section: LayoutSection, language: str, *, new_page: bool = False) -> None:
    first = len(document.element.body)
    heading = document.add_heading(section.title, section.level + 1)
    heading.paragraph_format.page_break_before = new_page or None
    _add_bookmark(heading, section)
    for block in section.blocks:
        _add_block(document, block, section.level + 1, language)
    if section.whole:
        _keep_together(document, first)
    if section.foreign:
        for element in list(document.element.body)[first - 1 :]:
            for properties in element.iter(qn("w:r")):
                _mark_language(properties, LANGUAGES["sr"])
    for below in section.sections:
        _add_section(document, below, language)


def _add_bookmark(heading: Paragraph, section: LayoutSection) -> None:
    number = str(len(heading.part.element.xpath("//w:bookmarkStart")) + 1)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), number)
    start.set(qn("w:name"), _bookmark(section))
    end.set(qn("w:id"), number)
    heading._p.insert_element_before(start, "w:r")
    heading._p.append(end)


def _keep_together(document: Document, first: int) -> None:
    """Keep the paragraphs added after the element `first` on one page."""
    added = [Paragraph(each, document) for each in list(document.element.body)[first - 1 : -1] if each.tag == qn("w:p")]
    for paragraph in added:
        paragraph.paragraph_format.keep_together = True
    for paragraph in added[:-1]:
        paragraph.paragraph_format.keep_with_next = True


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
            _add_quotation(document, block)
        case "tiles":
            _add_fact(document, " · ".join(f"{number} {noun}" for number, noun in block["rows"]))
        case "brief":
            _add_fact(document, block["text"], block["label"])
        case "table":
            _add_table(document, block["head"], block["rows"])
            if block["towns"]:
                _add_map(document, block["towns"], language)
        case "facts":
            for name, value in block["rows"]:
                _add_fact(document, value, name)
            if (live := block["live"])["href"]:
                _add_picture(document.add_paragraph().add_run(), qr_png(live["href"]), Cm(2.4), live["alt"])
                paragraph = document.add_paragraph()
                _link(paragraph, paragraph.add_run(live["title"]), live["href"])
        case "chart":
            _add_chart(document, block)


def _add_fact(document: Document, text: str, name: str = "") -> None:
    paragraph = document.add_paragraph()
    if name:
        paragraph.add_run(f"{name}: ").bold = True
    paragraph.add_run(text)


def _add_quotation(document: Document, block: Block) -> None:
    paragraph = document.add_paragraph(style="Quote")
    run = paragraph.add_run(block["text"])
    if block["foreign"]:
        _mark_language(run._r, LANGUAGES["sr"])
    if by := ", ".join(part for part in (block["who"], block["note"]) if part):
        paragraph.add_run().add_break()
        paragraph.add_run(f"— {by}")


def _add_chart(document: Document, block: Block) -> None:
    """The chart, and its figures as a table."""
    for text, bold in ((block["title"], True), (block["note"], False)):
        paragraph = document.add_paragraph()
        paragraph.add_run(text).bold = bold
        paragraph.paragraph_format.keep_with_next = True
    picture = document.add_paragraph()
    picture.paragraph_format.keep_with_next = True
    _add_picture(picture.add_run(), svg_to_png(chart_svg(block["rows"])), Cm(9), block["alt"])
    _add_table(document, block["head"], [[row["label"], row["text"]] for row in block["rows"]])


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
    """Return a list numbering that starts at one. Without it Word continues the previous list."""
    numbered = document.styles[style].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    numbering = document.part.numbering_part.numbering_definitions._numbering
    abstract = numbering.num_having_numId(int(numbered.get(qn("w:val")))).abstractNumId.val
    list_instance = numbering.add_num(abstract)
    list_instance.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(list_instance.numId)


def _add_runs(paragraph: Paragraph, runs: list[TextRun]) -> None:
    for run in runs:
        if run["text"] == "\n":
            paragraph.add_run().add_break()
            continue
        word_run = paragraph.add_run(run["text"])
        word_run.bold, word_run.italic = run["strong"] or None, run["em"] or None
        if run["href"]:
            _link(paragraph, word_run, run["href"])


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
        added = table.add_row()
        added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(added.cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _add_map(document: Document, codes: list[str], language: str) -> None:
    drawn = svg_to_png(render_map_svg(codes))
    _add_picture(document.add_paragraph().add_run(), drawn, Cm(6.2), map_alt_text(codes, language))
    document.add_paragraph(", ".join(town_names(codes, language)), style="Caption")


def _mark_language(run: Any, tag: str) -> None:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), tag)
    run.get_or_add_rPr().append(language)


def _dated_alike(package: bytes) -> bytes:
    """Return the same package without timestamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
