"""Accounts of staff as the command makes them."""

import io
import re
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff import enrolment
from tests.signing import HASHERS, code_of, enter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast_hashes() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


def enrol(username: str, role: str) -> str:
    output = io.StringIO()
    call_command("enrol_staff", username, "--role", role, stdout=output)
    return output.getvalue()


def test_what_is_printed_lets_in() -> None:
    printed = enrol("mira", "analyst")
    password = re.search(r"First password: +(\S{20})\n", printed)
    codes = re.findall(r"^  ([a-z0-9]{12})$", printed, re.MULTILINE)
    device = TOTPDevice.objects.get(user__username="mira")
    assert password
    assert len(set(codes)) == 10
    assert f"Authenticator app:  {device.config_url}\n" in printed
    assert enter(Client(), "mira", code_of(device), password[1]) == 302
    client = Client()
    assert enter(client, "mira", codes[3], password[1]) == 302
    assert client.get("/admin/hotline/desk/").status_code == 200
    assert enter(Client(), "mira", codes[3], password[1]) == 200


def test_a_name_is_taken_once() -> None:
    enrol("mira", "analyst")
    assert AuditEvent.objects.count() == 1
    before = User.objects.values_list("password", "last_login").get(username="mira")
    with pytest.raises(CommandError, match="There is an account mira already"):
        enrol("mira", "supervisor")
    mira = User.objects.get(username="mira")
    assert (mira.password, mira.last_login) == before
    assert [group.name for group in mira.groups.all()] == ["analyst"]
    assert (TOTPDevice.objects.count(), AuditEvent.objects.count()) == (1, 1)


def test_it_leaves_its_mark_in_the_audit_trail() -> None:
    enrol("mira", "supervisor")
    mira, event = User.objects.get(username="mira"), AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.data) == ("staff.enrolled", None, {"role": "supervisor"})
    assert (event.subject_table, event.subject_id) == ("accounts_user", mira.pk)


def test_a_role_must_exist() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'boss'"):
        enrol("mira", "boss")
    assert User.objects.count() == 0


def test_its_secrets_are_not_in_its_representation() -> None:
    made = enrolment.enrol_staff(username="mira", role="editor", now=timezone.now())
    assert repr(made) == "Enrolment(username='mira')"
