"""Space between the parts of public pages, and no card alone in its row."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

# Whether the last item of a grid begins its row and leaves most of it empty.
IS_ALONE = """grid => {
    const whole = grid.getBoundingClientRect(), last = grid.lastElementChild.getBoundingClientRect();
    return last.left - whole.left < 2 && last.width < whole.width / 1.5;
}"""
# The left edge of the name, minus the right edge of the number; and the lines of the hours.
HELP_LINE = """line => {
    const [number, name, hours] = ['.help-phone', '.help-name', '.help-meta'].map(each => line.querySelector(each));
    return [name.getBoundingClientRect().left - number.getBoundingClientRect().right,
        hours.getBoundingClientRect().height / parseFloat(getComputedStyle(hours).lineHeight)];
}"""
GAP = """([above, below]) => document.querySelector(below).getBoundingClientRect().top
    - document.querySelector(above).getBoundingClientRect().bottom"""


@pytest.mark.parametrize(
    ("path", "grid"),
    [
        ("for-children/", ".advice"),
        ("for-parents/", ".advice"),
        ("for-teachers/", ".advice"),
        ("topics/", ".topic-cards"),
        ("search/", ".subjects"),
        ("", ".subjects"),
    ],
)
def test_no_topic_is_alone_in_its_row(path: str, grid: str, visit: Callable[..., Page]) -> None:
    page = visit(width=1280)
    page.goto(f"/sr/{path}")
    assert not page.locator(grid).first.evaluate(IS_ALONE)


@pytest.mark.parametrize("width", [768, 1280])
def test_a_single_card_fills_its_row(width: int, visit: Callable[..., Page]) -> None:
    page = visit(width=width)
    page.goto("/sr/")
    for grid in page.locator(".cards-brief").all():
        grid.evaluate("grid => { while (grid.children.length > 1) grid.lastElementChild.remove(); }")
        assert not grid.evaluate(IS_ALONE)


def test_numbers_of_the_footer_are_apart_from_their_names_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=360)
    for language in ("sr", "sr-latn", "en"):
        page.goto(f"/{language}/about/")
        for gap, lines in page.locator(".footer-help .help-line").evaluate_all(f"lines => lines.map({HELP_LINE})"):
            assert gap >= 4
            assert lines < 1.5


@pytest.mark.parametrize(
    ("path", "above", "below", "least"),
    [
        ("for-children/", ".class-entry", ".class-entry + .section h2", 32),
        ("for-teachers/", ".class-entry + .class-entry", ".class-entry + .section:not(.class-entry) h2", 32),
        ("report/other/", ".footer-help .help-lines", ".footer-help p a", 8),
    ],
)
def test_the_following_section_has_a_gap(
    path: str, above: str, below: str, least: int, visit: Callable[..., Page]
) -> None:
    page = visit(width=1280)
    page.goto(f"/sr/{path}")
    assert page.evaluate(GAP, [above, below]) >= least


def test_the_report_form_names_each_help_line_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=360)
    page.goto("/sr/report/csam/?about=me")
    names = page.locator(".call-line-short li span")
    assert names.count() >= 4
    assert all(name.is_visible() for name in names.all())
