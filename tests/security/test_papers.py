"""Hostile texts in a White Paper: its PDF and DOCX show them as text, and contain no active content."""

import io
import re
import zipfile
import zlib
from datetime import UTC, datetime
from html import escape
from typing import Final

import mammoth
import pypdfium2
from lxml import etree

from clicksafely.common.invisible_characters import strip_unprintable
from tests.factories.papers import both, content
from tests.security.corpus import MARK, Hostile, of_kind
from youthpanel.models import EditionFormat
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.layout import EditionInfo

ABOUT: Final = EditionInfo(1, datetime(2026, 10, 1, 10, tzinfo=UTC), both("", ""))
# Active syntax of the typesetting language, and of Word.
OWN: Final = (
    Hostile("typst", f'#link("javascript:{MARK}()")[x]', "a link by the typesetter's own words"),
    Hostile("typst", '#read("/etc/passwd")', "reads a file"),
    Hostile("typst", f'#import "@preview/{MARK}:1.0.0"', "fetches a package"),
    Hostile("typst", f'#eval("panic(\\"{MARK}\\")")', "runs"),
    Hostile("typst", f"$ {MARK} $ @{MARK} <{MARK}> = {MARK}", "formula, reference, label, heading"),
    Hostile("typst", "]" * 9 + "}" * 9 + '"' * 9, "ends whatever it stands in"),
    Hostile("word", f'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k {MARK}"', "a field that runs"),
    Hostile("word", f'INCLUDEPICTURE "https://{MARK}.test/x.png"', "a field that fetches"),
)
# As assembled for a paper: without characters that documents cannot contain.
ALL: Final = tuple(
    each._replace(text=text)
    for each in (*of_kind("markup", "template", "formula", "letters", "lines"), *OWN)
    if (text := strip_unprintable(each.text)).strip()
)
# Characters of the PDF font; for others, publishing reports their place or that the file could not be typeset.
SET: Final = tuple(each for each in ALL if all(letter in "\n\t" or " " <= letter < "\u0530" for letter in each.text))


def edition_file(language: str, form: str) -> bytes:
    """Each text as a title, as rich text, as plain text and as a quotation."""
    texts = SET if form == "pdf" else ALL
    chapters = [
        {"title": both(each.text, each.text), "text": both(rich := f"<p>{escape(each.text)}</p>", rich)}
        for each in texts
    ]
    row = content()["recommendations"][0]
    rows = [
        {**row, "id": place, "number": place, "title": both(each.text, each.text), "text": both(each.text, each.text)}
        for place, each in enumerate(texts, 1)
    ]
    quotations = [{"text": both(each.text, each.text), "pseudonym": each.text[:40]} for each in texts]
    whole = content(chapters=chapters, recommendations=rows, quotations=quotations)
    return render_file(whole, ABOUT, language=language, form=EditionFormat(form))


def test_the_pdf_shows_them_and_does_nothing() -> None:
    pdf = edition_file("sr-latn", "pdf")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    inside = pdf
    for stream in streams:
        try:
            inside += b"\n" + zlib.decompress(stream)
        except zlib.error:
            continue
    active = rb"/(?:JavaScript|JS|Launch|EmbeddedFile|SubmitForm|ImportData|AA|GoToR)(?![A-Za-z])"
    assert re.findall(active, inside) == []
    addresses = re.findall(rb"/URI\s*\((.*?)\)", inside)
    assert all(address.startswith((b"http://", b"https://", b"mailto:")) for address in addresses)
    assert not any(MARK.encode() in address for address in addresses)
    text = " ".join("".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).split())
    assert text.count(MARK) > len(SET)
    # The file was not included, and the command to read it appears as text.
    assert "root:x:0" not in text
    assert "/etc/passwd" in text


def test_the_docx_shows_them_and_does_nothing() -> None:
    docx = edition_file("sr", "docx")
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        names = archive.namelist()
        assert not [name for name in names if re.search(r"vba|activeX|embeddings|oleObject", name, re.IGNORECASE)]
        for name in names:
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name))
                outside = root.xpath("//*[local-name()='Relationship'][@TargetMode='External']/@Target")
                assert all(target.startswith(("https://", "http://", "mailto:")) for target in outside), outside
                assert not [target for target in outside if MARK in target]
                fields = " ".join(root.xpath("//*[local-name()='instrText']/text()"))
                assert not re.search(r"DDE|INCLUDE|MACRO", fields, re.IGNORECASE), fields
    words = mammoth.extract_raw_text(io.BytesIO(docx)).value
    assert words.count(MARK) > len(ALL)
    shown = " ".join(words.split())
    assert [each.why for each in ALL if " ".join(each.text.split()) not in shown] == []
