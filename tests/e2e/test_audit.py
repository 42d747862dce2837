"""What the audit finds where the portal runs: links that lead nowhere, faults of the keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.audit.crawling import crawl
from tests.e2e.audit.keyboard import walk
from tests.site import Site


def test_links_that_lead_nowhere_are_found(site: Site) -> None:
    found = crawl(site.url, ["/en/about/", "/en/nowhere/"], most=0)
    assert found.faults == {"/en/about/": [], "/en/nowhere/": [("leads to 404", "/en/nowhere/")]}
    assert found.answers["/en/about/"].links


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<a href=#x>one</a><button>two</button>", ""),
        ("<a href=#x>one</a><button tabindex=1>two</button>", "out of order"),
        ("<style>:focus {outline: none}</style><a href=#x>one</a>", "focus is not seen"),
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
