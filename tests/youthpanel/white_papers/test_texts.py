"""Rich text trees and text variables, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthpanel.white_papers.rich_text_tree import blocks_of, render_html
from youthpanel.white_papers.text_variables import replace_variables, unresolved_variables


@pytest.mark.parametrize(
    ("text", "unresolved"),
    [
        ("<p>Било је {members} чланова у {towns} градова.</p>", []),
        ("<p>{чланова} {member}</p>", ["{чланова}", "{member}"]),
        ("<p>У [...] школа, TODO, и тако даље…</p>", ["[...]", "TODO", "…"]),
        ("<p>Видети [број] и [12]. Методе...</p>", ["[број]", "..."]),
        ("<p>ТОДО &#123;x&#125; TODO</p>", ["ТОДО", "{x}", "TODO"]),
        ("<p>МЕТОДОЛОГИЈА, TODOROVIĆ: ништа не чека.</p>", []),
    ],
)
def test_unresolved_variables_are_found(text: str, unresolved: list[str]) -> None:
    assert list(unresolved_variables(replace_variables(text, {"members": "150", "towns": "6"}))) == unresolved


def test_markup_becomes_parts_and_markup_again() -> None:
    html = (
        '<p>Једно <strong>јако</strong> и <em>друго</em>, <a href="https://example.org/?a=1&amp;b=2">веза</a><br>ред</p>'
        "<ul><li><p>тачка</p><ol><li><p>у тачки</p></li></ol></li></ul><blockquote><p>речи</p></blockquote><hr>"
    )
    assert render_html(blocks_of(html), level=2) == html


def test_headings_leave_no_level_out() -> None:
    headings = blocks_of("<h4>а</h4><h3>б</h3><h4>в</h4><h2>г</h2><h4>д</h4><h4>ђ</h4>")
    assert [block["level"] for block in headings] == [1, 1, 2, 1, 2, 2]
    assert render_html(blocks_of("<h4>а</h4>"), level=2) == "<h3>а</h3>"


@given(st.text(max_size=300))
def test_only_allowed_html_is_rendered(text: str) -> None:
    html = render_html(blocks_of(f"<p>{text}</p><script>{text}</script><p onclick='x'>{text}"), level=2)
    assert "<script" not in html
    assert "onclick" not in html
    assert render_html(blocks_of(html), level=2).count("<p>") == html.count("<p>")
