"""Fixtures of the audit: the portal with one of everything in it, what was crawled, where results go."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.audit.crawling import Crawl, crawl
from tests.e2e.audit.ledger import Ledger
from tests.e2e.looking import LANGUAGES
from tests.e2e.pages import plain_paths
from tests.site import Site

FILL = "import django; django.setup(); from tests.e2e.contents import fill; fill()"
NOWHERE = "nowhere/"


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """Where results go."""
    return Ledger(Path(os.environ["AUDIT_FOLDER"]))


@pytest.fixture(scope="session")
def tools() -> Path:
    """Where the audit's own tools lie."""
    return Path(os.environ["AUDIT_TOOLS"])


@pytest.fixture(scope="session")
def checks() -> set[str]:
    """Which checks were asked for."""
    return set(os.environ["AUDIT_CHECKS"].split(","))


@pytest.fixture(scope="session")
def contents(site: Site) -> dict[str, Any]:
    """See `contents.fill`."""
    filled: dict[str, Any] = json.loads(site.run("-c", FILL, seconds=1800).strip().splitlines()[-1])
    return filled


@pytest.fixture(scope="session")
def public(site: Site, contents: dict[str, Any]) -> Crawl:
    """All that links lead to from the pages without an argument, the map of the site and the links in letters, in three languages."""
    paths = [f"/{language}/{path}" for path in (*plain_paths(), *contents["bookings"]) for language in LANGUAGES]
    missing = [path for path in paths if path.endswith(NOWHERE)]
    mapped = mapped_paths(site)
    return crawl(site.url, ["/", *paths, *mapped], expected=missing)


def mapped_paths(site: Site) -> list[str]:
    """The paths of every page in the portal's map."""
    found = re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", httpx.get(f"{site.url}/sitemap.xml").text)
    assert found, "the map of the site is empty, or in parts"
    return found


@pytest.fixture(scope="session")
def names(contents: dict[str, Any]) -> dict[str, str]:
    """{token in a link of a letter, which is another in every portal: its number}."""
    tokens = dict.fromkeys(path.split("/")[1] for path in contents["bookings"] if path.startswith("bookings/"))
    return {token: f"number-{number}" for number, token in enumerate(tokens)}
