"""PDF and DOCX of an edition, checked by independent libraries: PDF/UA-1 (ISO 14289-1), Office Open XML (ISO/IEC 29500)."""

import ctypes
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree

import mammoth
import page as pdf_ua
import pypdfium2
import pytest
from pypdfium2 import raw

from clicksafely.common.documents.office_files import document_type
from tests.factories.papers import both, content
from youthpanel.models import EditionFormat
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.layout import EditionInfo

ABOUT = EditionInfo(2, datetime(2026, 10, 1, 10, tzinfo=UTC), both("Исправљен наслов.", "A title mended."))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LANGUAGES = {"sr": "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", "en": "en-GB"}
TITLES = {"sr": "Питајте нас", "sr-latn": "Pitajte nas", "en": "Ask us"}
every_language = pytest.mark.parametrize("language", list(LANGUAGES))


@cache
def made(language: str, form: str) -> bytes:
    return render_file(content(), ABOUT, language=language, form=EditionFormat(form))


def inflated(pdf: bytes) -> bytes:
    """The content of all compressed streams."""
    out = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(out)


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


@every_language
def test_the_pdf_is_tagged_and_says_what_it_is(language: str) -> None:
    pdf = made(language, "pdf")
    inside = inflated(pdf)
    document = pypdfium2.PdfDocument(pdf)
    assert raw.FPDFCatalog_IsTagged(document)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert re.search(rb"/DisplayDocTitle true", inside)
    assert re.search(rb"/Lang\s*\(%s\)" % (b"en-GB" if language == "en" else b"sr-RS"), inside)
    assert document.get_metadata_dict()["Title"] == TITLES[language]
    assert f"{TITLES[language]}</rdf:li>".encode() in inside
    assert b"/Type0" in inside
    assert b"/FontFile" in inside


def breaches(pdf: bytes) -> list[str]:
    """Violations of PDF/UA-1, by a validator that is tested with the corpus of veraPDF."""
    report = pdf_ua.validate_pdf_bytes(pdf, profile="ua1")
    assert report.rules.total > 100
    return sorted({failure.rule_id for failure in report.failures})


@every_language
def test_the_pdf_keeps_every_rule_of_pdf_ua_that_a_machine_can_check(language: str) -> None:
    assert breaches(made(language, "pdf")) == []


def test_that_validator_notices_what_is_missing() -> None:
    pdf = made("sr", "pdf")
    assert "PDFUA1-TEXT-LANGUAGE-001" in breaches(pdf.replace(b"/Lang", b"/Gnal"))
    assert "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001" in breaches(pdf.replace(b"/Alt", b"/Tla"))


@every_language
def test_the_pdf_has_headings_lists_table_heads_and_an_alternative_text(language: str) -> None:
    document = pypdfium2.PdfDocument(made(language, "pdf"))
    found = list(elements(document))
    kinds = [kind for kind, _alt in found]
    assert {"H1", "H2", "P", "L", "LI", "Table", "TH", "TD", "Figure", "Link"} - (
        {"Link"} if language == "en" else set()
    ) <= set(kinds)
    alternatives = [alt for kind, alt in found if kind == "Figure"]
    assert len(alternatives) == 1
    assert ("Суботица" if language == "sr" else "Subotica") in alternatives[0]
    outline = [item.get_title() for item in document.get_toc()]
    assert len(outline) >= 7
    assert any(title.startswith("1. ") for title in outline)


@every_language
def test_each_script_is_whole(language: str) -> None:
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made(language, "pdf")))
    words = mammoth.extract_raw_text(io.BytesIO(made(language, "docx"))).value
    if language == "sr-latn":
        assert not CYRILLIC.search(text)
        assert not CYRILLIC.search(words)
    needed = {
        "sr": ("Љубав и њива", "Јеж"),
        "sr-latn": ("Ljubav i njiva", "Jež"),
        "en": ("We want a lesson.", "Ask me too."),
    }
    for word in needed[language]:
        assert word in " ".join(text.split())
        assert word in words


@every_language
def test_the_docx_is_read_as_headings_lists_and_tables(language: str) -> None:
    read = mammoth.convert_to_html(io.BytesIO(made(language, "docx")))
    assert [message for message in read.messages if message.type != "warning"] == []
    html = read.value
    assert len(re.findall("<h1>", html)) == 7 + (language == "en") * 0
    assert "<h2>" in html
    assert html.count("<thead>") == 2
    assert re.search(r'<img alt="[^"]*(Суботица|Subotica)[^"]*"', html)
    assert html.count("<ol>") >= 1
    assert language == "en" or '<a href="https://example.org/">' in html


@every_language
def test_the_docx_says_title_and_language_and_numbers_lists_anew(language: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(language, "docx"))) as package:
        core = package.read("docProps/core.xml").decode()
        styles = ElementTree.fromstring(package.read("word/styles.xml"))  # noqa: S314 - our own file
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314
        relations = package.read("_rels/.rels").decode()
        assert all(name in package.namelist() for name in re.findall(r'Target="([^"]+)"', relations))
    assert f">{TITLES[language]}</dc:title>" in core
    assert f"<dc:language>{LANGUAGES[language]}</dc:language>" in core
    assert [tag.get(f"{W}val") for tag in styles.iter(f"{W}lang")] == [LANGUAGES[language]]
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    used = [style.get(f"{W}val") for style in body.iter(f"{W}pStyle")]
    assert set(used) <= known
    assert {"Title", "Heading1", "Heading2"} <= set(used)
    assert len(list(body.iter(f"{W}tblHeader"))) == len(list(body.iter(f"{W}tbl"))) == 2
    numbered = [number.get(f"{W}val") for number in body.iter(f"{W}numId")]
    assert len(set(numbered)) == 2


def test_a_text_without_english_is_marked_as_serbian_in_an_english_docx() -> None:
    with zipfile.ZipFile(io.BytesIO(made("en", "docx"))) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314 - our own file
    marked = {
        "".join(text.text or "" for text in run.iter(f"{W}t")): [tag.get(f"{W}val") for tag in run.iter(f"{W}lang")]
        for run in body.iter(f"{W}r")
    }
    assert marked["изнова"] == ["sr-Cyrl-RS"]
    assert marked["Hello."] == []


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_same_edition_gives_the_same_bytes(form: str) -> None:
    again = render_file(content(), ABOUT, language="sr", form=EditionFormat(form))
    assert again == made("sr", form)


def test_the_docx_passes_the_check_of_documents_that_strangers_send(tmp_path: Any) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(made("sr", "docx"))
    assert document_type(path).endswith("wordprocessingml.document")


def test_nothing_that_somebody_wrote_is_taken_for_a_command() -> None:
    nasty = "#panic() *a* _b_ $x$ @c <d> \\e `f` // g"
    made_of = content(title=both(nasty, nasty), foreword=both('<p>#import "x" $1$</p>'))
    document = pypdfium2.PdfDocument(render_file(made_of, ABOUT, language="sr", form=EditionFormat.PDF))
    assert document.get_metadata_dict()["Title"] == nasty
