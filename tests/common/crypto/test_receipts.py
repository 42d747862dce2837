"""Receipts: random, and readable in all typed forms."""

import hmac
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from clicksafely.common.crypto.receipts import (
    ALPHABET,
    format_receipt,
    generate_code,
    normalise_receipt,
    receipt_bytes,
    receipt_digest,
)

RECEIPT = "7K3MQ9TZV4HD2XNB"
any_receipt = st.text(alphabet=ALPHABET, min_size=16, max_size=16)


def test_every_character_is_as_likely_as_any_other() -> None:
    """Chi-squared over 32 characters: a fair source exceeds 100 once in a thousand million runs."""
    codes = {generate_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", receipt) for receipt in codes)
    counts = Counter("".join(codes))
    expected = 16_000 / len(ALPHABET)
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 100


@pytest.mark.parametrize(
    "typed",
    [
        "  7k3m q9tz\tv4hd 2xnb\r\n",
        "7K3M–Q9TZ—V4HD−2XNB",
        "7K3M\u00a0Q9TZ\u202fV4HD\u200b2XNB\ufeff",
        "7 K 3 M / Q 9 T Z / V 4 H D / 2 X N B",
        "７Ｋ３Ｍ-Ｑ９ＴＺ-Ｖ４ＨＤ-２ＸＮＢ",
        "7К3М-Q9ТZ-V4НD-2ХNВ",  # similar letters: К М Т Н Х В
        "7К3МЉ9ТЗВ4ХД2ЏНБ",  # the same keys on the Serbian Cyrillic layout
    ],
)
def test_these_ways_of_typing_it_are_forgiven(typed: str) -> None:
    assert normalise_receipt(typed) == RECEIPT


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("OOOOIIIILLLL0011", "0000111111110011"),
        ("ОООО-АВСЕ-КМНР-ТХУЈ", "0000ABCEKMHPTXYJ"),
        ("Ѕ777-7777-7777-7777", "S777777777777777"),
        # With one unlike letter, all Cyrillic letters are read as keys: Р is then R, Н is N, С is S.
        ("ФФФФ-РНСВ-ХУЈК-ЛИЦП", "FFFFRNSVHYJK11CP"),
    ],
)
def test_look_alikes_and_keys(typed: str, meant: str) -> None:
    assert normalise_receipt(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7K3M-Q9TZ-V4HD-2XN",
        "7K3M-Q9TZ-V4HD-2XNBB",
        "7K3M-Q9TZ-V4HD-2XNU",
        "7K3M-Q9TZ-V4HD-2XN\0",
        "7K3M-Q9TZ-V4HD-2XN\ud800",
        "7K3MQ9TZV4HD2XNB" + " " * 60 + "trailing words",
        pytest.param("7" * 10_000_000, id="10 MB"),
    ],
)
def test_invalid_code_gives_none(typed: str) -> None:
    assert normalise_receipt(typed) is None


@given(any_receipt)
def test_shown_code_is_parsed(receipt: str) -> None:
    assert [len(group) for group in format_receipt(receipt).split("-")] == [4, 4, 4, 4]
    assert normalise_receipt(format_receipt(receipt)) == receipt
    assert normalise_receipt(format_receipt(receipt).lower()) == receipt


SHAPES = {"0": "0OoОо", "1": "1IilLlІі"} | {
    latin: latin + latin.lower() + cyrillic + cyrillic.lower()
    for latin, cyrillic in zip("ABCEHJKMPSTXY", "АВСЕНЈКМРЅТХУ", strict=True)
}
KEYS = dict(zip("QWERTZPASDFGHJKYXCVBNM", "ЉЊЕРТЗПАСДФГХЈКЅЏЦВБНМ", strict=True))
separators = st.text(alphabet=" \t\r\n-–—−_.,·:/\u00a0\u2009\u202f\u200b\ufeff\u00ad", max_size=2)


@given(any_receipt, st.data())
def test_lookalike_letters_are_normalised(receipt: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from(SHAPES.get(letter, letter + letter.lower()))) + data.draw(separators)
        for letter in receipt
    )
    assert normalise_receipt(typed) == receipt


@given(any_receipt.filter(lambda receipt: not set(receipt).isdisjoint("QWZPDFGXCB")))
def test_the_serbian_layout_is_read_as_meant(receipt: str) -> None:
    """Unlike letters distinguish the two ways of typing; 399 of 400 receipts contain one."""
    typed = "".join(KEYS.get(letter, letter) for letter in format_receipt(receipt))
    assert normalise_receipt(typed) == normalise_receipt(typed.lower()) == receipt


@given(st.text(max_size=200))
def test_any_text_gives_a_code_or_none(typed: str) -> None:
    meant = normalise_receipt(typed)
    assert meant is None or re.fullmatch(f"[{ALPHABET}]{{16}}", meant)


@given(any_receipt, any_receipt)
def test_ten_bytes_write_it_down(one: str, other: str) -> None:
    assert len(receipt_bytes(one)) == 10
    assert (receipt_bytes(one) == receipt_bytes(other)) == (one == other)


def test_the_digest_depends_on_receipt_and_pepper(settings: Settings) -> None:
    settings.RECEIPT_PEPPER = "one"
    first = receipt_digest(RECEIPT)
    assert len(first) == 32
    assert receipt_digest(RECEIPT) == first
    assert receipt_digest("7K3MQ9TZV4HD2XNC") != first
    settings.RECEIPT_PEPPER = "two"
    assert receipt_digest(RECEIPT) != first


def test_an_unreadable_receipt_finds_nothing_at_the_same_price(monkeypatch: pytest.MonkeyPatch) -> None:
    assert receipt_digest(None) not in {receipt_digest(RECEIPT), receipt_digest("0" * 16)}
    hashed = []
    hash_bytes = hmac.digest

    def weigh(key: bytes, message: bytes, algorithm: Any) -> bytes:
        hashed.append((len(key), len(message), algorithm))
        return hash_bytes(key, message, algorithm)

    monkeypatch.setattr(hmac, "digest", weigh)
    for receipt in (None, RECEIPT, "0" * 16):
        receipt_digest(receipt)
    assert len(hashed) == 3
    assert len(set(hashed)) == 1
