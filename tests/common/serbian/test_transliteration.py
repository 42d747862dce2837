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
        ("Његош и Џемал", "Njegoš i Džemal"),
        ("ЉУБАВ", "LJUBAV"),
        ("КОЊ", "KONJ"),
        ("КОЊ.", "KONJ."),
        ("ПАЊ и коњ", "PANJ i konj"),
        ("КРАЉ\nЏЕП", "KRALJ\nDŽEP"),
        ("ЉЊЏ", "LJNJDŽ"),
        ("Љљ Њњ Џџ", "Ljlj Njnj Dždž"),
        ("њЊ", "njNj"),
        ("Њ", "Nj"),
        ("слово Њ у азбуци", "slovo Nj u azbuci"),
        ("Љ, Њ и Џ", "Lj, Nj i Dž"),
        ("Љ.", "Lj."),
        ("Љ. Његош", "Lj. Njegoš"),
        ("Љ. ЊЕГОШ", "LJ. NJEGOŠ"),
        ("ПЕТРОВИЋ Љ.", "PETROVIĆ LJ."),
        ("Петровић Љ.", "Petrović Lj."),
        ("Њ) Мере за децу", "Nj) Mere za decu"),
        ("Њ) МЕРЕ ЗА ДЕЦУ", "NJ) MERE ZA DECU"),
        ("Поглавље Њ\nМЕРЕ", "Poglavlje Nj\nMERE"),
        ("КОЊ-ЉУБИМАЦ", "KONJ-LJUBIMAC"),
        ("Љ-Њ", "Lj-Nj"),
        ("Џ-ЗРАК", "DŽ-ZRAK"),
        ("из СМЊ-а", "iz SMNJ-a"),
        ("О'ЊИЛ и О’Њил", "O'NJIL i O’Njil"),
        ("Њ2О", "Nj2O"),
        ("Њ\u030fЕГОШ", "NJ\u030fEGOŠ"),
        ("КО\u0300Њ", "KO\u0300NJ"),
        ("Њ\u00adЕГОШ", "NJ\u00adEGOŠ"),
        ("<b>Њ</b>ЕГОШ", "<b>NJ</b>EGOŠ"),
        ('<span class="c">Њ</span>егош', '<span class="c">Nj</span>egoš'),
        ("КО<b class='x'>Њ</b>", "KO<b class='x'>NJ</b>"),
        ("<p>ЗЕЦ</p><p>Њ</p>", "<p>ZEC</p><p>Nj</p>"),
        ("Љ.&nbsp;ЊЕГОШ", "LJ.&nbsp;NJEGOŠ"),
        ("наджњети ин\u00adјекција", "nadžnjeti in\u00adjekcija"),
        ("20 € – „цитат“ … 😀 њ", "20 € – „citat“ … 😀 nj"),
        ("\ue000 \ue001 љ", "\ue000 \ue001 lj"),
        ("", ""),
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


def test_a_name_with_a_sign_is_no_address() -> None:
    assert to_latin("@кликни и 3 @ комад") == "@klikni i 3 @ komad"


@given(st.text())
def test_nothing_is_converted_twice(text: str) -> None:
    latin = to_latin(text)
    assert to_latin(latin) == latin


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
