"""Tests of the PDF report (tagged, Serbian, all characters drawn or named) and of the archive."""

import re
import sys
import zlib
from typing import Any

import pytest

from clicksafely.accounts.models import User
from hotline.models import PoliceRecipient
from hotline.referral.police import encryption
from hotline.referral.police.encryption import BrokenArchive, Member, build_manifest, check_archive
from hotline.referral.police.report_pdf import drawable, render_pdf, report_sections
from tests.hotline.referral.police.conftest import WORDS, Keys, assessed_case, due, files_of, make_host, pack

CASE = {
    "reference": "NP-2026-000001",
    "received_at": "2026-03-02T10:00:00Z",
    "channel_in_words": "веб-образац",
    "category_in_words": "Материјал сексуалног злостављања деце",
    "danger_now": True,
    "reporter_is_victim": True,
    "items": [],
    "words": {"what": WORDS},
    "words_unreadable": True,
    "pictures": [],
    "files": [],
    "custody": [
        {"event": 1, "at": "2026-03-02T10:00:07Z", "who": "", "action": "report.received", "text": "Пријава примљена"}
    ],
}


def content(**case: Any) -> dict[str, Any]:
    return {"reference": "LEA-2026-000001", "created_at": "2026-03-02T10:30:00Z", "cases": [{**CASE, **case}]}


def inflated(pdf: bytes) -> bytes:
    """The content of all its compressed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    out = [pdf]
    for stream in streams:
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(out)


def test_it_is_tagged_and_has_its_language() -> None:
    pdf = render_pdf(content(), recipient="Unit", members=[Member("case.json", b"{}", "", "")])
    inside = inflated(pdf)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside
    assert b"/StructTreeRoot" in inside
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", inside)
    assert b"/Lang(sr" in inside.replace(b" ", b"")


def test_the_same_contents_make_the_same_file() -> None:
    first, second = (render_pdf(content(), recipient="Unit", members=[]) for _ in range(2))
    assert first == second


@pytest.mark.django_db
def test_a_real_case_is_typeset_with_the_faces_of_the_project(
    analyst: User, recipient: PoliceRecipient, keys: Keys
) -> None:
    make_host()
    due(assessed_case(author=analyst), author=analyst)
    inside = inflated(files_of(pack(), keys)["report.pdf"])
    assert {name.decode() for name in re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", inside)} >= {
        "Rubik-Regular",
        "Rubik-Bold",
        "DejaVuSansMono",
    }


@pytest.mark.slow
def test_every_unreplaced_character_has_a_glyph() -> None:
    characters = "".join(
        character for character in map(chr, range(0x20, sys.maxunicode)) if drawable(character) == character
    )
    assert len(characters) > 1300
    # PDF/UA rejects characters without a glyph.
    render_pdf(content(words={"what": characters}), recipient=characters, members=[])


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Šta? Шта? „a“\n\tb", "Šta? Шта? „a“\n\tb"),
        ("😀", "‹U+1F600›"),
        ("日", "‹U+65E5›"),
        ("a\u202eb\u200bc\u00add", "a‹U+202E›b‹U+200B›c‹U+00AD›d"),
        ("\r\x07", "‹U+000D›‹U+0007›"),
    ],
)
def test_characters_without_a_glyph_are_named(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_texts_are_not_interpreted_as_markup() -> None:
    hostile = '#read("/etc/passwd") #panic("x") $x$ `raw` ```\n``` *b* <label> @ref \\u{1} "]})'
    plain = report_sections(content(words={"what": hostile}), recipient=hostile, members=[])
    assert plain["cases"][0]["words"][0][1] == hostile
    render_pdf(content(words={"what": hostile}), recipient=hostile, members=[])


MEMBERS = [Member("report.pdf", b"%PDF", "2026-03-02T10:30:00Z", "portal"), Member("case.json", b"{}", "", "portal")]


def whole() -> list[Member]:
    return [*MEMBERS, build_manifest(reference="LEA", created_at="", recipient="Unit", members=MEMBERS, custody={})]


def test_an_archive_that_is_whole_passes() -> None:
    names = ["report.pdf", "case.json", "manifest.json"]
    assert check_archive(encryption.build_zip(whole())) == names
    assert check_archive(encryption.build_encrypted_zip(whole(), "secret"), password="secret") == names


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ([Member("report.pdf", b"%PDF!", "", ""), *whole()[1:]], "report.pdf"),
        (whole()[1:], "report.pdf"),
        ([*whole(), Member("more.txt", b"x", "", "")], "more.txt"),
    ],
)
def test_changed_missing_and_added_members_are_found(members: list[Member], named: str) -> None:
    with pytest.raises(BrokenArchive, match=named):
        check_archive(encryption.build_zip(members))


@pytest.mark.parametrize("file", [b"", encryption.build_zip(MEMBERS), encryption.build_zip(whole())[:-30]])
def test_unreadable_archive_is_broken(file: bytes) -> None:
    with pytest.raises(BrokenArchive, match="unreadable"):
        check_archive(file)
    with pytest.raises(BrokenArchive, match="unreadable"):
        check_archive(encryption.build_encrypted_zip(whole(), "secret"), password="other")
