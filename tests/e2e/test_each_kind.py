"""One public page of each kind in a real browser, in every run: accessible in each look and language, and narrow enough."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.page_checks import DISPLAYS, LANGUAGES
from tests.e2e.pages import KINDS, faults_on, in_turns


def test_each_language_is_tested_in_each_display() -> None:
    for urls in in_turns(KINDS).values():
        assert {url.split("/")[1] for url in urls} == set(LANGUAGES)


@pytest.mark.parametrize(("width", "dark"), DISPLAYS)
def test_it_is_accessible_and_fits(visit: Callable[..., Page], width: int, dark: bool) -> None:
    page = visit(width=width, dark=dark)
    assert faults_on(page, in_turns(KINDS)[width, dark]) == {}
