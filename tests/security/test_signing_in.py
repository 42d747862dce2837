"""Attacks on the sign-in form: its timing reveals nothing, and old sessions and codes are useless."""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from tests.clients.staff import PASSWORD, code_of, enter, give_device, make_staff

pytestmark = pytest.mark.django_db


class QuickHasher(PBKDF2PasswordHasher):
    """The production algorithm with few rounds, so that it can be timed often; still most of the response time."""

    iterations = 60_000


@pytest.mark.timing
def test_response_times_do_not_reveal_accounts(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.security.test_signing_in.QuickHasher", *settings.PASSWORD_HASHERS]
    settings.AXES_ENABLED = False
    give_device(make_staff("known"))
    make_staff("without-device")
    visitor = User.objects.create(username="visitor")
    User.objects.update(password=make_password(PASSWORD))
    User.objects.filter(pk=visitor.pk).update(is_active=False)
    took: dict[str, list[float]] = {}
    for _turn in range(7):
        for name in ("known", "without-device", "visitor", "unused"):
            began = time.thread_time()
            assert enter(Client(), name, "000000", "another password") == 200
            took.setdefault(name, []).append(time.thread_time() - began)
    # Other processes of the machine only increase the time.
    least = {name: min(times) for name, times in took.items()}
    # A missing or repeated hash would be more than half of the total time.
    assert max(least.values()) < 1.4 * min(least.values()), least


def test_a_session_of_before_is_not_the_one_after() -> None:
    device = give_device(make_staff("ana", "editor"))
    planted = Client()
    session = planted.session
    session["planted"] = "1"
    session.save()
    fixed = session.session_key
    planted.cookies[django_settings.SESSION_COOKIE_NAME] = fixed
    token = planted.get("/admin/login/").cookies["csrftoken"].value
    assert enter(planted, "ana", code_of(device)) == 302
    now = planted.cookies[django_settings.SESSION_COOKIE_NAME]
    assert now.value != fixed
    assert not Session.objects.filter(session_key=fixed).exists()
    assert planted.cookies["csrftoken"].value != token
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = fixed
    assert thief.get("/admin/events/event/").status_code == 302
    # Not readable by scripts, and not sent by other sites.
    assert (now["httponly"], now["samesite"], now["path"]) == (True, "Strict", "/admin/")
    assert timedelta(seconds=django_settings.SESSION_COOKIE_AGE) <= timedelta(hours=12)
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"):
        assert getattr(django_settings, name) == django_settings.SECURE_HTTPS


def test_signing_out_and_a_new_password_end_open_sessions() -> None:
    user = make_staff("ana", "editor")
    device = give_device(user)
    client = Client()
    enter(client, "ana", code_of(device))
    stolen = Client()
    stolen.cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert stolen.get("/admin/events/event/").status_code == 200
    User.objects.filter(pk=user.pk).update(password=make_password("quite another password"))
    assert stolen.get("/admin/events/event/").status_code == 302


def test_failed_sign_in_stores_no_secrets() -> None:
    make_staff("ana", "editor")
    enter(Client(), "ana", "k7m2qxwz", "planted-password")
    form = {"username": "ana", "password": "planted-password", "passkey": "planted-passkey"}
    assert Client().post("/admin/login/?passkey=planted-passkey", form).status_code == 200
    attempt = AccessAttempt.objects.get()
    stored_text = " ".join(str(getattr(attempt, field.attname)) for field in AccessAttempt._meta.concrete_fields)
    assert [each for each in ("k7m2qxwz", "planted-password", "planted-passkey") if each in stored_text] == []
    assert attempt.ip_address == "0.0.0.0"  # noqa: S104  no address is kept
