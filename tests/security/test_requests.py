"""Spoofed requests: another host, page, path, header or file."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from pytest_django.fixtures import Settings

from clicksafely.common.page_cache.wsgi import PageCache
from tests.clients.staff import PASSWORD, code_of, give_device, make_staff
from tests.common.wsgi import ask
from tests.security.headers import is_unstored

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://evil.invalid/",
    "//evil.invalid/",
    "/\\evil.invalid/",
    "https:evil.invalid",
    " https://evil.invalid/",
    "/\t/evil.invalid/",
    "javascript:alert(1)",
    "https://localhost.evil.invalid/",
    "/admin/\r\nSet-Cookie: planted=1",
    "/admin/%0d%0aSet-Cookie:%20planted=1",
)
# Headers that some frameworks, proxies and servers use to determine the URL.
UNKEYED = {
    "X-Forwarded-Host": "evil.invalid",
    "X-Forwarded-Scheme": "gopher",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Prefix": "/planted",
    "X-Host": "evil.invalid",
    "X-Original-Url": "/admin/",
    "X-Http-Method-Override": "DELETE",
    "Forwarded": "host=evil.invalid;proto=gopher",
    "Accept-Language": "en-evil, planted",
    "Origin": "https://evil.invalid",
    "Referer": "https://evil.invalid/planted",
    "User-Agent": "planted",
}


def leaves_the_portal(location: str) -> bool:
    """Whether this redirect leaves the portal: browsers treat backslashes as slashes and ignore white space and control characters."""
    plain = "".join(letter for letter in location if letter > " ").replace("\\", "/")
    return plain.startswith("//") or bool(urlsplit(plain).scheme)


def test_no_redirect_leads_away(settings: Settings) -> None:
    device = give_device(make_staff("ana", "editor"))
    away = {}
    for target in ELSEWHERE:
        client = Client()
        device.last_t = -1
        device.save()
        form = {"username": "ana", "password": PASSWORD, "otp_token": code_of(device), "next": target}
        answers = {
            "signing in": client.post("/admin/login/", form),
            "signing in, by address": client.get("/admin/login/", {"next": target}),
            "language": client.post("/admin/language/", {"language": "en", "next": target}),
            "the door": Client().get("/", {"next": target}, headers={"Accept-Language": target.splitlines()[0]}),
            "a slash that lacks": Client().get(f"/{target.splitlines()[0].rstrip('/')}"),
            "signing out": client.post("/admin/logout/", {"next": target}),
        }
        for what, answer in answers.items():
            location = answer.headers.get("Location", "")
            if leaves_the_portal(location) or "planted" in answer.cookies or "\n" in location:
                away[what, target] = location
        assert answers["signing in"].status_code == HTTPStatus.FOUND
    assert away == {}


@pytest.mark.parametrize(
    "host",
    [
        "localhost.evil.invalid",
        "localhost@evil.invalid",
        "localhost,evil.invalid",
        "localhost\tevil.invalid",
        "localhost:x",
    ],
)
def test_no_other_host_is_served(host: str) -> None:
    for path in ("/sr/", "/admin/login/"):
        answer = Client().get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil.invalid" not in answer.content.decode()


def test_nothing_but_the_address_makes_a_page() -> None:
    """A cached page was created for one visitor's headers: they must not appear in it or change it."""
    for path in ("/sr/", "/sitemap.xml"):
        plain = Client().get(path)
        for name, value in UNKEYED.items():
            answer = Client().get(path, headers={name: value})
            assert (answer.status_code, answer.content) == (plain.status_code, plain.content), (path, name)
            assert answer.headers.get("Location") == plain.headers.get("Location"), (path, name)


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """As in Django's test client: the end of a request does not close the connection of the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_cached_page_contains_no_request_headers(host: str) -> None:
    """Cache poisoning: requested first with every suspicious header, then without."""
    cache = PageCache(WSGIHandler(), generation=lambda: 1)
    cache._watch.started = True
    cache.confirm(1)
    poison = {name.upper().replace("-", "_"): value for name, value in UNKEYED.items()}
    first = ask(cache, "/en/topics/", host=host, **poison)
    then = ask(cache, "/en/topics/", host=host)
    other = ask(cache, "/en/topics/", host="evil.invalid")
    assert first.body == then.body
    assert f'href="http://{host}/en/topics/"'.encode() in then.body
    assert (first.status, then.status, other.status) == (200, 200, 400)
    assert b"evil.invalid" not in then.body
    assert b"planted" not in then.body


def test_a_private_page_has_no_url_with_a_file_suffix() -> None:
    """Cache deception: a cache that decides by file suffix would store private pages."""
    private = ("/sr/report/case/", "/sr/report/status/", "/sr/youth-panel/me/", "/admin/hotline/desk/")
    endings = ("x.css", "%2fx.css", ";x.css", "..%2fstatic%2fx.css", "%00x.css", "%3fx.css")
    faults = {}
    for path in private:
        for ending in endings:
            for address in (path + ending, path.rstrip("/") + ending):
                answer = Client().get(address)
                caching = answer.headers["Cache-Control"]
                if answer.status_code == 200 or not is_unstored(caching):
                    faults[address] = (answer.status_code, caching)
    assert faults == {}


def test_no_address_leads_out_of_its_folder() -> None:
    outside = ("../manage.py", "..%2fmanage.py", "..%5cmanage.py", "%2e%2e%2f%2e%2e%2fetc/passwd", "/etc/passwd")
    outside += ("....//manage.py", "..%252fmanage.py", "..%c0%afmanage.py", "keys/private.json", "x%00.png")
    folders = ("/static/", "/media/", "/media/news/", "/sr/resources/x/files/", "/pictures/", "/media/sealed/")
    faults = {}
    for folder in folders:
        for path in outside:
            answer = Client().get(folder + path)
            body = b"".join(answer) if answer.streaming else answer.content
            if answer.status_code not in {301, 302, 400, 404} or b"DJANGO_SETTINGS" in body or b"root:" in body:
                faults[folder + path] = answer.status_code
    assert faults == {}
    assert not str(settings.STATIC_ROOT).startswith(str(settings.MEDIA_ROOT)), (
        "what editors store would be served as ours"
    )
    assert not str(settings.SEALING_PRIVATE_KEYS).startswith((str(settings.STATIC_ROOT), str(settings.MEDIA_ROOT)))
