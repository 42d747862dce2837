"""Addresses found in what people paste."""

import pytest

from hotline.triage.url_normalisation import extract_locations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Видео сам ово на https://forum.example.org/tema/7, молим вас погледајте.",
            ["https://forum.example.org/tema/7"],
        ),
        ("Video sam ovo na forum.example.org/tema/7. Užas!", ["https://forum.example.org/tema/7"]),
        ("Сајт је „пример.срб“!", ["https://xn--e1afmkfd.xn--90a3ac/"]),
        (
            "https://example.org/Тачка_(филм)",
            ["https://example.org/%D0%A2%D0%B0%D1%87%D0%BA%D0%B0_(%D1%84%D0%B8%D0%BB%D0%BC)"],
        ),
        ("<a href='https://example.org/a'>tekst</a>", ["https://example.org/a"]),
        ('"https://example.org/a"; »https://example.org/b«', ["https://example.org/a", "https://example.org/b"]),
        ("adresa:example.org:8080/a", ["https://example.org:8080/a"]),
        ("*example.org/a*", ["https://example.org/a"]),
        # "defanged"
        ("hxxp://example.org/a", ["http://example.org/a"]),
        ("https[:]//example[.]org/a", ["https://example.org/a"]),
        ("hxxps:[//]example{.}org/a", ["https://example.org/a"]),
        ("example (dot) org/a", ["https://example.org/a"]),
        ("example dot org", ["https://example.org/"]),
        ("пример тачка срб", ["https://xn--e1afmkfd.xn--90a3ac/"]),
        # slips of the hand
        ("https:\\\\example.org\\a", ["https://example.org/a"]),
        ("http:example.org/a", ["http://example.org/a"]),
        ("http://http://example.org/a", ["http://example.org/a"]),
        ("http:8080", []),
        # a bracketed dot is a part of a path, and not of a host
        ("hxxps://example[.]org/a[.]b и example[.]net", ["https://example.org/a[.]b", "https://example.net/"]),
        ("https://a.test/?u=http://http://b.test", ["https://a.test/?u=http://http://b.test"]),
        # several
        ("https://a.test/x,https://b.test/y", ["https://a.test/x", "https://b.test/y"]),
        ("https://a.test/xhttps://b.test/y", ["https://a.test/x", "https://b.test/y"]),
        ("https://a.test/1\nhttps://a.test/2\n\nhttps://a.test/1", ["https://a.test/1", "https://a.test/2"]),
        ("https://a.test/ HTTPS://A.TEST:443/?utm_source=x", ["https://a.test/"]),
        # one inside another stays one
        ("https://web.archive.org/web/2020/https://a.test/x", ["https://web.archive.org/web/2020/https://a.test/x"]),
        ("https://a.test/?u=https://b.test/", ["https://a.test/?u=https://b.test/"]),
        ("view-source:https://a.test/", ["https://a.test/"]),
        # written to mislead or damaged on the way
        ("https://exam\u200bple.org/\u202ea", ["https://example.org/a"]),
        ("https://exa\x00mple.org/a\ud800", ["https://example.org/a"]),
        ("https://example\u3002org/a", ["https://example.org/a"]),
        # on other networks and in apps
        ("t.me/ana i discord.gg/abc", ["https://t.me/ana", "https://discord.gg/abc"]),
        ("magnet:?xt=urn:btih:" + "ab" * 20 + "&dn=x", ["magnet:?xt=urn:btih:" + "ab" * 20]),
        ("ed2k://|file|x.bin|12|" + "ab" * 16 + "|/", ["ed2k://|file||12|" + "ab" * 16 + "|/"]),
    ],
)
def test_addresses_are_found(text: str, found: list[str]) -> None:
    extraction = extract_locations(text)
    assert [location.canonical for location in extraction.locations] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Добар дан, мој друг ми је послао слику.",
        "npr. itd. tj. d.o.o. 3.5 12.05.2024. 10:30 br.7/2024",
        "Došao je juče.Na kraju rekao.To je sve.",
        "slika.png dokument.pdf setup.exe",
        "@ana #tema C++ i/ili km/h ... :) :// //",
    ],
)
def test_plain_words_are_no_addresses(text: str) -> None:
    extraction = extract_locations(text)
    assert (extraction.locations, extraction.unreadable) == ((), ())


def test_unreadable_addresses_are_listed_once() -> None:
    extraction = extract_locations("www.primer.qqq, ana@example.org, javascript:x www.primer.qqq https://example.org/")
    assert [str(word) for word in extraction.unreadable] == ["www.primer.qqq", "ana@example.org", "javascript:x"]
    assert [word.why.value for word in extraction.unreadable] == ["host", "email", "scheme"]
    assert len(extraction.locations) == 1


def test_a_long_unreadable_word_is_cut() -> None:
    (word,) = extract_locations("https://example.org/" + "a" * 5000).unreadable
    assert (len(word.word), word.why.value) == (80, "too_long")


def test_text_beyond_the_limit_is_ignored() -> None:
    found = [extract_locations("x " * count + "https://example.org/").locations for count in (100_000, 99_000)]
    assert [len(locations) for locations in found] == [0, 1]
