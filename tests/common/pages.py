"""URLs for tests of middleware: each returns details of the request, or fails in one way."""

import threading
from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views import View

from clicksafely import urls
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.page_cache.wsgi import expire_page_at, public_page


class Content:
    """Content that an editor would change; the number of renderings; the behaviour of the next one."""

    def __init__(self) -> None:
        self.edition = 1
        self.rendered = 0
        self.ends_in: timedelta | None = None
        self.fails_with = 0
        self.cookie = False
        self.vary = ""
        self.gate = threading.Event()
        self.gate.set()


content = Content()


def request_text(request: HttpRequest) -> str:
    """Return everything in the request that a page may depend on, and the edition."""
    parts = [
        request.scheme,
        request.get_host(),
        request.path,
        *(f"{k}={','.join(v)}" for k, v in sorted(request.GET.lists())),
    ]
    return f"{' '.join(parts)} edition {content.edition} " + "паметан клик " * 40


@public_page(max_age=60, params=("page", "topic"))
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A public page."""
    content.rendered += 1
    text = request_text(request)
    content.gate.wait(60)
    if content.fails_with:
        return HttpResponse("failed", status=content.fails_with)
    if content.ends_in is not None:
        expire_page_at(request, timezone.now() + timedelta(hours=1))
        expire_page_at(request, timezone.now() + content.ends_in)
        expire_page_at(request, None)
    response = HttpResponse(text)
    if content.cookie:
        response.set_cookie("visitor", "1")
    if content.vary:
        response.headers["Vary"] = content.vary
    return response


def private(request: HttpRequest, name: str) -> HttpResponse:
    """A page without a declaration."""
    content.rendered += 1
    return HttpResponse(request_text(request))


class Form(CookielessFormMixin, View):
    """A form without a cookie."""

    form_purpose = "test"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the token."""
        return HttpResponse(self.form_token())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Return the posted data."""
        files = {name: [len(file.read()) for file in request.FILES.getlist(name)] for name in request.FILES}
        fields = {name: len(value) for name, value in request.POST.items()}
        return HttpResponse(f"{fields} {files}")


def nonce(request: HttpRequest) -> HttpResponse:
    """A staff page with a nonce."""
    return HttpResponse(engines["django"].from_string("{{ csp_nonce }}").render({}, request))


def broken(request: HttpRequest, how: str) -> HttpResponseBase:
    """Raise."""
    text = f"words {request.POST.get('words', '')}"
    raise {"database": OperationalError, "code": ValueError, "hostile": SuspiciousOperation}[how](text)


class FailingMiddleware:
    """Fails like the session middleware while the database is down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        raise OperationalError("server closed the connection")


handler500 = urls.handler500
urlpatterns = [
    path("sr/pages/<name>/", page),
    path("en/pages/<name>/", page),
    path("sr/private/<name>/", private),
    path("sr/form/", Form.as_view()),
    path("admin/nonce/", nonce),
    path("broken/<how>/", broken),
    *urls.urlpatterns,
]
