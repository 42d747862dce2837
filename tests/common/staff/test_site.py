"""Sign-in: password and second factor in one form, one error message, and a lock after six failures."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client
from django.utils import timezone

from clicksafely.accounts.models import AuthenticatorApp, User
from tests.clients.staff import PASSWORD, code_of, enter, give_device, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make_staff("ana", "analyst")


@pytest.fixture
def device(analyst: User) -> AuthenticatorApp:
    return give_device(analyst)


def complaint(client: Client, **form: str) -> str:
    """Return the message of a refused attempt."""
    data = {"username": "ana", "password": PASSWORD, "otp_token": "000000", "next": "/admin/"} | form
    response = client.post("/admin/login/", data)
    assert response.status_code == 200
    found = re.search(r'<div class="errornote" role="alert">(.*?)</div>', response.content.decode(), re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split())


def another(code: str) -> str:
    """Return six digits that differ from `code` and, with a probability of one in a hundred thousand, from adjacent codes."""
    return f"{(int(code) + 314159) % 1_000_000:06d}"


def test_password_and_code_let_in(client: Client, device: AuthenticatorApp) -> None:
    code = code_of(device)
    assert enter(client, "ana", f"{code[:3]} {code[3:]}") == 302
    assert client.get("/admin/hotline/desk/").status_code == 200


def test_failed_sign_ins_get_one_message(client: Client, device: AuthenticatorApp) -> None:
    make_staff("nodevice", "analyst")
    User.objects.create_user("visitor", password=PASSWORD)
    code = code_of(device)
    messages = {
        complaint(client, password="another password", otp_token=code),
        complaint(client, otp_token=another(code)),
        complaint(client, otp_token="recovery-code"),
        complaint(client, username="nodevice", otp_token=code),
        complaint(client, username="unknown", otp_token=code),
        complaint(client, username="visitor", otp_token=code),
    }
    assert len(messages) == 1
    assert client.get("/admin/").status_code == 302


def test_a_code_is_used_once(client: Client, device: AuthenticatorApp) -> None:
    code = code_of(device)
    assert enter(client, "ana", code) == 302
    assert enter(Client(), "ana", code) == 200


def test_an_unconfirmed_device_is_none(client: Client, device: AuthenticatorApp) -> None:
    AuthenticatorApp.objects.update(confirmed=False)
    assert enter(client, "ana", code_of(device)) == 200


def test_the_password_alone_opens_nothing(client: Client, analyst: User) -> None:
    """The form cannot create such a session; one created in another way has no access."""
    client.force_login(analyst, backend="clicksafely.common.permissions.StaffBackend")
    response = client.get("/admin/hotline/desk/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/hotline/desk/")


def wrong_password(client: Client, code: str) -> int:
    return enter(client, "ana", code, "another password")


def wrong_code(client: Client, code: str) -> int:
    return enter(client, "ana", another(code))


@pytest.mark.parametrize("fail", [wrong_password, wrong_code])
def test_six_failures_close_the_account_for_a_while(
    client: Client, device: AuthenticatorApp, fail: Callable[[Client, str], int]
) -> None:
    code = code_of(device)
    assert [fail(client, code) for _ in range(5)] == [200] * 5
    assert fail(client, code) == 429
    AuthenticatorApp.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert enter(client, "ana", code) == 429


def test_attempts_during_a_lockout_do_not_extend_it(client: Client, device: AuthenticatorApp) -> None:
    for _ in range(6):
        wrong_password(client, "000000")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert [wrong_password(Client(), "000000") for _ in range(3)] == [429] * 3
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert enter(client, "ana", code_of(device)) == 302


def test_another_name_is_not_closed_with_it(client: Client, device: AuthenticatorApp) -> None:
    for _ in range(6):
        enter(client, "unknown", "000000")
    assert enter(client, "ana", code_of(device)) == 302


def test_success_forgets_the_failures(client: Client, device: AuthenticatorApp) -> None:
    for _ in range(5):
        enter(client, "ana", code_of(device), "another password")
    assert enter(client, "ana", code_of(device)) == 302
    assert wrong_password(Client(), "000000") == 200


def test_signing_out_ends_the_session(client: Client, device: AuthenticatorApp) -> None:
    enter(client, "ana", code_of(device))
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert client.get("/admin/hotline/desk/").status_code == 302


def test_sign_in_never_redirects_to_another_site(client: Client, device: AuthenticatorApp) -> None:
    form = {"username": "ana", "password": PASSWORD, "otp_token": code_of(device), "next": "https://evil.example.org/"}
    assert client.post("/admin/login/", form)["Location"] == "/admin/"
