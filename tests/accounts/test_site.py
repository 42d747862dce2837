"""Browsers in which an account has signed in have their own counter of failed sign-ins."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import AuthenticatorApp
from clicksafely.accounts.site import DEVICE_COOKIE, DEVICE_MAX_AGE
from tests.clients.staff import code_of, enter, give_device, make_staff
from tests.clock import travelling

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> AuthenticatorApp:
    return give_device(make_staff("ana", "analyst"))


def fail(client: Client, username: str = "ana", times: int = 6) -> int:
    """Return the status of the last of some attempts with a wrong password."""
    return [enter(client, username, "000000", "another password") for _ in range(times)][-1]


def sign_in(client: Client, app: AuthenticatorApp) -> int:
    """Return the status of an attempt with the right data."""
    AuthenticatorApp.objects.filter(pk=app.pk).update(
        last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )
    return enter(client, "ana", code_of(app))


def known_browser(app: AuthenticatorApp) -> Client:
    """Return a browser in which the account has signed in and out."""
    client = Client()
    assert sign_in(client, app) == 302
    client.post("/admin/logout/")
    return client


def test_strangers_do_not_lock_a_known_browser(app: AuthenticatorApp) -> None:
    client = known_browser(app)
    assert fail(Client()) == 429
    assert sign_in(Client(), app) == 429
    assert sign_in(client, app) == 302


def test_a_known_browser_has_six_attempts_too_and_locks_no_other(app: AuthenticatorApp) -> None:
    client, other = known_browser(app), known_browser(app)
    assert fail(client) == 429
    assert sign_in(client, app) == 429
    assert sign_in(other, app) == 302
    assert sign_in(Client(), app) == 302


def test_success_in_a_known_browser_does_not_free_strangers(app: AuthenticatorApp) -> None:
    client = known_browser(app)
    fail(Client(), times=5)
    assert sign_in(client, app) == 302
    assert fail(Client(), times=1) == 429


def test_a_cookie_of_one_account_is_none_of_another(app: AuthenticatorApp) -> None:
    client = known_browser(app)
    give_device(make_staff("vera", "analyst"))
    assert fail(Client(), "vera") == 429
    assert enter(client, "vera", "000000") == 429


@pytest.mark.parametrize("cookie", ["x", "{id}", "{id}:{time}:{signature}x", "{id}x:{time}:{signature}"])
def test_a_forged_cookie_is_none(app: AuthenticatorApp, cookie: str) -> None:
    number, time, signature = known_browser(app).cookies[DEVICE_COOKIE].value.split(":")
    assert fail(Client()) == 429
    client = Client()
    client.cookies[DEVICE_COOKIE] = cookie.format(id=number, time=time, signature=signature)
    assert sign_in(client, app) == 429


def test_a_cookie_ends(app: AuthenticatorApp) -> None:
    with travelling(timezone.now() - DEVICE_MAX_AGE - timedelta(days=1)):
        client = known_browser(app)
    assert fail(Client()) == 429
    assert sign_in(client, app) == 429


def test_the_cookie_is_for_the_sign_in_page_alone_and_names_no_account(
    app: AuthenticatorApp, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    stranger = Client()
    fail(stranger, times=1)
    assert DEVICE_COOKIE not in stranger.cookies
    cookie = known_browser(app).cookies[DEVICE_COOKIE]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/admin/login/", "Strict", 180 * 24 * 3600)
    assert (cookie["httponly"], cookie["secure"]) == (True, True)
    assert "ana" not in cookie.value.partition(":")[0]
