"""Headers of every response, and the pages for an unavailable database and an oversized form."""

import re

import pytest
from django.test import Client, override_settings
from pytest_django.fixtures import Settings

from clicksafely.common.http.middleware import PERMISSIONS_POLICY, STAFF_PERMISSIONS_POLICY

pytestmark = pytest.mark.urls("tests.common.pages")
# Error pages show the help lines from the database.
shows_help_lines = pytest.mark.django_db

PUBLIC_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
EXACT = {
    "Content-Security-Policy": PUBLIC_CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cache-Control": "no-store",
}


@pytest.fixture
def client() -> Client:
    return Client(headers={"Host": "localhost"}, raise_request_exception=False)


@shows_help_lines
@pytest.mark.parametrize(
    ("path", "status", "different"),
    [
        ("/sr/private/a/", 200, {}),
        ("/sr/pages/a/", 200, {"Cache-Control": "public, max-age=60"}),
        ("/sr/form/", 200, {"Referrer-Policy": "same-origin"}),
        ("/sr/nowhere/", 404, {}),
        ("/broken/code/", 500, {}),
        ("/broken/hostile/", 400, {}),
    ],
)
def test_exact(client: Client, path: str, status: int, different: dict[str, str]) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in EXACT} == EXACT | different
    assert "Strict-Transport-Security" not in response.headers
    assert "Server" not in response.headers
    assert not response.cookies


@shows_help_lines
def test_unknown_host_is_refused_with_all_headers(client: Client) -> None:
    response = client.get("/sr/private/a/", headers={"Host": "evil.invalid"})
    assert response.status_code == 400
    assert {name: response.headers.get(name) for name in EXACT} == EXACT


def test_staff_pages_have_a_nonce_and_a_same_origin_referrer(client: Client) -> None:
    policies = set()
    for _ in range(2):
        response = client.get("/admin/nonce/")
        nonce = response.content.decode()
        policy = response.headers["Content-Security-Policy"]
        assert len(nonce) >= 20
        assert f"script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; " in policy
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"
        policies.add(policy)
    assert len(policies) == 2
    assert not any("unsafe" in policy for policy in policies)


def test_staff_pages_may_use_passkeys_and_public_ones_may_not(client: Client) -> None:
    own = {feature.partition("=")[0] for feature in STAFF_PERMISSIONS_POLICY.split(", ") if not feature.endswith("=()")}
    assert own == {"publickey-credentials-create", "publickey-credentials-get"}
    assert STAFF_PERMISSIONS_POLICY.replace("=(self)", "=()") == PERMISSIONS_POLICY
    assert client.get("/admin/nonce/").headers["Permissions-Policy"] == STAFF_PERMISSIONS_POLICY
    assert client.get("/sr/private/a/").headers["Permissions-Policy"] == PERMISSIONS_POLICY


def test_https_is_demanded_and_remembered() -> None:
    with override_settings(
        SECURE_HSTS_SECONDS=63072000,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
        SECURE_SSL_REDIRECT=True,
    ):
        client = Client(headers={"Host": "localhost"})
        plain, safe = client.get("/sr/private/a/"), client.get("/sr/private/a/", secure=True)
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/sr/private/a/")
    assert safe.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


@pytest.mark.parametrize("path", ["/sr/pages/a/", "/admin/", "/static/x.css"])
def test_nothing_is_traced(client: Client, path: str) -> None:
    response = client.trace(path, headers={"X-Secret": "planted"})
    assert (response.status_code, response.content) == (405, b"")
    assert response.headers["Cache-Control"] == "no-store"


@shows_help_lines
def test_the_page_of_a_server_error_names_its_request_and_no_other_does(client: Client) -> None:
    for path, status in (("/broken/code/", 500), ("/broken/database/", 503)):
        answer = client.get(path, headers={"X-Request-ID": "chosen"})
        assert answer.status_code == status
        assert re.fullmatch("[0-9a-f]{12}", answer.headers["X-Request-ID"])
        assert f'<code translate="no">{answer.headers["X-Request-ID"]}</code>' in answer.content.decode()
    missing, again = client.get("/sr/nowhere/"), client.get("/sr/nowhere/")
    assert missing.headers["X-Request-ID"] != again.headers["X-Request-ID"]
    assert missing.headers["X-Request-ID"] not in missing.content.decode()
    assert "X-Request-ID" not in client.get("/sr/private/a/").headers


class TestDatabaseDown:
    """Without database access, which pytest-django refuses here."""

    def test_page_has_a_retry_after_header(self, client: Client) -> None:
        response = client.post("/broken/database/", {"words": "planted-words"})
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert {name: response.headers.get(name) for name in EXACT} == EXACT
        assert b"planted-words" not in response.content

    def test_also_when_a_middleware_met_it(self, client: Client, settings: Settings) -> None:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.common.pages.FailingMiddleware"]
        response = client.get("/sr/private/a/")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@shows_help_lines
class TestTooBig:
    def test_a_paste_of_ten_megabytes_reaches_the_view_whole(self, client: Client) -> None:
        response = client.post(
            "/sr/form/", {"text": "ж" * 5_000_000, "kept": "y"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert response.content.decode() == "{'text': 5000000, 'kept': 1} {}"

    def test_more_is_answered_with_its_page(self, client: Client, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
        response = client.post("/sr/form/", {"text": "x" * 20_000}, headers={"Sec-Fetch-Site": "same-origin"})
        assert response.status_code == 413
        assert [template.name for template in response.templates][:1] == ["413.html"]


@pytest.mark.django_db
@pytest.mark.urls("clicksafely.urls")
def test_a_session_cookie_with_a_nul_is_an_anonymous_visit() -> None:
    visitor = Client(headers={"Cookie": 'sessionid="abcdefgh\\000ijklmnop"'})
    response = visitor.get("/admin/")
    assert response.status_code == 302
    assert "login" in response["Location"]
