"""HTML becomes text, its links are found, and no page takes more time than its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.email.html import read_html
from tests.timing import seconds


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Добар&nbsp;дан &amp; <b>здра</b>во<br>ред 2</p><div>ред 3</div>", "Добар дан & здраво\nред 2\n\nред 3"),
        ("<head><title>наслов</title><style>p{}</style><script>if(a<b){'</p>'}</script></head>текст", "текст"),
        ("<ul><li>а<li>б</ul>в", "- а\n- б\n\nв"),
        ("<table><tr><td>а</td><td>б</td></tr><tr><td>в</td></tr></table>", "а  б\n\nв"),
        ("a <!-- b --> c <!--> d <!-- > --> e", "a  c  d  e"),
        ("<pre>a\n  b</pre>c\n d", "a\nb\nc d"),
        ("a&#1047;&#x437;&bogus;&#99999999999999999999;&#xFFFFFFFFF;", "aЗз&bogus;\ufffd\ufffd"),
        ("<img src='cid:1' alt='слика'>", "[слика]"),
        ("1 < 2 и 3 > 2", "1 < 2 и 3 > 2"),
        # What is left open hides nothing.
        ("a<!-- b", "a b"),
        ("a<script> b", "a b"),
        ("a<b c='d", "a c='d"),
        ("a</", "a"),
        ("<![if !mso]>a<![endif]>", "a"),
        ("<!DOCTYPE html><?xml?>a", "a"),
    ],
)
def test_text(page: str, text: str) -> None:
    assert read_html(page).text == text


@pytest.mark.parametrize(
    ("page", "targets", "text"),
    [
        ("<a href='https://example.org/a?b=1&amp;c=2'>ово</a>", ["https://example.org/a?b=1&c=2"], "ово <https://example.org/a?b=1&c=2>"),
        ("<A HREF=https://example.org/>https://example.org</A>", ["https://example.org/"], "https://example.org"),
        ('<a href="https://skriveno.test/">https://example.org/</a>', ["https://skriveno.test/"], "https://example.org/ <https://skriveno.test/>"),
        ("<a href='ht\ntps://example.org/a b'></a>", ["https://example.org/a b"], "<https://example.org/a%20b>"),
        ("<img src='https://slike.test/a.png'>", ["https://slike.test/a.png"], "<https://slike.test/a.png>"),
        ("<img src='https://brojac.test/a.gif' width=1 height='1'>", [], ""),
        ("<iframe src='https://a.test/'></iframe><form action='https://b.test/'>", ["https://a.test/", "https://b.test/"], "<https://a.test/>\n<https://b.test/>"),
        ("<meta http-equiv=refresh content='0; URL=https://a.test/'>", ["https://a.test/"], "<https://a.test/>"),
        ("<a href='mailto:a@b.test'>m</a><a href='#x'>x</a><a href='javascript:y()'>y</a><a href=''>z</a>", [], "mxyz"),
        ("<a href='https://a.test/'>a<a href='https://b.test/'>b", ["https://a.test/", "https://b.test/"], "a <https://a.test/> b <https://b.test/>"),
        ("<div style='display:none'><a href='https://a.test/'>a</a></div>", ["https://a.test/"], "a <https://a.test/>"),
        ("<a class='x' data-x=\"'>\" href='https://a.test/'>a</a>", ["https://a.test/"], "a <https://a.test/>"),
    ],
)  # fmt: skip
def test_targets_of_links_are_extracted(page: str, targets: list[str], text: str) -> None:
    read = read_html(page)
    assert (read.targets, read.text) == (targets, text)


MARKUP = ["<a href=", "<!--", "-->", "<script>", "</script>", "&#", "<pre>", *"<>/!-\"'=&#; \tabpx:"]


def test_words_are_without_targets() -> None:
    assert read_html("<a href='https://a.test/'>ово</a> и &lt;https://b.test/&gt;").words == "ово и <https://b.test/>"


@given(st.lists(st.sampled_from(MARKUP)).map("".join))
def test_nothing_is_refused(page: str) -> None:
    read = read_html(f"<p>{page}")
    assert [target for target in read.targets if target != target.strip() or not target] == []


PIECES = [
    "<!--", "<a ", '<a "', '<a href="x', "<", "<!", "<?", "<![CDATA[", "</", "</a ", "<script>", "<style></style", "&", "&#",
    "&#x", "&#9", "<a =", "<a x= ",
    "<!-- -- ", "<a/", "<div>", "a=1 ", '<a x="', "<a x='\"", "<pre> ", "<pre>\t", "<pre>\n", "<p> ", "<a href=x>",
    "<a href=x></a>", '"', "<img alt=", "-->",
]  # fmt: skip


@pytest.mark.timing
@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_length_only(piece: str) -> None:
    short, long = ("<a " + piece * (length // len(piece)) for length in (5_000, 80_000))
    # Sixteen times the length would take 256 times as long if it grew with the square.
    assert seconds(read_html, long) < 64 * seconds(read_html, short)
