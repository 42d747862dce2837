"""Fixtures of the audit: a portal with demonstration content of every kind, its crawled pages, and the file of results."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.audit.crawling import Crawl, crawl
from tests.e2e.audit.result_file import ResultFile
from tests.e2e.page_checks import LANGUAGES
from tests.e2e.pages import plain_paths
from tests.live_portal import Site

FILL = "import django; django.setup(); from tests.e2e.contents import fill; fill()"
NOWHERE = "nowhere/"


@pytest.fixture(scope="session")
def result_file() -> ResultFile:
    """The file of results."""
    return ResultFile(Path(os.environ["AUDIT_FOLDER"]))


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of the audit's tools."""
    return Path(os.environ["AUDIT_TOOLS"])


@pytest.fixture(scope="session")
def checks() -> set[str]:
    """The selected checks."""
    return set(os.environ["AUDIT_CHECKS"].split(","))


@pytest.fixture(scope="session")
def contents(site: Site) -> dict[str, Any]:
    """See `contents.fill`."""
    filled: dict[str, Any] = json.loads(site.run("-c", FILL, seconds=1800).strip().splitlines()[-1])
    return filled


@pytest.fixture(scope="session")
def public(site: Site, contents: dict[str, Any]) -> Crawl:
    """All pages reached by links from pages without arguments, the sitemap and links in e-mails, in three languages."""
    paths = [f"/{language}/{path}" for path in (*plain_paths(), *contents["bookings"]) for language in LANGUAGES]
    missing = [path for path in paths if path.endswith(NOWHERE)]
    mapped = mapped_paths(site)
    return crawl(site.url, ["/", *paths, *mapped], expected=missing)


def mapped_paths(site: Site) -> list[str]:
    """Return the paths in the sitemap."""
    found = re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", httpx2.get(f"{site.url}/sitemap.xml").text)
    assert found, "the sitemap is empty, or has parts"
    return found


@pytest.fixture(scope="session")
def names(contents: dict[str, Any]) -> dict[str, str]:
    """Return {random token in a link of an e-mail: a stable name}."""
    tokens = dict.fromkeys(path.split("/")[1] for path in contents["bookings"] if path.startswith("bookings/"))
    return {token: f"number-{number}" for number, token in enumerate(tokens)}
