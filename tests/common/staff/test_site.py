"""Signing in: password and second factor in one form, one answer to whatever is wrong, and a lock after six failures."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db.models import F
from django.test import Client, override_settings
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from clicksafely.accounts.models import User
from tests.signing import HASHERS, PASSWORD, code_of, enter, give_device, make_staff, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast_hashes() -> object:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture
def analyst() -> User:
    return make_staff("ana", "analyst")


@pytest.fixture
def device(analyst: User) -> TOTPDevice:
    return give_device(analyst)


def complaint(client: Client, **form: str) -> str:
    """The message of a refused attempt."""
    given = {"username": "ana", "password": PASSWORD, "otp_token": "000000", "next": "/admin/"} | form
    response = client.post("/admin/login/", given)
    assert response.status_code == 200
    found = re.search(r'<div class="errornote" role="alert">(.*?)</div>', response.content.decode(), re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split())


def another(code: str) -> str:
    """Six digits that are not `code` nor near it in time, save by a chance of one in a hundred thousand."""
    return f"{(int(code) + 314159) % 1_000_000:06d}"


def test_password_and_code_let_in(client: Client, device: TOTPDevice) -> None:
    assert enter(client, "ana", code_of(device)) == 302
    assert client.get("/admin/hotline/desk/").status_code == 200


def test_a_code_may_be_typed_with_a_space(client: Client, device: TOTPDevice) -> None:
    code = code_of(device)
    assert enter(client, "ana", f"{code[:3]} {code[3:]}") == 302


def test_whatever_is_wrong_the_answer_is_the_same(client: Client, device: TOTPDevice) -> None:
    make_staff("nodevice", "analyst")
    User.objects.create_user("visitor", password=PASSWORD)
    code = code_of(device)
    said = {
        complaint(client, password="another password", otp_token=code),
        complaint(client, otp_token=another(code)),
        complaint(client, otp_token="recovery-code"),
        complaint(client, username="nodevice", otp_token=code),
        complaint(client, username="nobody", otp_token=code),
        complaint(client, username="visitor", otp_token=code),
    }
    assert len(said) == 1
    assert next(iter(said)).startswith("Име, лозинка или код нису исправни")
    assert client.get("/admin/").status_code == 302


def test_a_code_is_used_once(client: Client, device: TOTPDevice) -> None:
    code = code_of(device)
    assert enter(client, "ana", code) == 302
    assert enter(Client(), "ana", code) == 200


def test_a_recovery_code_lets_in_once(client: Client, analyst: User) -> None:
    StaticDevice.objects.create(user=analyst, name="recovery").token_set.create(token="k7m2qxwz")
    assert enter(client, "ana", "k7m2qxwz") == 302
    assert client.get("/admin/hotline/desk/").status_code == 200
    assert enter(Client(), "ana", "k7m2qxwz") == 200


def test_an_unconfirmed_device_is_none(client: Client, device: TOTPDevice) -> None:
    TOTPDevice.objects.update(confirmed=False)
    assert enter(client, "ana", code_of(device)) == 200


def test_the_password_alone_opens_nothing(client: Client, analyst: User) -> None:
    """Such a session cannot come about by the form; should it come about otherwise, it is worth nothing."""
    client.force_login(analyst, backend="clicksafely.common.permissions.StaffBackend")
    response = client.get("/admin/hotline/desk/")
    assert (response.status_code, response["Location"]) == (302, "/admin/login/?next=/admin/hotline/desk/")


def wrong_password(client: Client, code: str) -> int:
    return enter(client, "ana", code, "another password")


def wrong_code(client: Client, code: str) -> int:
    return enter(client, "ana", another(code))


@pytest.mark.parametrize("fail", [wrong_password, wrong_code])
def test_six_failures_close_the_account_for_a_while(
    client: Client, device: TOTPDevice, fail: Callable[[Client, str], int]
) -> None:
    code = code_of(device)
    assert [fail(client, code) for _ in range(5)] == [200] * 5
    assert fail(client, code) == 429
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    response = client.post("/admin/login/", {"username": "ana", "password": PASSWORD, "otp_token": code})
    assert response.status_code == 429
    assert "Превише покушаја" in response.content.decode()


def test_attempts_while_it_is_closed_do_not_keep_it_closed(client: Client, device: TOTPDevice) -> None:
    for _ in range(6):
        wrong_password(client, "000000")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert [wrong_password(Client(), "000000") for _ in range(3)] == [429] * 3
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert enter(client, "ana", code_of(device)) == 302


def test_who_runs_the_system_opens_it_at_once(client: Client, device: TOTPDevice) -> None:
    for _ in range(6):
        wrong_password(client, "000000")
    assert enter(client, "ana", code_of(device)) == 429
    call_command("axes_reset_username", "ana")
    assert enter(client, "ana", code_of(device)) == 302


def test_another_name_is_not_closed_with_it(client: Client, device: TOTPDevice) -> None:
    for _ in range(6):
        enter(client, "somebody", "000000")
    assert enter(client, "ana", code_of(device)) == 302


def test_success_forgets_the_failures(client: Client, device: TOTPDevice) -> None:
    for _ in range(5):
        enter(client, "ana", code_of(device), "another password")
    assert enter(client, "ana", code_of(device)) == 302
    assert wrong_password(Client(), "000000") == 200


def test_signing_out_ends_the_session(client: Client, device: TOTPDevice) -> None:
    enter(client, "ana", code_of(device))
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert client.get("/admin/hotline/desk/").status_code == 302


def test_the_language_is_kept_before_and_after_signing_in(client: Client, device: TOTPDevice) -> None:
    said = {"sr": "Пријави се", "sr-latn": "Prijavi se", "en": "Sign in"}
    for language, words in said.items():
        answer = client.post("/admin/language/", {"language": language, "next": "/admin/login/"})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")
        assert f"<h1>{words}</h1>" in client.get("/admin/login/").content.decode()
    enter(client, "ana", code_of(device))
    assert "<h1>Desk</h1>" in client.get("/admin/hotline/desk/").content.decode()


def test_the_way_on_leads_nowhere_else(client: Client, device: TOTPDevice) -> None:
    form = {"username": "ana", "password": PASSWORD, "otp_token": code_of(device), "next": "https://evil.example.org/"}
    assert client.post("/admin/login/", form)["Location"] == "/admin/"


def test_other_tests_sign_in_as_the_form_does(client: Client, analyst: User, device: TOTPDevice) -> None:
    """`signed_in` goes round the form."""
    assert enter(client, "ana", code_of(device)) == 302
    person = signed_in("vera", "analyst")
    theirs = {SESSION_KEY: str(person.user.pk), HASH_SESSION_KEY: person.user.get_session_auth_hash(), DEVICE_ID_SESSION_KEY: TOTPDevice.objects.get(user=person.user).persistent_id}  # fmt: skip
    assert dict(person.client.session) == dict(client.session) | theirs
    for each in (client, person.client):
        user = each.get("/admin/password_change/").wsgi_request.user
        assert (user.is_authenticated, user.is_verified()) == (True, True)


@pytest.mark.parametrize(
    ("role", "place"),
    [("analyst", "/admin/hotline/desk/"), ("supervisor", "/admin/hotline/desk/"), ("editor", None), ("auditor", None)],
)
def test_who_works_cases_starts_at_the_desk(role: str, place: str | None) -> None:
    response = signed_in("person", role).client.get("/admin/")
    assert response.get("Location") == place
    assert response.status_code == (302 if place else 200)
