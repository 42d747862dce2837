"""In a demonstration, every page has the banner: every URL, for visitors, staff of every role and anonymous users, including errors."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as portal
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import get_resolver
from django.utils import translation

from clicksafely.common.demo.banner_middleware import DemoBannerMiddleware
from tests.clients.page_reader import PageReader
from tests.clients.staff import signed_in
from tests.factories.staff_pages import addresses
from tests.staff_access import ANALYST, ROLES, TABLE

MARK = b'class="demonstration-mark"'
# A value for every kind of argument; most objects do not exist, and error pages need the banner too.
ARGUMENTS = {"uuid": str(UUID(int=0)), "int": "1", "path": "x"}
ROUTES = {
    re.sub(r"<(?:(\w+):)?\w+>", lambda found: ARGUMENTS.get(found[1] or "", "x"), route): route
    for route in sorted(addresses(get_resolver().url_patterns))
    if not re.search(r"[\^$()?\\]", route)
}
STAFF = [path for path in ROUTES if path.startswith("admin/") and "logout" not in path]


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.DEMO = True


def unmarked_pages(client: Client, paths: list[str]) -> tuple[list[str], int]:
    """Return the pages that do not have the banner exactly once, and the number of pages."""
    found, pages = [], 0
    client.raise_request_exception = False
    for path in paths:
        response = client.get(f"/{path}")
        # Fragments, which scripts insert in pages, have no body.
        if "text/html" in response.headers.get("Content-Type", "") and b"<body" in response.content:
            pages += 1
            if response.content.count(MARK) != 1:
                found.append(f"{path} {response.status_code}")
    return found, pages


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_every_public_address(client: Client, language: str) -> None:
    public = [
        re.sub(r"^(sr|sr-latn|en)/", f"{language}/", path) for path in ROUTES if not path.startswith(("admin/", "api/"))
    ]
    found, pages = unmarked_pages(client, public)
    assert found == []
    assert pages > 50


@pytest.mark.django_db
def test_every_staff_address() -> None:
    """Each page as a role with access, or refused; common pages as every role."""
    found, pages = {}, 0
    for role in ROLES:
        theirs = [path for path in STAFF if path == "admin/" or min(TABLE[ROUTES[path]][0], default=ANALYST) == role]
        found[role], page_count = unmarked_pages(signed_in(role, role).client, theirs)
        pages += page_count
    assert found == {role: [] for role in ROLES}
    assert pages > 100


@pytest.mark.django_db
def test_every_staff_address_before_signing_in(client: Client) -> None:
    found, pages = unmarked_pages(client, [*STAFF, "admin/login/"])
    assert found == []
    assert pages > 0


@pytest.mark.django_db
def test_it_is_first_and_in_the_readers_language(client: Client) -> None:
    for language, words in (
        ("sr", "Бројеви за помоћ су прави"),
        ("sr-latn", "Brojevi za pomoć su pravi"),
        ("en", "The help lines are real"),
    ):
        page = PageReader(client.get(f"/{language}/").content.decode()).text
        assert words in page
        assert page.index(words) < page.index({"sr": "Деца", "sr-latn": "Deca", "en": "Children"}[language])


@pytest.mark.django_db
def test_without_the_database(client: Client) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        response = client.get("/sr/topics/phishing/")
    assert response.status_code == 503
    assert response.content.count(MARK) == 1


def test_a_file_stays_as_it_is() -> None:
    def answer(request: object) -> HttpResponse:
        return HttpResponse(b"<body class=x>", headers={"Content-Disposition": "attachment", "Content-Length": "14"})

    response = DemoBannerMiddleware(answer)(RequestFactory().get("/"))
    assert response.content == b"<body class=x>"  # type: ignore[attr-defined]


def test_non_html_response_is_unchanged() -> None:
    def answer(request: object) -> HttpResponse:
        return HttpResponse(b"<body>", content_type="text/csv")

    assert DemoBannerMiddleware(answer)(RequestFactory().get("/")).content == b"<body>"  # type: ignore[attr-defined]


def test_elsewhere_there_is_none() -> None:
    with override_settings(DEMO=False), pytest.raises(MiddlewareNotUsed):
        DemoBannerMiddleware(lambda request: HttpResponse())
    assert "clicksafely.common.demo.banner_middleware.DemoBannerMiddleware" in portal.MIDDLEWARE


@pytest.mark.parametrize(
    ("tag", "words"), [("sr-Cyrl", "Демонстрација:"), ("sr-Latn", "Demonstracija:"), ("en", "Demonstration:")]
)
def test_the_banner_is_in_the_language_of_the_page(tag: str, words: str) -> None:
    page = HttpResponse(f'<!doctype html><html lang="{tag}"><body><p>x</p></body></html>')
    with translation.override("en" if tag != "en" else "sr"):
        marked = DemoBannerMiddleware(lambda request: page)(RequestFactory().get("/"))
    assert words in marked.content.decode()  # type: ignore[attr-defined]
