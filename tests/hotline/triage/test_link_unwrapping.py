"""The address inside of what gateways put around it."""

import pytest

from hotline.triage.link_unwrapping import unwrap
from hotline.triage.url_normalisation import extract_locations

INSIDE = "https://example.org/a?b=1"


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&data=05%7C02%7Cana%40skola.test%7C&reserved=0",
        "https://nam02.safelinks.protection.outlook.com/ap/w-59584e83/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&data=05",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a-3Fb-3D1&d=DwMFaQ&c=x&r=y&m=z&s=w&e=",
        "https://urldefense.proofpoint.com/v1/url?u=https://example.org/a%3Fb%3D1&k=x",
        "https://urldefense.com/v3/__https://example.org/a?b=1__;!!Abc!xyz$",
        "https://urldefense.com/v3/__https://example.org/a*b=1__;Pw!!Abc!xyz$",
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fexample.org%2fa%3fb%3d1&c=E,1,x&typo=1",
        "https://www.google.com/url?sa=D&q=https://example.org/a%3Fb%3D1&ust=1",
        "https://www.google.rs/url?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&sa=U",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&h=AT0",
        "https://l.instagram.com/?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&e=AT0",
        "https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1",
        "https://vk.com/away.php?to=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1",
        "https://steamcommunity.com/linkfilter/?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1",
        "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fexample.org%252Fa%253Fb%253D1",
    ],
)
def test_known_wrappers_are_taken_off(wrapped: str) -> None:
    assert unwrap(wrapped) == INSIDE
    assert [location.canonical for location in extract_locations(f"види {wrapped} молим").locations] == [INSIDE]


@pytest.mark.parametrize(
    "address",
    [
        INSIDE,
        "https://safelinks.protection.outlook.com.a.test/?url=https%3A%2F%2Fexample.org%2F",
        "https://eur05.safelinks.protection.outlook.com/?data=x",
        "https://eur05.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
        "https://www.google.com/search?q=https%3A%2F%2Fexample.org%2F",
        "https://web.archive.org/web/2020/https://example.org/",
        "https://urldefense.com/v3/__ftp://example.org/__;!!A!b$",
        "https://urldefense.com/v3/__https://example.org/*__;_w!!A!b$",
        "magnet:?xt=urn:btih:" + "ab" * 20,
        "",
    ],
)
def test_other_addresses_stay(address: str) -> None:
    assert unwrap(address) == address


def test_runs_of_marks_consume_their_declared_length() -> None:
    assert (
        unwrap("https://urldefense.com/v3/__https://example.org/x**By*z__;YWJjZA!!A!b$")
        == "https://example.org/xabcydz"
    )


def test_wrappers_around_wrappers_end() -> None:
    address = "https://example.org/"
    for _round in range(6):
        address = f"https://vk.com/away.php?to={address.replace('%', '%25').replace(':', '%3A').replace('?', '%3F').replace('=', '%3D')}"
    assert unwrap(address).startswith("https://vk.com/away.php?to=https")
