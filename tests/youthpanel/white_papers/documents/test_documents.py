"""PDF and DOCX of an edition, checked by independent libraries: PDF/UA-1 (ISO 14289-1), Office Open XML (ISO/IEC 29500)."""

import ctypes
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree

import mammoth
import pypdfium2
import pytest
from pypdfium2 import raw

from clicksafely.common.documents.office_files import document_type
from tests.factories.papers import both, content
from tests.pdf_ua import breaches, inflated
from youthpanel.models import EditionFormat
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.layout import EditionInfo, lay_out

ABOUT = EditionInfo(2, datetime(2026, 10, 1, 10, tzinfo=UTC), both("Исправљен наслов.", "A title mended."))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CYRILLIC = re.compile(r"[\u0400-\u04ff]")


@cache
def edition_file(language: str, form: str) -> bytes:
    return render_file(content(), ABOUT, language=language, form=EditionFormat(form))


def elements(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, str]]:
    """Type and alternative text of every structure element, page by page, in reading order."""

    def text_of(function: Any, element: Any) -> str:
        size = function(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        function(element, buffer, size)
        return buffer.raw[:size].decode("utf-16-le").rstrip("\0")

    def walk(element: Any) -> Iterator[tuple[str, str]]:
        yield text_of(raw.FPDF_StructElement_GetType, element), text_of(raw.FPDF_StructElement_GetAltText, element)
        for place in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                yield from walk(child)

    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page)
        for place in range(raw.FPDF_StructTree_CountChildren(tree)):
            yield from walk(raw.FPDF_StructTree_GetChildAtIndex(tree, place))
        raw.FPDF_StructTree_Close(tree)


def test_the_pdf_is_tagged_with_headings_tables_alternative_texts_and_metadata() -> None:
    pdf = edition_file("sr-latn", "pdf")
    document = pypdfium2.PdfDocument(pdf)
    assert raw.FPDFCatalog_IsTagged(document)
    inside = inflated(pdf)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert re.search(rb"/Lang\s*\(sr-RS\)", inside)
    assert document.get_metadata_dict()["Title"] == "Pitajte nas"
    found = list(elements(document))
    kinds = [kind for kind, _alt in found]
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "TH", "TD", "Figure", "Link", "TOC", "TOCI"} <= set(kinds)
    a_map, qr, chart = (alt for kind, alt in found if kind == "Figure")
    assert "Niš, Subotica" in a_map
    assert "QR" in qr
    assert "svakog dana: 12 (57" in chart
    # The title is the only heading of the first level.
    assert kinds.count("H1") == 1
    outline = [(item.level, item.get_title()) for item in document.get_toc()]
    assert [title for level, title in outline if level == 0] == ["Pitajte nas"]
    text = "\n".join(page_texts(pdf))
    layout = lay_out(content(), ABOUT, "sr-latn")
    assert all(words.replace("\u00a0", " ") in text for words in (layout.brand, layout.author, layout.edition))
    assert all(row.text.replace("\u00a0", " ") in text for row in layout.imprint)
    assert not CYRILLIC.search(text)
    assert "Ljubav i njiva" in text
    # A hidden figure is not said to be small, and the next larger one is hidden too.
    assert text.count("ne objavljuje se") >= 2


@pytest.mark.parametrize("language", ["sr", "en"])
def test_the_pdf_keeps_every_rule_of_pdf_ua_that_a_machine_can_check(language: str) -> None:
    pdf = edition_file(language, "pdf")
    assert breaches(pdf) == []
    assert "PDFUA1-TEXT-LANGUAGE-001" in breaches(pdf.replace(b"/Lang", b"/Gnal"))


def page_texts(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def test_the_docx_has_headings_tables_language_contents_and_links(tmp_path: Any) -> None:
    docx = edition_file("sr", "docx")
    path = tmp_path / "paper.docx"
    path.write_bytes(docx)
    assert document_type(path).endswith("wordprocessingml.document")
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        core = package.read("docProps/core.xml").decode()
        styles = ElementTree.fromstring(package.read("word/styles.xml"))  # noqa: S314 - our own file
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314
        relations = package.read("_rels/.rels").decode()
        assert all(name in package.namelist() for name in re.findall(r'Target="([^"]+)"', relations))
    assert "<dc:language>sr-Cyrl-RS</dc:language>" in core
    assert [tag.get(f"{W}val") for tag in styles.iter(f"{W}lang")] == ["sr-Cyrl-RS"]
    used = [style.get(f"{W}val") for style in body.iter(f"{W}pStyle")]
    assert {"Heading1", "Heading2", "Heading3", *used} <= {
        style.get(f"{W}styleId") for style in styles.iter(f"{W}style")
    }
    assert used.index("Heading1") < used.index("TOC2") < used.index("Heading2")
    assert len(list(body.iter(f"{W}tblHeader"))) == len(list(body.iter(f"{W}tbl"))) == 3
    # Each list begins with one.
    assert len({number.get(f"{W}val") for number in body.iter(f"{W}numId")}) == 2
    marks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    links = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert len(links) == len(set(links)) >= 9
    assert set(links) <= set(marks)
    assert len(marks) == len(set(marks))
    read = mammoth.convert_to_html(io.BytesIO(docx))
    assert [message for message in read.messages if message.type != "warning"] == []
    assert re.findall("<h1>(.*?)</h1>", re.sub("<a id=.*?</a>", "", read.value)) == ["Питајте нас"]
    assert re.search(r'<img alt="[^"]*Суботица[^"]*"', read.value)
    assert '<a href="https://klik.example.org/sr/youth-panel/recommendations/cas/">' in read.value


@pytest.mark.parametrize(
    ("quoted", "language", "printed"),
    [
        (both("Питајте и мене.", "Ask me too."), "sr", "„Питајте и мене.“ — Јеж"),
        (both("Питајте и мене.", "“Ask me too.”"), "en", "“Ask me too.” — Jež, translated from Serbian"),
        (both("„Питајте и мене.“"), "en", "„Питајте и мене.“ — Jež, in Serbian"),
    ],
)
def test_quotation_marks_a_note_on_translation_and_the_order_of_towns(quoted: Any, language: str, printed: str) -> None:
    figures: Any = {**content()["figures"], "town_codes": ["cacak", "ljubovija", "loznica"]}
    paper = content(quotations=[{"text": quoted, "pseudonym": "Јеж"}], figures=figures)
    docx = render_file(paper, ABOUT, language=language, form=EditionFormat.DOCX)
    words = " ".join(mammoth.extract_raw_text(io.BytesIO(docx)).value.split())
    assert printed in words.replace("“— ", "“ — ").replace("”— ", "” — ")
    towns = {"sr": "Лозница, Љубовија, Чачак", "en": "Čačak, Ljubovija, Loznica"}
    assert towns[language] in words
    assert not re.search(r"\d%", words)


def test_texts_are_not_interpreted_as_markup() -> None:
    nasty = "#panic() *a* _b_ $x$ @c <d> \\e `f` // g"
    made_of = content(title=both(nasty, nasty), foreword=both('<p>#import "x" $1$</p>'))
    document = pypdfium2.PdfDocument(render_file(made_of, ABOUT, language="sr", form=EditionFormat.PDF))
    assert document.get_metadata_dict()["Title"] == nasty
