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
from clicksafely.common.serbian.transliteration import to_latin
from tests.factories.papers import both, content
from tests.pdf_ua import breaches, inflated
from youthpanel.models import EditionFormat
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.layout import EditionInfo, lay_out

ABOUT = EditionInfo(2, datetime(2026, 10, 1, 10, tzinfo=UTC), both("Исправљен наслов.", "A title mended."))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LANGUAGES = {"sr": "sr-Cyrl-RS", "sr-latn": "sr-Latn-RS", "en": "en-GB"}
TITLES = {"sr": "Питајте нас", "sr-latn": "Pitajte nas", "en": "Ask us"}
every_language = pytest.mark.parametrize("language", list(LANGUAGES))


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


@every_language
def test_the_pdf_is_tagged_and_has_its_metadata(language: str) -> None:
    pdf = edition_file(language, "pdf")
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


@every_language
def test_the_pdf_keeps_every_rule_of_pdf_ua_that_a_machine_can_check(language: str) -> None:
    assert breaches(edition_file(language, "pdf")) == []


def test_validator_finds_missing_parts() -> None:
    pdf = edition_file("sr", "pdf")
    assert "PDFUA1-TEXT-LANGUAGE-001" in breaches(pdf.replace(b"/Lang", b"/Gnal"))
    assert "PDFUA1-FIGURE-ALTERNATIVE-TEXT-001" in breaches(pdf.replace(b"/Alt", b"/Tla"))


@every_language
def test_the_pdf_has_headings_lists_table_heads_and_an_alternative_text(language: str) -> None:
    document = pypdfium2.PdfDocument(edition_file(language, "pdf"))
    found = list(elements(document))
    kinds = [kind for kind, _alt in found]
    assert {"H1", "H2", "H3", "P", "L", "LI", "Table", "TH", "TD", "Figure", "Link", "TOC", "TOCI"} <= set(kinds)
    alternatives = [alt for kind, alt in found if kind == "Figure"]
    a_map, qr, chart = alternatives
    assert ("Ниш, Суботица" if language == "sr" else "Niš, Subotica") in a_map
    assert "QR" in qr
    assert {"sr": "сваког дана: 12 (57", "sr-latn": "svakog dana: 12 (57", "en": "every day: 12 (57"}[language] in chart
    outline = [(item.level, item.get_title()) for item in document.get_toc()]
    assert len(outline) >= 10
    assert any(title.startswith("1. ") for _level, title in outline)
    # The title is the only heading of the first level.
    assert kinds.count("H1") == 1
    assert [title for level, title in outline if level == 0] == [TITLES[language]]


@every_language
def test_each_script_is_whole(language: str) -> None:
    text = "\n".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(edition_file(language, "pdf"))
    )
    words = mammoth.extract_raw_text(io.BytesIO(edition_file(language, "docx"))).value
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
    read = mammoth.convert_to_html(io.BytesIO(edition_file(language, "docx")))
    assert [message for message in read.messages if message.type != "warning"] == []
    html = read.value
    assert re.findall("<h1>(.*?)</h1>", re.sub("<a id=.*?</a>", "", html)) == [TITLES[language]]
    assert len(re.findall("<h2>", html)) == 9
    assert "<h3>" in html
    # Recommendations, figures of the panel, figures of a chart.
    assert html.count("<thead>") == 3
    assert re.search(r'<img alt="[^"]*(Суботица|Subotica)[^"]*"', html)
    assert len(re.findall(r'<img alt="[^"]*QR ', html)) == 1
    assert html.count("<ol>") >= 1
    assert language == "en" or '<a href="https://example.org/">' in html
    assert f'<a href="https://klik.example.org/{language}/youth-panel/recommendations/cas/">' in html


