"""Error pages of the staff side: plain, in the user's language, without the database."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from clicksafely.urls import urlpatterns as portal

EXCEPTIONS = {
    400: SuspiciousOperation,
    403: PermissionDenied,
    404: Http404,
    413: RequestDataTooBig,
    500: ZeroDivisionError,
    503: OperationalError,
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
    client.cookies["lang"] = "sr-latn"
    response = client.get(f"/admin/fail/{status}/")
    html = response.content.decode()
    assert response.status_code == status
    assert (html.count("<h1>"), html.count('href="/admin/"'), '<html lang="sr-Latn">' in html) == (1, 2, True)
    assert (f'<code translate="no">{response.headers["X-Request-ID"]}</code>' in html) == (status >= 500)


@override_settings(ROOT_URLCONF="tests.common.http.test_error_views", PORTAL="staff")
def test_error_page_of_the_staff_process_links_to_the_staff_site() -> None:
    """No database fixture: a query would fail the test."""
    response = Client().get("/sr/nope/")
    assert (response.status_code, response.content.decode().count('href="/admin/"')) == (404, 2)


@pytest.mark.parametrize("broken", [OperationalError, InterfaceError])
@override_settings(ROOT_URLCONF="tests.common.http.test_error_views")
def test_unavailable_database_page_has_retry_after(broken: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """No database fixture: a query would fail the test."""
    monkeypatch.setitem(EXCEPTIONS, 503, broken)
    response = Client().get("/admin/fail/503/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
@pytest.mark.parametrize("with_check", [True, False])
def test_a_form_that_is_too_big_is_refused(with_check: bool) -> None:
    """Detected by the CSRF check or by the view."""
    client = Client(enforce_csrf_checks=with_check)
    client.cookies["csrftoken"] = "x" * 32
    response = client.post("/admin/language/", "language=" + "x" * 20, content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.content.decode().count("<h1>")) == (413, 1)


def test_a_form_without_its_token_is_refused_soberly() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/language/", {"language": "en"})
    assert response.status_code == 403
    assert "style" not in response["Content-Security-Policy"].partition("style-src")[0]
    assert "<style" not in response.content.decode()
