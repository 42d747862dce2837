"""What the audit finds where the portal runs: links that lead nowhere, faults of the keyboard, what has no name."""

from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page

from tests.e2e.audit import spoken
from tests.e2e.audit.crawling import crawl
from tests.e2e.audit.examining import USUAL
from tests.e2e.audit.keyboard import walk
from tests.e2e.audit.sweep import PAIRS
from tests.live_portal import Site


def test_links_that_lead_nowhere_are_found(site: Site) -> None:
    found = crawl(site.url, ["/en/about/", "/en/nowhere/"], most=0)
    assert found.faults == {"/en/about/": [], "/en/nowhere/": [("leads to 404", "/en/nowhere/")]}
    assert found.answers["/en/about/"].links


def test_a_redirect_to_another_site_is_not_followed(site: Site) -> None:
    path = "/en/report/leave/?draft_id=1"
    found = crawl(site.url, [path], most=0)
    assert found.answers[path].status == 200
    assert found.faults == {path: []}


def test_displays_of_a_staff_page_pair_every_language_theme_and_width() -> None:
    shown = {(language, display.width, display.dark) for language, displays in PAIRS.items() for display in displays}
    for first, second in ((0, 1), (0, 2), (1, 2)):
        every = product(PAIRS, {each.width for each in USUAL}, (False, True))
        assert {(look[first], look[second]) for look in every} == {(look[first], look[second]) for look in shown}


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<a href=#x>one</a><button>two</button>", ""),
        ("<a href=#x>one</a><button tabindex=1>two</button>", "out of order"),
        ("<style>:focus {outline: none}</style><a href=#x>one</a>", "focus is not visible"),
        (
            "<a href=#x>one</a><script>a = document.querySelector('a'); a.onkeydown = e => e.preventDefault()</script><a href=#y>two</a>",
            "not reached by Tab",
        ),
    ],
)
def test_faults_of_the_keyboard_are_found(visit: Callable[..., Page], html: str, rule: str) -> None:
    page = visit()
    page.set_content(html)
    faults, reached = walk(page)
    assert [found for found, _where in faults] == ([rule] if rule else [])
    assert reached or rule


@pytest.mark.parametrize(
    ("html", "rules"),
    [
        ("<nav aria-label=A></nav><nav aria-label=B></nav><button aria-label=one></button><img alt='' src=x>", []),
        ("<button></button><a href=#x><svg></svg></a>", ["has no name", "has no name"]),
        ("<input><label>b <input></label>", ["has no name"]),
        ("<nav><a href=#x>a</a></nav><nav><a href=#y>b</a></nav>", ["named like another"]),
        ("<div hidden><button></button></div><h2><img alt='A picture' src=x></h2>", []),
    ],
)
def test_elements_without_an_accessible_name_are_found(visit: Callable[..., Page], html: str, rules: list[str]) -> None:
    page = visit()
    page.set_content(html)
    assert [rule for rule, _where in spoken.faults(page)] == rules


@pytest.mark.parametrize("path", ["/sr/", "/sr/report/", "/sr/games/", "/sr/quizzes/", "/sr/events/"])
def test_every_element_of_a_page_has_an_accessible_name(visit: Callable[..., Page], path: str) -> None:
    page = visit()
    page.goto(path)
    assert spoken.faults(page) == []
