"""HTML conversion of hostile input: only letters change, evidence never does, and time is linear."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.serbian.latin_html import html_to_latin
from clicksafely.common.serbian.transliteration import to_latin
from tests.timing import seconds

WORDS = ["Ж", "ж", "љ", "ё", "č", "a", " ", "\n", "😀", "“", "&", "&amp;", ";", "1"]
MARKS = ["<", ">", "/", '"', "'", "=", "-", "!", "?", "<!--", "-->", "</"]
NAMES = [
    "p",
    "b",
    "title",
    "textarea",
    "script",
    "code",
    "svg",
    "g",
    "input",
    "alt",
    "value",
    "type",
    "translate",
    "no",
    "x",
]
SOUP = st.lists(
    st.sampled_from(WORDS + MARKS + NAMES + [f"<{name} " for name in NAMES] + [f"</{name}>" for name in NAMES])
)
soup = SOUP.map("".join)


class Structure(HTMLParser):
    """The structure of a page seen by another parser, ignoring the script; it does not support `<!-->` and finds tags in titles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((to_latin(tag), [(to_latin(name), to_latin(value or "")) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(to_latin(tag))

    def handle_comment(self, data: str) -> None:
        self.parts.append(("comment", data))

    def handle_data(self, data: str) -> None:
        if self.parts and isinstance(self.parts[-1], list):
            data = self.parts.pop()[0] + data
        self.parts.append([to_latin(data)])


def plain(html: str) -> str:
    return html.replace("&lt;", "<").replace("&amp;", "&")


@given(soup)
def test_only_letters_change(html: str) -> None:
    latin = html_to_latin(html)
    assert plain(to_latin(latin)) == plain(to_latin(html))
    assert html_to_latin(latin) == latin


@given(soup.filter(lambda html: not re.search("<title|<!---?>", html)))
def test_another_parser_sees_the_same_tags(html: str) -> None:
    assert Structure(html_to_latin(html)).parts == Structure(html).parts


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&"), max_size=200), soup)
def test_pages_without_cyrillic_stay(text: str, more: str) -> None:
    page = text.replace("lang", "l") + more.encode("ascii", "ignore").decode()
    assert html_to_latin(page) == page


EVIDENCE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>&")) | st.sampled_from(
    ["Ж", "&#1078;", "<b title='ж'>ж</b>", "<br>", "<!-- </p> -->", "<textarea></p></textarea>", "<i>ж</i>", "<p>ж</p>"]
)
protected = st.tuples(st.sampled_from(["p", "div", "td", "svg"]), st.lists(EVIDENCE)).map(
    lambda part: (f'<{part[0]} class="e" translate="no">{"".join(part[1])}</{part[0]}>',) * 2
)
read = st.text("Жжљњ ča,.\n", min_size=1).map(lambda text: (text, to_latin(text)))
pieces = st.recursive(
    protected | read,
    lambda inner: st.tuples(st.sampled_from(["p", "b", "section", "li"]), st.lists(inner)).map(
        lambda part: (
            f'<{part[0]} title="ж">{"".join(pair[0] for pair in part[1])}</{part[0]}>',
            f'<{part[0]} title="ž">{"".join(pair[1] for pair in part[1])}</{part[0]}>',
        )
    ),
)


@pytest.mark.slow
@given(st.lists(pieces))
def test_evidence_keeps_every_byte_and_everything_around_it_is_converted(parts: list[tuple[str, str]]) -> None:
    page = "".join(before for before, _after in parts)
    assert html_to_latin(page) == "".join(after for _before, after in parts)


@pytest.mark.timing
@pytest.mark.parametrize(
    "part", ["<", '<b a="', "Њ", "Њ<span ", "Њ&nbsp;", "<!--", '<b translate="no">', "&#0", "</", "<pre>", 'ж="']
)
def test_hostile_markup_takes_no_more_than_linear_time(part: str) -> None:
    short, long = (part * (length // len(part)) for length in (25_000, 400_000))
    # Sixteen times the length would take 256 times as long if it grew with the square.
    assert seconds(html_to_latin, long) < 64 * seconds(html_to_latin, short)
