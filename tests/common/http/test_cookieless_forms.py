"""Accepted origins of a form without a cookie."""

from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from clicksafely.common.http.cookieless_forms import (
    HONEYPOT,
    TOKEN_FIELD,
    CookielessFormMixin,
    is_honeypot_filled,
    seal_state,
)

# The refusal page shows the help lines from the database.
pytestmark = [pytest.mark.urls("tests.common.pages"), pytest.mark.django_db]

OWN = "http://localhost"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"Host": "localhost"})


def token() -> str:
    """Return the hidden token of a page."""
    return Client(headers={"Host": "localhost"}).get("/sr/form/").content.decode()


@pytest.mark.parametrize(
    ("fetch_site", "origin", "has_token", "accepted"),
    [
        ("same-origin", None, False, True),
        ("same-origin", "null", False, True),
        ("same-site", OWN, True, False),
        ("cross-site", None, True, False),
        ("none", None, True, False),
        ("", None, True, False),
        ("same-origin, cross-site", OWN, True, False),
        (None, OWN, False, True),
        (None, "https://localhost", True, False),
        (None, "http://localhost:8000", True, False),
        (None, "http://sub.localhost", True, False),
        (None, "null", True, False),
        (None, "", True, False),
        # Without both headers, only the signed state decides.
        (None, None, True, True),
        (None, None, False, False),
    ],
)
def test_origin_of_a_post_is_checked(
    client: Client, fetch_site: str | None, origin: str | None, has_token: bool, accepted: bool
) -> None:
    headers = {name: value for name, value in [("Sec-Fetch-Site", fetch_site), ("Origin", origin)] if value is not None}
    data = {TOKEN_FIELD: token()} if has_token else {}
    response = client.post("/sr/form/", data, headers=headers)
    assert response.status_code == (200 if accepted else 403)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not response.cookies


@pytest.mark.parametrize("kind", ["other purpose", "old", "rubbish"])
def test_a_token_that_is_not_ours_is_refused(client: Client, kind: str) -> None:
    posted = "rubbish"
    if kind == "other purpose":
        posted = seal_state({}, purpose="form token other")
    elif kind == "old":
        with time_machine.travel("2020-01-01"):
            posted = token()
    assert client.post("/sr/form/", {TOKEN_FIELD: posted}).status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_an_old_token_does_not_help_a_request_with_a_foreign_origin(headers: dict[str, str]) -> None:
    with time_machine.travel("2020-01-01"):
        posted = token()
    request = RequestFactory().post("/sr/form/", {TOKEN_FIELD: posted}, headers=headers)
    assert not CookielessFormMixin()._is_token_expired(request)


def test_behind_tls_the_origin_is_https(client: Client, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"X-Forwarded-Proto": "https", "Origin": "https://localhost"}
    assert client.post("/sr/form/", headers=headers).status_code == 200
    assert client.post("/sr/form/", headers=headers | {"Origin": OWN}).status_code == 403


def test_the_refusal_has_advice_and_repeats_no_input(client: Client) -> None:
    response = client.post("/sr/form/", {"words": "planted-words"}, headers={"Sec-Fetch-Site": "cross-site"})
    page = response.content.decode()
    assert response.context["advice"] in page
    assert "planted-words" not in page


def test_the_form_itself_sets_no_cookie_and_is_not_stored(client: Client) -> None:
    response = client.get("/sr/form/")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(("data", "trapped"), [({}, False), ({HONEYPOT: ""}, False), ({HONEYPOT: "x"}, True)])
def test_honeypot(data: dict[str, Any], trapped: bool) -> None:
    assert is_honeypot_filled(RequestFactory().post("/", data)) is trapped
