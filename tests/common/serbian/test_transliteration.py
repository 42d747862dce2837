"""Serbian Cyrillic to Latin, letter by letter."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.serbian.transliteration import LATIN_LETTERS, to_latin

SERBIAN = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"
NEIGHBOURS = "йёъыьэюящѓќѕїіґєЙЁЪЫЬЭЮЯЩЃЌЅЇІҐЄ"


def test_the_whole_alphabet() -> None:
    assert " ".join(map(to_latin, SERBIAN)) == (
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š "
        "A B V G D Đ E Ž Z I J K L Lj M N Nj O P R S T Ć U F H C Č Dž Š"
    )


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Љубав према мрежи", "Ljubav prema mreži"),
        ("ПАЊ и коњ", "PANJ i konj"),
        ("КРАЉ\nЏЕП", "KRALJ\nDŽEP"),
        ("ЉЊЏ", "LJNJDŽ"),
        ("Љљ Њњ Џџ", "Ljlj Njnj Dždž"),
        ("њЊ", "njNj"),
        ("Љ, Њ и Џ", "Lj, Nj i Dž"),
        ("Љ. ЊЕГОШ", "LJ. NJEGOŠ"),
        ("ПЕТРОВИЋ Љ.", "PETROVIĆ LJ."),
        ("Њ) МЕРЕ ЗА ДЕЦУ", "NJ) MERE ZA DECU"),
        ("КОЊ-ЉУБИМАЦ", "KONJ-LJUBIMAC"),
        ("из СМЊ-а", "iz SMNJ-a"),
        ("О'ЊИЛ и О’Њил", "O'NJIL i O’Njil"),
        ("Њ\u030fЕГОШ", "NJ\u030fEGOŠ"),
        ("<b>Њ</b>ЕГОШ", "<b>NJ</b>EGOŠ"),
        ("@кликни и 3 @ комад", "@klikni i 3 @ komad"),
        ('<span class="c">Њ</span>егош', '<span class="c">Nj</span>egoš'),
        ("КО<b class='x'>Њ</b>", "KO<b class='x'>NJ</b>"),
        ("<p>ЗЕЦ</p><p>Њ</p>", "<p>ZEC</p><p>Nj</p>"),
        ("Љ.&nbsp;ЊЕГОШ", "LJ.&nbsp;NJEGOŠ"),
        ("наджњети ин\u00adјекција", "nadžnjeti in\u00adjekcija"),
        ("20 € – „цитат“ … 😀 њ", "20 € – „citat“ … 😀 nj"),
        ("\ue000 \ue001 љ", "\ue000 \ue001 lj"),
    ],
)
def test_capitals_and_surroundings(cyrillic: str, latin: str) -> None:
    assert to_latin(cyrillic) == latin


def test_an_accented_vowel_in_one_code_point_is_converted_like_one_in_two() -> None:
    for vowel in "ѐѝӣӯЀЍӢӮ":
        assert to_latin(vowel) == unicodedata.normalize("NFC", to_latin(unicodedata.normalize("NFD", vowel)))


@pytest.mark.parametrize("text", [NEIGHBOURS, "Щедрин", "https://пример.срб/пут", "ана.анић@пример.срб"])
def test_words_of_other_alphabets_and_addresses_stay(text: str) -> None:
    assert to_latin(text) == text
    assert to_latin(f"Љубав, {text}\nМреже") == f"Ljubav, {text}\nMreže"


# Without the signs of addresses, and without letters of other Cyrillic alphabets.
@given(st.text().map(lambda text: re.sub("[@:\u0400-\u052f]", "", text)), st.text(SERBIAN + " "))
def test_only_serbian_letters_change(other: str, serbian: str) -> None:
    text = serbian + other + serbian
    latin = to_latin(text)
    assert not set(latin) & set(LATIN_LETTERS)
    assert "".join(LATIN_LETTERS.get(letter, letter) for letter in text).casefold() == latin.casefold()


@given(st.text(SERBIAN + NEIGHBOURS + " .-\nčćđšž„“–×😀\ue000Ж"))
def test_both_ways_of_converting_agree(text: str) -> None:
    assert to_latin(text) + "�" == to_latin(text + "�")
