"""Fonts of the site: complete for Serbian and English in every weight, with their licence."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from clicksafely.common.documents.typst import FONTS

STATIC = Path(settings.BASE_DIR, "static")
FACES = STATIC / "fonts"
CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ№"
LATIN = "abcčćdđefghijklmnopqrsštuvwxyzžABCČĆDĐEFGHIJKLMNOPQRSŠTUVWXYZŽ"
SIGNS = "0123456789 \u00a0.,:;!?()[]„“”‘’‚–—…·•«»%€§©×−+=/&@#*_'\""

pytestmark = pytest.mark.texts


@pytest.mark.parametrize(("name", "letters"), [("rubik-cyrillic", CYRILLIC), ("rubik-latin", LATIN + SIGNS)])
def test_no_letter_is_missing(name: str, letters: str) -> None:
    with TTFont(FACES / f"{name}.woff2") as face:
        characters = face.getBestCmap()
        weights = [(axis.axisTag, axis.minValue, axis.maxValue) for axis in face["fvar"].axes]
        licence = face["name"].getDebugName(13)
    assert [letter for letter in letters if ord(letter) not in characters] == []
    assert weights == [("wght", 300, 900)]
    assert "SIL Open Font License" in licence


@pytest.mark.parametrize("name", ["Rubik-Regular.ttf", "Rubik-Bold.ttf"])
def test_no_letter_is_missing_on_paper(name: str) -> None:
    with TTFont(FONTS / name) as face:
        characters = face.getBestCmap()
    assert [letter for letter in CYRILLIC.rstrip("№") + LATIN + SIGNS if ord(letter) not in characters] == []


def test_the_unicode_ranges_of_the_style_sheet_cover_every_letter() -> None:
    tokens = (STATIC / "css/tokens.css").read_text()
    for name, letters in (("rubik-cyrillic", CYRILLIC), ("rubik-latin", LATIN + SIGNS)):
        (ranges,) = re.findall(rf"{name}\.woff2[^}}]+unicode-range: ([^;]+);", tokens)
        spans = [
            (int(start, 16), int(end or start, 16)) for start, end in re.findall(r"U\+(\w+)(?:-(\w+))?", str(ranges))
        ]
        assert [letter for letter in letters if not any(start <= ord(letter) <= end for start, end in spans)] == []


def test_the_licence_is_included_and_both_fonts_are_small() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FACES / "LICENSE").read_text()
    assert sum(path.stat().st_size for path in FACES.glob("*.woff2")) <= 50_000


def test_nothing_is_slanted() -> None:
    """The font has no italics, and browsers slant Cyrillic into letters that Serbian does not have: emphasis uses weight."""
    sheets = {str(path.relative_to(STATIC / "css")): path.read_text() for path in (STATIC / "css").rglob("*.css")}
    assert [
        name for name, text in sheets.items() if re.search(r"font-style:\s*(italic|oblique)|font: italic", text)
    ] == []
    # The public and the staff side have their own base template.
    for name in ("base.css", "staff/admin.css"):
        assert re.search(r"\bem,\s+i\b[^{]*\{\s+font-style: normal;", sheets[name]), name
