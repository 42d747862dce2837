"""One spelling for every location."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.models import LocationKind
from hotline.triage.url_normalisation import (
    Location,
    NotALocation,
    UnreadableReason,
    app_location,
    extract_locations,
    locate,
)
from tests.timing import seconds

ONION = "b" * 56 + ".onion"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("HTTP://Example.ORG/", "http://example.org/"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("https://ana:tajna@example.org/a", "https://example.org/a"),
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/%2e%2E/c", "https://example.org/c"),
        ("https://example.org\\a\\b", "https://example.org/a/b"),
        ("https://example.org/%7eana/%c4%8d", "https://example.org/~ana/%C4%8D"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%%341", "https://example.org/%2541"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/#!/gallery/7", "https://example.org/#!/gallery/7"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?utm_source=x&id=7&fbclid=y&UTM_Medium=z", "https://example.org/a?id=7"),
        ("https://example.org/a?utm%5Fsource=x", "https://example.org/a"),
        ("https://example.org/a?my_utm_source=x", "https://example.org/a?my_utm_source=x"),
        ("https://example.org/a?x=1&&y=2&", "https://example.org/a?x=1&y=2"),
        ("https://example.org/a?u=https://forum.test/b#c", "https://example.org/a?u=https://forum.test/b"),
        ("https://пример.срб/ћ", "https://xn--e1afmkfd.xn--90a3ac/%D1%9B"),
        ("http://0xC0.0.2.1/a", "http://192.0.2.1/a"),
        ("http://3221225985/a", "http://192.0.2.1/a"),
        ("http://[2001:DB8:0:0::1]:80/a", "http://[2001:db8::1]/a"),
        (f"{ONION}/a", f"http://{ONION}/a"),
        (f"https://www.{ONION.upper()}/a", f"https://www.{ONION}/a"),
        ("forum.example.org/a", "https://forum.example.org/a"),
        ("example.rs:8080/a", "https://example.rs:8080/a"),
        ("192.0.2.1/a", "https://192.0.2.1/a"),
        ("localhost:8000/a", None),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
        ("https://intranet.unknown-ending/a", "https://intranet.unknown-ending/a"),
        ("magnet:?dn=name&xt=urn:btih:" + "AB" * 20, "magnet:?xt=urn:btih:" + "ab" * 20),
        ("magnet:?xt=urn:btih:" + "MFRGG" * 6 + "ME", "magnet:?xt=urn:btih:61626330b131985898cc2c4c661626330b131984"),
        ("ed2k://|file|name.bin|0123|" + "AB" * 16 + "|/", "ed2k://|file||123|" + "ab" * 16 + "|/"),
    ],
)
def test_one_spelling(typed: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(NotALocation):
            locate(typed)
        return
    location = locate(typed)
    assert location.canonical == canonical
    assert locate(canonical) == location


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("javascript:alert(1)", UnreadableReason.SCHEME),
        ("data:text/html,x", UnreadableReason.SCHEME),
        ("ana@example.org", UnreadableReason.EMAIL),
        ("https://", UnreadableReason.HOST),
        ("https://a..example.org/", UnreadableReason.HOST),
        (f"https://{'a' * 64}.example.org/", UnreadableReason.HOST),
        (f"https://{'a.' * 130}example.org/", UnreadableReason.HOST),
        ("https://300.1.1.1/", UnreadableReason.HOST),
        ("http://short.onion/", UnreadableReason.HOST),
        (f"http://{'b' * 16}.onion/", UnreadableReason.OLD_ONION),
        ("forum.notanending/a", UnreadableReason.HOST),
        ("pictures.zip", UnreadableReason.FILE),
        ("https://example.org/" + "a" * 2029, UnreadableReason.TOO_LONG),
        ("https://example.org/" + "ћ" * 400, UnreadableReason.TOO_LONG),
        ("3.5", None),
        ("ana@škola", None),
        ("", None),
    ],
)
def test_not_an_address(typed: str, why: UnreadableReason | None) -> None:
    with pytest.raises(NotALocation) as refused:
        locate(typed)
    assert refused.value.why == why


def test_the_longest_address_is_taken() -> None:
    assert len(locate("https://example.org/" + "a" * 2028).canonical) == 2048


@pytest.mark.parametrize(
    ("typed", "kind", "host", "domain"),
    [
        ("https://a.b.example.co.rs/x", LocationKind.URL, "a.b.example.co.rs", "example.co.rs"),
        (
            "https://foto.пример.срб/",
            LocationKind.URL,
            "foto.xn--e1afmkfd.xn--90a3ac",
            "xn--e1afmkfd.xn--90a3ac",
        ),
        ("http://192.0.2.1/", LocationKind.URL, "192.0.2.1", ""),
        (f"http://www.{ONION}/", LocationKind.ONION, f"www.{ONION}", ONION),
    ],
)
def test_kind_host_and_domain(typed: str, kind: LocationKind, host: str, domain: str) -> None:
    location = locate(typed)
    assert (location.kind, location.host, location.registrable_domain) == (kind, host, domain)
    assert Location.from_dict(location.as_dict()) == location


def test_digest_is_the_documented_one() -> None:
    location = locate("https://example.org/")
    assert location.digest == hashlib.sha256(b"url:https://example.org/").digest()
    assert locate("http://example.org/").digest != location.digest
    assert location.as_dict() == {"kind": "url", "canonical": "https://example.org/"}


@pytest.mark.parametrize(
    ("app", "handle", "canonical"),
    [
        ("discord", "АНА", "app:discord/ана"),
        ("tik-tok", "Ana\u200b.Banana", "app:tik-tok/ana.banana"),
        ("Вибер", "#grupa", "app:viber/#grupa"),
        ("x", "a" * 64, "app:x/" + "a" * 64),
    ],
)
def test_app_locations(app: str, handle: str, canonical: str) -> None:
    location = app_location(app, handle)
    assert location == Location(LocationKind.APP, canonical)
    assert Location.from_dict(location.as_dict()) == location


@pytest.mark.parametrize(
    "handle", ["", " ", "@", "@ @", "\u200b", "\x00", "-", "a" * 65, "Ана Антић", "наша група", "<b>ana", "ana, ana"]
)
def test_invalid_handle_gives_no_location(handle: str) -> None:
    with pytest.raises(ValueError, match="no handle"):
        app_location("discord", handle)


_PIECES = (
    "http:// https:// hxxp:// ftp:// www. example.org .rs .срб .test / // .. %2e %41 %%341 % ? & utm_source=1 #!/ #/ # @ : :80"
    f" [ ] [.] dot [::1] 1.2.3.4 0x7f . - _ \\ ' ( ) magnet:?xt=urn:btih: {'a' * 40} {'a' * 16}.onion {ONION} ed2k://|file| |12|"
).split()
_HOSTILE = ["\t", "\n", " dot ", "\u200b", "\u202e", "\x00", "\ud800", "İ", "ß", "＠", "。", "\u0345", "\U0001f600"]
texts = st.lists(st.sampled_from(_PIECES + _HOSTILE) | st.text(max_size=4), max_size=14).map("".join)


@given(texts)
def test_any_text_is_accepted_and_found_locations_are_canonical(text: str) -> None:
    for location in extract_locations(text).locations:
        assert locate(location.canonical) == location
        assert Location.from_dict(location.as_dict()) == location
        assert len(location.canonical) <= 2048
        assert location.canonical.encode()


@given(st.text(max_size=20), texts)
def test_app_locations_stay_as_they_are(app: str, handle: str) -> None:
    try:
        location = app_location(app, handle)
    except ValueError:
        return
    code, _, folded = location.canonical.removeprefix("app:").partition("/")
    assert app_location(code, folded) == location
    assert Location.from_dict(location.as_dict()) == location


@pytest.mark.timing
@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "https://" * 25_000,
        "https://[" * 22_000,
        "x.rs" + ")" * 200_000,
        "a dot " * 33_000,
        "ed2k://|file|" * 15_000,
        "https://a.rs/" + "%" * 200_000,
        "https://" + "ћ." * 100_000,
        ("https://" + "ћ" * 8_000 + ".срб ") * 25,
        "\u200b" * 200_000,
        "https://a.rs/ " * 800_000,
    ],
    ids=lambda text: f"{text[:12]!a}",
)
def test_hostile_text_takes_little_longer_than_addresses(text: str) -> None:
    assert seconds(extract_locations, text) < 20 * seconds(extract_locations, "vidi https://a.rs/ " * 10_000)
