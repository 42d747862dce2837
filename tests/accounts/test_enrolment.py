"""Staff accounts created by the command."""

import io
import re
from hashlib import sha256
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts import enrolment
from clicksafely.accounts.models import AuthenticatorApp, RecoveryCodeSet, User
from clicksafely.common.crypto import sealing
from clicksafely.common.crypto.sealing import NoPrivateKey, SealError
from clicksafely.common.models import AuditEvent
from tests.clients.staff import code_of, enter

pytestmark = pytest.mark.django_db


def enrol(username: str, role: str) -> str:
    output = io.StringIO()
    call_command("enrol_staff", username, "--role", role, stdout=output)
    return output.getvalue()


def test_printed_credentials_sign_in() -> None:
    output = enrol("mira", "analyst")
    password = re.search(r"First password: +(\S{20})\n", output)
    codes = re.findall(r"^  ([a-z0-9]{12})$", output, re.MULTILINE)
    device = AuthenticatorApp.objects.get(user__username="mira")
    assert password
    assert len(set(codes)) == 10
    assert f"Authenticator app:  {device.config_url}\n" in output
    assert enter(Client(), "mira", code_of(device), password[1]) == 302
    client = Client()
    assert enter(client, "mira", codes[3], password[1]) == 302
    assert client.get("/admin/hotline/desk/").status_code == 200
    assert enter(Client(), "mira", codes[3], password[1]) == 200


def test_a_name_is_taken_once() -> None:
    enrol("mira", "analyst")
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.data) == ("staff.enrolled", None, {"role": "analyst"})
    before = User.objects.values_list("password", "last_login").get(username="mira")
    with pytest.raises(CommandError, match="mira"):
        enrol("mira", "supervisor")
    mira = User.objects.get(username="mira")
    assert (mira.password, mira.last_login) == before
    assert (event.subject_table, event.subject_id) == ("accounts_user", mira.pk)
    assert [group.name for group in mira.groups.all()] == ["analyst"]
    assert (AuthenticatorApp.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_lost_second_factors_are_replaced_by_a_command_on_record() -> None:
    old = enrolment.enrol_staff(username="mira", role="analyst", now=timezone.now())
    assert repr(old) == "Enrolment(username='mira')"
    client = Client()
    assert enter(client, "mira", code_of(AuthenticatorApp.objects.get()), old.password) == 302
    output = io.StringIO()
    call_command("reset_second_factors", "mira", stdout=output)
    codes = re.findall(r"^  ([a-z0-9]{12})$", output.getvalue(), re.MULTILINE)
    app = AuthenticatorApp.objects.get()
    assert f"Authenticator app:  {app.config_url}\n" in output.getvalue()
    assert app.config_url != old.otpauth
    # The open session has no second factor any more.
    assert client.get("/admin/hotline/desk/").status_code == 302
    assert enter(Client(), "mira", old.recovery_codes[0], old.password) == 200
    AccessAttempt.objects.all().delete()
    RecoveryCodeSet.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert enter(Client(), "mira", codes[0], old.password) == 302
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor_id, event.subject_id) == (
        "staff.second_factors_reset",
        None,
        User.objects.get(username="mira").pk,
    )


def test_only_factors_of_an_active_staff_account_are_replaced() -> None:
    User.objects.create_user("visitor")
    for name in ("visitor", "unused"):
        with pytest.raises(CommandError, match=f"no active staff account {name}"):
            call_command("reset_second_factors", name)


class TestAuthenticatorApp:
    def test_its_key_is_stored_sealed_to_the_ring_of_accounts(self, settings: Settings, tmp_path: Path) -> None:
        app = enrolment.add_authenticator_app(user=User.objects.create_user("mira"), key=bytes(range(20)))
        assert bytes(range(20)) not in bytes(app.sealed_key)
        assert app.KEY.open(app) == bytes(range(20))
        for other in ("hotline", "panel", "bookings"):
            with pytest.raises(SealError):
                sealing.open_sealed(app.sealed_key, ring=other, **app.KEY.binding(app))
        settings.SEALING_PRIVATE_KEYS = tmp_path / "absent.json"
        with pytest.raises(NoPrivateKey):
            app.KEY.open(app)

    def test_without_the_key_of_the_account_no_code_is_right(
        self, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        app, other = (enrolment.add_authenticator_app(user=User.objects.create_user(name)) for name in ("mira", "vera"))
        code = code_of(app)
        other.sealed_key = app.sealed_key
        assert not other.verify_token(code)
        settings.SEALING_PRIVATE_KEYS = tmp_path / "absent.json"
        assert not app.verify_token(code)
        assert "NoPrivateKey" in caplog.text

    def test_a_clock_that_deviates_is_followed(self) -> None:
        app = enrolment.add_authenticator_app(user=User.objects.create_user("mira"))
        assert app.verify_token(code_of(app, steps=1))
        assert app.drift == 1
        assert not app.verify_token(code_of(app, steps=1))

    def test_a_malformed_code_is_refused_and_slows_down_the_next_attempt(self) -> None:
        app = enrolment.add_authenticator_app(user=User.objects.create_user("mira"))
        code = code_of(app)
        assert not app.verify_token(f"0{code}")
        app.throttle_reset()
        assert not app.verify_token("abcdef")
        assert not app.verify_token(code)
        app.throttle_reset()
        assert app.verify_token(code)


class TestRecoveryCodes:
    def test_they_are_stored_as_slow_hashes_and_used_once(self) -> None:
        user = User.objects.create_user("mira")
        codes = enrolment.replace_recovery_codes(user=user)
        other = RecoveryCodeSet()
        other.set_codes(codes)
        stored = RecoveryCodeSet.objects.get()
        assert not set(stored.digests) & set(other.digests)
        plain = {sha256(code.encode()).hexdigest() for code in codes} | set(codes)
        assert not plain & set(stored.digests)
        assert len(set(stored.digests)) == enrolment.RECOVERY_CODES
        assert stored.verify_token(codes[3])
        assert RecoveryCodeSet.objects.get().digests == stored.digests
        assert len(stored.digests) == enrolment.RECOVERY_CODES - 1
        assert not stored.verify_token(codes[3])
        enrolment.replace_recovery_codes(user=user)
        assert not RecoveryCodeSet.objects.get().verify_token(codes[4])
