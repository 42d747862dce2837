"""Error pages of the staff side: plain, in the user's language, without the database; words of all error pages."""

import re

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation
from django.utils.html import strip_tags

from clicksafely.urls import urlpatterns as portal

EXCEPTIONS = {
    400: SuspiciousOperation,
    403: PermissionDenied,
    404: Http404,
    413: RequestDataTooBig,
    500: ZeroDivisionError,
    503: OperationalError,
}
HEADINGS = {
    400: "Овај захтев нисмо разумели",
    403: "Немате приступ",
    404: "Страница није пронађена",
    413: "Образац је превелик",
}


def fail(request: HttpRequest, status: int) -> HttpResponse:
    raise EXCEPTIONS[status]


# URLs of a staff process, and a failing page.
urlpatterns = [path("admin/fail/<int:status>/", fail), *[one for one in portal if str(one.pattern) == "admin/"]]
handler400 = "clicksafely.common.http.error_views.bad_request"
handler403 = "clicksafely.common.http.error_views.permission_denied"
handler404 = "clicksafely.common.http.error_views.page_not_found"
handler500 = "clicksafely.common.http.error_views.server_error"

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestWarning")


@pytest.mark.parametrize("status", EXCEPTIONS)
@override_settings(ROOT_URLCONF="tests.common.http.test_error_views")
def test_staff_process_has_plain_error_pages(status: int) -> None:
    """No database fixture: a query would fail the test."""
    client = Client(raise_request_exception=False)
    response = client.get(f"/admin/fail/{status}/")
    html = response.content.decode()
    assert response.status_code == status
    assert (html.count("<h1>"), html.count('href="/admin/"'), "klik" in html) == (1, 2, False)
    assert (f'<code translate="no">{response.headers["X-Request-ID"]}</code>' in html) == (status >= 500)
    if status in HEADINGS:
        assert f"<h1>{HEADINGS[status]}</h1>" in html
    client.cookies["lang"] = "sr-latn"
    assert '<html lang="sr-Latn">' in client.get(f"/admin/fail/{status}/").content.decode()


@pytest.mark.parametrize("broken", [OperationalError, InterfaceError])
@override_settings(ROOT_URLCONF="tests.common.http.test_error_views")
def test_unavailable_database_page_has_retry_after(broken: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """No database fixture: a query would fail the test."""
    monkeypatch.setitem(EXCEPTIONS, 503, broken)
    client = Client()
    client.cookies["lang"] = "en"
    response = client.get("/admin/fail/503/")
    assert response["Retry-After"] == "5"
    assert "<h1>The database is not responding</h1>" in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
@pytest.mark.parametrize("with_check", [True, False])
def test_a_form_that_is_too_big_is_refused_in_the_language_of_staff(with_check: bool) -> None:
    """Detected by the CSRF check or by the view."""
    client = Client(enforce_csrf_checks=with_check)
    client.cookies["lang"] = "en"
    client.cookies["csrftoken"] = "x" * 32
    response = client.post("/admin/language/", "language=" + "x" * 20, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "<h1>Your form is too large</h1>" in response.content.decode()


def test_a_form_without_its_token_is_refused_soberly() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/language/", {"language": "en"})
    assert response.status_code == 403
    assert "<h1>Немате приступ</h1>" in response.content.decode()
    assert "style" not in response["Content-Security-Policy"].partition("style-src")[0]
    assert "<style" not in response.content.decode()


@pytest.mark.parametrize("address", ["/nope", "/", "/sr/nope/"])
@override_settings(ROOT_URLCONF="tests.common.http.test_error_views", PORTAL="staff")
def test_error_page_of_the_staff_process_links_to_the_staff_site(address: str) -> None:
    """No database fixture: a query would fail the test."""
    response = Client().get(address)
    html = response.content.decode()
    assert response.status_code == 404
    assert (html.count("<h1>Страница није пронађена</h1>"), html.count('href="/admin/"')) == (1, 2)


# Forms of „Ви“ and „ти“: pronouns, verbs, imperatives.
ADDRESSED = re.compile(r"\b(Ви|Вас|Вам|Ваш\w*|ти|те|тебе|теби|твој\w*|сте|си|\w+(?:јте|ите))\b")


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 503])
def test_children_and_adults_read_the_same_error_page(status: int) -> None:
    with translation.override("sr"):
        html = render_to_string(f"{status}.html", request=RequestFactory().get("/sr/"))
    main = strip_tags(html.partition("<main")[2].partition("</main>")[0].partition(">")[2])
    assert ADDRESSED.findall(main) == []