@every_language
def test_the_docx_has_title_and_language_and_restarts_list_numbers(language: str) -> None:
    with zipfile.ZipFile(io.BytesIO(edition_file(language, "docx"))) as package:
        core = package.read("docProps/core.xml").decode()
        styles = ElementTree.fromstring(package.read("word/styles.xml"))  # noqa: S314 - our own file
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314
        relations = package.read("_rels/.rels").decode()
        assert all(name in package.namelist() for name in re.findall(r'Target="([^"]+)"', relations))
    assert f">{TITLES[language]}</dc:title>" in core
    assert f"<dc:language>{LANGUAGES[language]}</dc:language>" in core
    assert [tag.get(f"{W}val") for tag in styles.iter(f"{W}lang")] == [LANGUAGES[language]]
    style_ids = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    used = [style.get(f"{W}val") for style in body.iter(f"{W}pStyle")]
    assert set(used) <= style_ids
    assert {"Heading1", "Heading2", "Heading3"} <= set(used)
    assert used.count("Heading1") == 1
    assert len(list(body.iter(f"{W}tblHeader"))) == len(list(body.iter(f"{W}tbl"))) == 3
    numbered = [number.get(f"{W}val") for number in body.iter(f"{W}numId")]
    assert len(set(numbered)) == 2


def test_a_text_without_english_is_marked_as_serbian_in_an_english_docx() -> None:
    with zipfile.ZipFile(io.BytesIO(edition_file("en", "docx"))) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314 - our own file
    marked = {
        "".join(text.text or "" for text in run.iter(f"{W}t")): [tag.get(f"{W}val") for tag in run.iter(f"{W}lang")]
        for run in body.iter(f"{W}r")
    }
    assert marked["изнова"] == ["sr-Cyrl-RS"]
    assert marked["Hello."] == []


