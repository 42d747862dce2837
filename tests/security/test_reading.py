"""The page reader of the other tests: it finds injected content, and ignores text."""

import pytest
from django.utils.html import escape

from tests.security.corpus import MARK, of_kind
from tests.security.html_forms import Page

# Texts that are harmless as they are, but active after unescaping or decoding.
QUIET_COUNT = 19


def test_markup_is_found_where_it_is_not_made_text() -> None:
    quiet = [text for _, text, _ in of_kind("markup") if not Page(f"<!doctype html><body><div>{text}</div>").grown()]
    assert len(quiet) == QUIET_COUNT
    assert not {"<script>xq7()</script>", "<img src=x onerror=xq7()>", "<a href='javascript:xq7()'>x</a>"} & {*quiet}


def test_as_text_it_is_found_nowhere() -> None:
    for hostile in of_kind("markup"):
        text = escape(hostile.text)
        fields = f'<p title="{text}">{text}</p><input value="{text}"><textarea>{text}</textarea>'
        assert Page(f"<!doctype html><title>{text}</title><body>{fields}").grown() == [], hostile.why


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
