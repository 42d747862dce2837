"""Addresses found in what people paste."""

import pytest

from hotline.triage.url_normalisation import extract_locations


def _found(text: str) -> list[str]:
    return [location.canonical for location in extract_locations(text).locations]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Видео сам ово на https://forum.example.org/tema/7, молим вас погледајте.",
            ["https://forum.example.org/tema/7"],
        ),
        ("Video sam ovo na forum.example.org/tema/7. Užas!", ["https://forum.example.org/tema/7"]),
        ("Сајт је „пример.срб“!", ["https://xn--e1afmkfd.xn--90a3ac/"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        (
            "https://example.org/Тачка_(филм)",
            ["https://example.org/%D0%A2%D0%B0%D1%87%D0%BA%D0%B0_(%D1%84%D0%B8%D0%BB%D0%BC)"],
        ),
        ("[ovde](https://example.org/x_(y)) je", ["https://example.org/x_(y)"]),
        ("<https://example.org/a>", ["https://example.org/a"]),
        ("<a href='https://example.org/a'>tekst</a>", ["https://example.org/a"]),
        ('"https://example.org/a"; »https://example.org/b«', ["https://example.org/a", "https://example.org/b"]),
        ("> > https://example.org/a\r\n> ne znam", ["https://example.org/a"]),
        ("Adresa:https://example.org/a", ["https://example.org/a"]),
        ("adresa:example.org:8080/a", ["https://example.org:8080/a"]),
        ("*example.org/a*", ["https://example.org/a"]),
        ("http://[2001:db8::1]:8080/a", ["http://[2001:db8::1]:8080/a"]),
        ("na 192.0.2.1:8080/a", ["https://192.0.2.1:8080/a"]),
        # "defanged"
        ("hxxp://example.org/a", ["http://example.org/a"]),
        ("hXXps://example.org/a", ["https://example.org/a"]),
        ("h**ps://example.org/a", ["https://example.org/a"]),
        ("fxp://example.org/a", ["ftp://example.org/a"]),
        ("https[:]//example[.]org/a", ["https://example.org/a"]),
        ("https[://]example(.)org/a", ["https://example.org/a"]),
        ("hxxps:[//]example{.}org/a", ["https://example.org/a"]),
        ("example[dot]org/a", ["https://example.org/a"]),
        ("example (dot) org/a", ["https://example.org/a"]),
        ("example dot org", ["https://example.org/"]),
        ("primer tačka rs", ["https://primer.rs/"]),
        ("пример тачка срб", ["https://xn--e1afmkfd.xn--90a3ac/"]),
        ("example [.] org", ["https://example.org/"]),
        # slips of the hand
        ("htpp://example.org/a", ["http://example.org/a"]),
        ("https;//example.org/a", ["https://example.org/a"]),
        ("http//example.org/a", ["http://example.org/a"]),
        ("https:/example.org/a", ["https://example.org/a"]),
        ("https:\\\\example.org\\a", ["https://example.org/a"]),
        ("http:example.org/a", ["http://example.org/a"]),
        ("http://http://example.org/a", ["http://example.org/a"]),
        ("http://https://example.org/a", ["https://example.org/a"]),
        ("http:8080", []),
        # a bracketed dot is a part of a path, and not of a host
        ("https://example.org/a[.]b?c=[.]", ["https://example.org/a[.]b?c=[.]"]),
        ("hxxps://example[.]org/a[.]b и example[.]net", ["https://example.org/a[.]b", "https://example.net/"]),
        ("https://a.test/x,hxxps://b[.]test/y", ["https://a.test/x", "https://b.test/y"]),
        ("https://a.test/?u=http://http://b.test", ["https://a.test/?u=http://http://b.test"]),
        # several
        ("https://a.test/x,https://b.test/y", ["https://a.test/x", "https://b.test/y"]),
        ("https://a.test/xhttps://b.test/y", ["https://a.test/x", "https://b.test/y"]),
        ("a.rs,b.rs;c.rs/x,www.d.rs", ["https://a.rs/", "https://b.rs/", "https://c.rs/x", "https://www.d.rs/"]),
        ("https://a.test/1\nhttps://a.test/2\n\nhttps://a.test/1", ["https://a.test/1", "https://a.test/2"]),
        ("https://a.test/ HTTPS://A.TEST:443/?utm_source=x", ["https://a.test/"]),
        # one inside another stays one
        ("https://web.archive.org/web/2020/https://a.test/x", ["https://web.archive.org/web/2020/https://a.test/x"]),
        ("https://a.test/?u=https://b.test/", ["https://a.test/?u=https://b.test/"]),
        ("a.test/go/https://b.test/", ["https://a.test/go/https://b.test/"]),
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
        "Prva tačka dnevnog reda",
        "korisnik: ana, lozinka: tajna",
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


def test_five_thousand_addresses_are_all_found() -> None:
    text = "\n".join(f"https://example.org/{number}" for number in range(5000))
    assert len(extract_locations(text).locations) == 5000


def test_text_beyond_the_limit_is_ignored() -> None:
    assert _found("x " * 100_000 + "https://example.org/") == []
    assert _found("x " * 99_000 + "https://example.org/") == ["https://example.org/"]
