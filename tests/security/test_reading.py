"""The page reader of the other tests: it finds injected content, and ignores text."""

import pytest
from django.utils.html import escape

from tests.security.corpus import CORPUS, MARK, of_kind
from tests.security.html_forms import Page

# Markup that is harmless as it is, but active after unescaping or decoding.
QUIET = {
    "is markup once references are undone",
    "is markup once they are undone twice",
    "is markup once it was read as JSON",
    "is markup once an address is decoded",
    "leaves an attribute",
    "leaves an attribute in single quotes",
    "an attribute without quotes",
    "quotes of old browsers",
    "a backslash before the quote",
    "wide signs, which some foldings make narrow",
    "would be an element once it is Latin",
    "begins and never ends",
    "begins a declaration",
    "references to nothing",
    "is a script once the inner one is taken out",
    "reads differently without scripts",
    "leaves an attribute that is written anew",
    "a vertical tabulator",
    "a NUL byte in the name",
}


def test_corpus_texts_are_unique() -> None:
    assert len({each.text for each in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("hostile", of_kind("markup"), ids=lambda each: each.why)
def test_markup_is_found_where_it_is_not_made_text(hostile: tuple[str, str, str]) -> None:
    _kind, text, why = hostile
    assert bool(Page(f"<!doctype html><body><div>{text}</div>").grown()) == (why not in QUIET)


@pytest.mark.parametrize("hostile", of_kind("markup"), ids=lambda each: each.why)
def test_as_text_it_is_found_nowhere(hostile: tuple[str, str, str]) -> None:
    text = escape(hostile[1])
    page = f'<!doctype html><title>{text}</title><body><p title="{text}">{text}</p><input value="{text}"><textarea>{text}</textarea>'
    assert Page(page).grown() == []


@pytest.mark.parametrize(
    "text", ['" onfocus="xq7()" autofocus="', "' onfocus='xq7()' autofocus='", "x onfocus=xq7() autofocus"]
)
def test_an_attribute_that_was_left_is_found(text: str) -> None:
    assert any(
        Page(f"<!doctype html><body>{field}").grown()
        for field in (f'<input value="{text}">', f"<input value='{text}'>", f"<input value={text}>")
    )


def test_code_and_addresses_that_run_are_found() -> None:
    for html in (
        f'<a href="javascript:{MARK}()">',
        f'<script>let x = "</script><script>{MARK}()</script>',
        f'<script>"<{MARK}>"</script>',
        f'<meta http-equiv=refresh content="0;url=//{MARK}.test/">',
    ):
        assert Page(f"<!doctype html><body>{html}").grown(), html
