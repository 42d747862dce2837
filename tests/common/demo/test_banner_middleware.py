"""In a demonstration, every page has the banner: for visitors, staff and anonymous users, including errors."""

from typing import Any

import pytest
from django.conf import settings as portal
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from clicksafely.common.demo.banner_middleware import DemoBannerMiddleware
from tests.clients.staff import signed_in

MARK = 'class="demonstration-mark"'


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.DEMO = True


def marked(response: HttpResponse) -> str:
    """Return the content of a response after the middleware."""
    return DemoBannerMiddleware(lambda request: response)(RequestFactory().get("/")).content.decode()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_every_page_has_it_once(client: Client) -> None:
    def away(*args: Any) -> None:
        raise OperationalError

    for path in ("/sr/", "/en/help/", "/sr/nowhere/", "/admin/login/"):
        assert client.get(path).content.decode().count(MARK) == 1, path
    assert signed_in("ana", "analyst").client.get("/admin/").content.decode().count(MARK) == 1
    with connection.execute_wrapper(away):
        response = client.get("/sr/topics/phishing/")
    assert (response.status_code, response.content.decode().count(MARK)) == (503, 1)


def test_it_is_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        page = marked(HttpResponse('<!doctype html><html lang="sr-Latn"><body><p>x</p></body></html>'))
    assert "Demonstracija:" in page


def test_a_file_stays_as_it_is() -> None:
    attachment = {"Content-Disposition": "attachment", "Content-Length": "14"}
    assert marked(HttpResponse(b"<body class=x>", headers=attachment)) == "<body class=x>"
    assert marked(HttpResponse(b"<body>", content_type="text/csv")) == "<body>"


def test_elsewhere_there_is_none() -> None:
    with override_settings(DEMO=False), pytest.raises(MiddlewareNotUsed):
        DemoBannerMiddleware(lambda request: HttpResponse())
    assert "clicksafely.common.demo.banner_middleware.DemoBannerMiddleware" in portal.MIDDLEWARE