def page_texts(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


@every_language
def test_the_docx_has_a_cover_and_a_table_of_contents_with_a_link_to_every_listed_heading(language: str) -> None:
    with zipfile.ZipFile(io.BytesIO(edition_file(language, "docx"))) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314 - our own file
    paragraphs = list(body.iter(f"{W}p"))
    styles = [style.get(f"{W}val") for style in body.iter(f"{W}pStyle")]
    instruction = next(text.text or "" for text in body.iter(f"{W}instrText"))
    assert instruction.split() == ["TOC", "\\o", '"2-3"', "\\h", "\\z", "\\u"]
    fields = [part.get(f"{W}fldCharType") for part in body.iter(f"{W}fldChar")]
    assert fields == ["begin", "separate", "end"]
    marks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    links = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert len(links) == len(set(links)) >= 9
    assert set(links) <= set(marks)
    assert len(marks) == len(set(marks))
    assert styles.index("Heading1") < styles.index("TOC2") < styles.index("Heading2")
    with_break = next(
        place for place, each in enumerate(paragraphs) if each.find(f".//{W}br[@{W}type='page']") is not None
    )
    assert with_break < 10


@every_language
def test_the_pdf_has_a_cover_and_an_imprint(language: str) -> None:
    cover, second, *_rest = page_texts(edition_file(language, "pdf"))
    layout = lay_out(content(), ABOUT, language)
    for words in (layout.brand, layout.kind, layout.title, layout.description, layout.author, layout.edition):
        assert words.replace("\u00a0", " ") in cover
    assert second.index(layout.contents_title) < second.index(layout.imprint_title)
    for row in layout.imprint:
        assert f"{row.name}: {row.text}".replace("\u00a0", " ") in second
    assert "klik.example.org" in second
    assert "creativecommons.org/licenses/by/4.0" in second.replace("\u200b", "").replace("\ufffe", "")
    pdf = pypdfium2.PdfDocument(edition_file(language, "pdf"))
    drawn = [sum(1 for each in page.get_objects(max_depth=9) if each.type == raw.FPDF_PAGEOBJ_PATH) for page in pdf]
    # The mark and the picture of the cover.
    assert drawn[0] > 20 > drawn[1]


@every_language
def test_the_summary_fits_on_one_page(language: str) -> None:
    row = content()["recommendations"][0]
    names = [f"{row['title'][language if language == 'en' else 'sr']} {letter}" for letter in "абвгдежзијкл"]
    rows = [
        {**row, "id": n, "number": n, "slug": f"r-{n}", "title": both(name, name)} for n, name in enumerate(names, 1)
    ]
    pages = page_texts(render_file(content(recommendations=rows), ABOUT, language=language, form=EditionFormat.PDF))
    summary = lay_out(content(), ABOUT, language).sections[0]
    [page] = [page for page in pages[2:] if page.startswith(summary.title)]
    assert all(f"{noun} " in f"{page} " for _number, noun in summary.blocks[0]["rows"])
    ends = [f"{name}" if language != "sr-latn" else to_latin(name) for name in names]
    assert all(page.count(end) == 1 for end in ends)


@every_language
def test_each_recommendation_has_the_qr_code_of_its_page(language: str) -> None:
    row = content()["recommendations"][0]
    rows = [{**row, "id": number, "number": number, "slug": f"r-{number}"} for number in range(1, 5)]
    layout = lay_out(content(recommendations=rows), ABOUT, language)
    [recommendations] = [section for section in layout.sections if section.anchor == "recommendations"]
    facts = [section.blocks[-1] for section in recommendations.sections]
    assert [each["live"]["href"] for each in facts] == [
        f"https://klik.example.org/{language}/youth-panel/recommendations/r-{number}/" for number in range(1, 5)
    ]
    assert all(section.whole for section in recommendations.sections)
    pdf = render_file(content(recommendations=rows), ABOUT, language=language, form=EditionFormat.PDF)
    assert sum("QR" in alt for kind, alt in elements(pypdfium2.PdfDocument(pdf)) if kind == "Figure") == 4
    links = inflated(pdf).decode("latin-1")
    assert all(f"recommendations/r-{number}/" in links for number in range(1, 5))


NOUNS = {
    "sr": {1: "члан", 2: "члана", 5: "чланова", 11: "чланова", 21: "члан", 22: "члана", 112: "чланова"},
    "sr-latn": {1: "član", 2: "člana", 5: "članova", 11: "članova", 21: "član", 22: "člana", 112: "članova"},
    "en": {1: "member", 2: "members", 5: "members", 11: "members", 21: "members", 22: "members", 112: "members"},
}
ANSWERS = {
    "sr": ("21 одговор", "22 одговора"),
    "sr-latn": ("21 odgovor", "22 odgovora"),
    "en": ("21 answers", "22 answers"),
}


@every_language
def test_nouns_agree_with_their_numbers(language: str) -> None:
    def tile(number: int) -> list[str]:
        figures: Any = {**content()["figures"], "members": number}
        row: list[str] = lay_out(content(figures=figures), ABOUT, language).sections[0].blocks[0]["rows"][0]
        return row

    assert {number: tile(number)[1] for number in NOUNS[language]} == NOUNS[language]
    [result] = content()["results"]
    notes = []
    for answered in (21, 22):
        results: Any = [{**result, "questions": [{**result["questions"][0], "answered": answered}]}]
        layout = lay_out(content(results=results), ABOUT, language)
        [section] = [each for each in layout.sections if each.anchor == "results"]
        notes.append(section.sections[0].blocks[0]["note"])
    assert tuple(notes) == ANSWERS[language]


@every_language
def test_a_hidden_figure_does_not_state_that_it_is_small(language: str) -> None:
    """The next larger figure is hidden too, so that no small one follows from the sum."""
    text = " ".join(page_texts(edition_file(language, "pdf")))
    assert text.count({"sr": "не објављује се", "sr-latn": "ne objavljuje se", "en": "not published"}[language]) >= 2


@every_language
def test_a_recommendation_stays_on_one_page(language: str) -> None:
    row = content()["recommendations"][0]
    text = both(
        "\n\n".join(["Ово је пасус препоруке о настави. " * 6] * 2), "\n\n".join(["This is a paragraph. " * 12] * 2)
    )
    rows = [{**row, "id": number, "number": number, "slug": f"r-{number}", "text": text} for number in range(1, 10)]
    pages = page_texts(render_file(content(recommendations=rows), ABOUT, language=language, form=EditionFormat.PDF))
    live = {"sr": "Одговор на порталу", "sr-latn": "Odgovor na portalu", "en": "The answer online"}[language]
    title = {"sr": "Час о безбедности", "sr-latn": "Čas o bezbednosti", "en": "A lesson on safety"}[language]
    # The table of contents and the summary list them too.
    blocks = [page for page in pages if live in page]
    assert sum(page.count(live) for page in blocks) == 9
    for number in range(1, 10):
        assert sum(f"{number}. {title}" in page for page in blocks) == 1
    assert all(page.count(title) == page.count(live) for page in blocks)
    # No page between them is less than half full: two fit on each.
    assert all(page.count(live) == 2 for page in blocks[1:-1])


def test_a_recommendation_longer_than_a_page_is_printed_whole() -> None:
    row = content()["recommendations"][0]
    text = both("\n\n".join(f"Пасус {number}. {'Реч у низу речи. ' * 12}" for number in range(18)))
    paper = content(recommendations=[{**row, "text": text}])
    pages = page_texts(render_file(paper, ABOUT, language="sr", form=EditionFormat.PDF))
    with_text = [page for page in pages if "Пасус" in page]
    assert len(with_text) >= 2
    assert [int(number) for number in re.findall(r"Пасус (\d+)", " ".join(with_text))] == list(range(18))


@every_language
def test_figures_have_a_space_before_per_cent_and_towns_the_order_of_the_language(language: str) -> None:
    codes = ["cacak", "uzice", "ljubovija", "loznica", "zrenjanin", "sabac"]
    figures: Any = {**content()["figures"], "town_codes": codes, "members": 21, "towns": 6}
    paper = content(figures=figures)
    text = " ".join(page_texts(render_file(paper, ABOUT, language=language, form=EditionFormat.PDF)))
    words = mammoth.extract_raw_text(
        io.BytesIO(render_file(paper, ABOUT, language=language, form=EditionFormat.DOCX))
    ).value
    assert not re.search(r"\d%", text + words)
    assert "82 %" in text.replace("\u00a0", " ")
    names = {
        "sr": "Зрењанин, Лозница, Љубовија, Ужице, Чачак, Шабац",
        "sr-latn": "Čačak, Loznica, Ljubovija, Šabac, Užice, Zrenjanin",
        "en": "Čačak, Ljubovija, Loznica, Šabac, Užice, Zrenjanin",
    }[language]
    assert names in text
    assert names in words
    assert {"sr": "21 члан ", "sr-latn": "21 član ", "en": "21 members "}[language] in text


@pytest.mark.parametrize(
    ("quoted", "language", "printed"),
    [
        (both("Питајте и мене.", "Ask me too."), "sr", "„Питајте и мене.“ — Јеж"),
        (both("Питајте и мене.", "Ask me too."), "sr-latn", "„Pitajte i mene.“ — Jež"),
        (both("Питајте и мене.", "“Ask me too.”"), "en", "“Ask me too.” — Jež, translated from Serbian"),
        (both("„Питајте и мене.“"), "en", "„Питајте и мене.“ — Jež, in Serbian"),
    ],
)
def test_a_quotation_has_quotation_marks_and_a_note_on_translation(quoted: Any, language: str, printed: str) -> None:
    paper = content(quotations=[{"text": quoted, "pseudonym": "Јеж"}])
    pdf = " ".join(page_texts(render_file(paper, ABOUT, language=language, form=EditionFormat.PDF)))
    words = mammoth.extract_raw_text(
        io.BytesIO(render_file(paper, ABOUT, language=language, form=EditionFormat.DOCX))
    ).value
    assert printed in pdf
    assert printed in " ".join(words.split()).replace("“— ", "“ — ").replace("”— ", "” — ")


def test_without_an_address_of_the_portal_there_is_no_qr_code() -> None:
    paper = content(site="")
    document = pypdfium2.PdfDocument(render_file(paper, ABOUT, language="sr", form=EditionFormat.PDF))
    assert not [alt for _kind, alt in elements(document) if "QR" in alt]
    assert "://" not in "".join(
        page_texts(render_file(paper, ABOUT, language="sr", form=EditionFormat.PDF))[:2]
    ).replace("creativecommons.org", "")


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_same_edition_gives_the_same_bytes(form: str) -> None:
    again = render_file(content(), ABOUT, language="sr", form=EditionFormat(form))
    assert again == edition_file("sr", form)


def test_the_docx_passes_the_check_of_documents_that_strangers_send(tmp_path: Any) -> None:
    path = tmp_path / "paper.docx"
    path.write_bytes(edition_file("sr", "docx"))
    assert document_type(path).endswith("wordprocessingml.document")


def test_texts_are_not_interpreted_as_markup() -> None:
    nasty = "#panic() *a* _b_ $x$ @c <d> \\e `f` // g"
    made_of = content(title=both(nasty, nasty), foreword=both('<p>#import "x" $1$</p>'))
    document = pypdfium2.PdfDocument(render_file(made_of, ABOUT, language="sr", form=EditionFormat.PDF))
    assert document.get_metadata_dict()["Title"] == nasty
