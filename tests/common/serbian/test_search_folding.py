"""Folding for search and slugs: the same in Python and in PostgreSQL."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clicksafely.common.serbian.search_folding import SLUG_LENGTH, fold, slugify
from clicksafely.common.serbian.transliteration import to_latin

SERBIAN = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ čćđšžČĆĐŠŽǆǅǄǉǈǇǌǋǊ"
PUNCTUATION = (
    " "
    "\t\n\r\v\f\x1c\x1f\x85\u00a0\u2003\u2028\u3000\u200b\u200d\ufeff\u00ad\u0300\u030f\ufe0f.,;:!?-–„“”'\"()%&/\\_*[]{}0123456789"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ДРУШТВЕНЕ\u00a0МРЕЖЕ ", "drustvene mreze"),
        ("Ђорђе Đorđe Djordje", "djordje djordje djordje"),
        ("љубав ЉУБАВ ljubav Ǉubav", "ljubav ljubav ljubav ljubav"),
        ("џеп džep dzep ǆep", "dzep dzep dzep dzep"),
        ("наджњети nadžnjeti", "nadznjeti nadznjeti"),
        ("Ћевапчићи, ćevapčići!", "cevapcici, cevapcici!"),
        ("žи\u030fва\u0304 ѐѝӣӯ й ё ї", "ziva eiiu i e і"),
        ("Łódź Øresund ırmak ﬁn ½ Ⅷ Ａ", "lodz oresund irmak fin 1⁄2 viii a"),
        ("друштве\u00adне мре\u200bже\ufeff", "drustvene mreze"),
        (" \u2003 ", ""),
    ],
)
def test_every_spelling_folds_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(SERBIAN + PUNCTUATION))
def test_both_scripts_and_all_capitals_fold_alike(text: str) -> None:
    assert fold(to_latin(text)) == fold(text) == fold(text.upper()) == fold(unicodedata.normalize("NFD", text))


def fold_in_database(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT clicksafely_fold(text) FROM unnest(%s::text[]) WITH ORDINALITY AS t (text, n) ORDER BY n", [texts]
        )
        return [row[0] for row in cursor.fetchall()]


shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@shared
@given(st.lists(st.text(SERBIAN + PUNCTUATION), min_size=1, max_size=30))
def test_postgresql_folds_serbian_the_same(texts: list[str]) -> None:
    assert fold_in_database(texts) == [fold(text) for text in texts]


@pytest.mark.django_db
def test_postgresql_folds_every_character_the_same() -> None:
    characters = [chr(code) for code in range(1, 0x10000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]
    texts = [f"а{character}B" for character in characters]
    assert fold_in_database(texts) == [fold(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Безбедност деце на мрежи!", "bezbednost-dece-na-mrezi"),
        ("Đaci & učitelji – 2015/16.", "djaci-ucitelji-2015-16"),
        ("  --Џ__Љ--  ", "dz-lj"),
        ("😀 漢字", "untitled"),
        ("ж" * 79 + " ab", "z" * 79),
        ("ж" * 77 + " аб", "z" * 77 + "-ab"),
        ("њ" * 50, "nj" * 40),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug
    assert slugify("?", fallback="tema-7") == "tema-7"


@given(st.text())
def test_any_text_makes_a_slug(text: str) -> None:
    slug = slugify(text)
    assert slug.isascii()
    assert 0 < len(slug) <= SLUG_LENGTH
    assert slugify(slug) == slug
    assert slug == slug.strip("-").lower()
