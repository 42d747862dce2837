"""Normalisation of user input: refused, removed and kept characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.plain_text import TextError, clean_text


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Здраво,\r\nсвете\rмој\u2028и\u2029твој\x85!", "Здраво,\nсвете\nмој\nи\nтвој\n!"),
        ("  \n\t речи \t са  размаком \n ", "речи \t са  размаком"),
        ("c\u030cовек е\u0300", "\u010dовек ѐ"),
        ("http://a\u200b.te\u00adst/\ufeff\u2060x\u180e", "http://a.test/x"),
        ("abc\u202egpj.exe\u202c \u2066x\u2069 \u061c", "abcgpj.exe x"),
        ("\x01\x08\x0b\x0c\x0e\x1b[31m\x1f\x7f\x80\x9f", "[31m"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨👩👧 ❤\ufe0f"),
        ("\ufff9a\ufffab\ufffb\ufdd0\ufffe\uffff\U000e0041", "ab"),
        ("\u200b\u202e\x01", ""),
    ],
)
def test_cleaning(typed: str, clean: str) -> None:
    assert clean_text(typed, max_length=100) == clean


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "a\udfff", "реч \ufffd реч"])
def test_unreadable_text_is_refused(typed: str) -> None:
    with pytest.raises(TextError) as caught:
        clean_text(typed, max_length=100)
    assert (caught.value.code, caught.value.params) == ("unreadable", {})
    assert "�" in str(caught.value.message)


def test_the_length_counts_characters_after_cleaning() -> None:
    assert clean_text(" ж\u200bж\r\nc\u030c😀 ", max_length=5) == "жж\nč😀"
    with pytest.raises(TextError) as caught:
        clean_text("ж" * 6, max_length=5)
    assert (caught.value.code, caught.value.params) == ("too_long", {"count": 6, "limit": 5})
    assert isinstance(caught.value, ValueError)


@given(st.text(st.characters(exclude_characters="\x00\ufffd", exclude_categories=["Cs"])))
def test_clean_text_is_clean(typed: str) -> None:
    text = clean_text(typed, max_length=10_000)
    assert clean_text(text, max_length=10_000) == text == text.strip()
    assert unicodedata.is_normalized("NFC", text)
    assert not {character for character in text if unicodedata.category(character) == "Cc"} - {"\n", "\t"}
    assert not {character for character in text if unicodedata.bidirectional(character) in BIDI_CONTROLS}


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
