"""Authenticator apps and recovery codes that members of staff replace themselves."""

import base64
import re
from html import unescape

import pytest
from django.test import Client

from clicksafely.accounts import enrolment, second_factors
from clicksafely.accounts.models import AuthenticatorApp, RecoveryCodeSet
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, code_of, enter, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/second-factors/"


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


def shown_key(page: str) -> tuple[str, AuthenticatorApp]:
    """Return the hidden state of the form, and an app with the key that the page shows."""
    state = re.search(r'name="key" value="([^"]+)"', page)
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]{39})</code>", page)
    assert state
    assert secret
    app = AuthenticatorApp()
    app.set_key(base64.b32decode(secret[1].replace(" ", "")))
    return unescape(state[1]), app


def test_replacing_the_app_keeps_the_session(ana: Person) -> None:
    old = AuthenticatorApp.objects.get()
    state, app = shown_key(ana.client.get(f"{PAGE}app/").content.decode())
    code = code_of(app)
    assert ana.client.post(f"{PAGE}app/", {"key": state, "otp_token": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert ana.client.get("/admin/hotline/desk/").status_code == 200
    new = AuthenticatorApp.objects.get()
    assert new.KEY.open(new) == app.KEY.open(app) != old.KEY.open(old)
    assert enter(Client(), "ana", code) == 200
    assert AuditEvent.objects.filter(action="staff.authenticator_app_replaced", actor_id=ana.user.pk).exists()


def test_a_wrong_code_replaces_nothing_and_keeps_the_shown_key(ana: Person) -> None:
    stored = bytes(AuthenticatorApp.objects.get().sealed_key)
    state, app = shown_key(ana.client.get(f"{PAGE}app/").content.decode())
    assert "key" not in str(dict(ana.client.session))
    for code in ("000000" if code_of(app) != "000000" else "111111", "", "12345", "1" * 16, "１２３４５６"):
        answer = ana.client.post(f"{PAGE}app/", {"key": state, "otp_token": code})
        assert answer.status_code == 422, code
        assert shown_key(answer.content.decode())[0] == state
    assert bytes(AuthenticatorApp.objects.get().sealed_key) == stored


def test_the_key_of_the_form_is_that_of_its_account(ana: Person) -> None:
    vera = signed_in("vera", "editor")
    state, app = shown_key(vera.client.get(f"{PAGE}app/").content.decode())
    for key in (state, "", "x", state[:-4]):
        answer = ana.client.post(f"{PAGE}app/", {"key": key, "otp_token": code_of(app)})
        assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}app/")
    own = AuthenticatorApp.objects.get(user=ana.user)
    assert own.KEY.open(own) != app.KEY.open(app)


def test_new_recovery_codes_are_shown_once_and_replace_the_old_ones(ana: Person) -> None:
    old = enrolment.replace_recovery_codes(user=ana.user)
    page = ana.client.post(f"{PAGE}codes/").content.decode()
    codes = re.findall(r"<li><code>([a-z0-9]{12})</code></li>", page)
    assert len(codes) == 10
    assert codes[0] not in ana.client.get(PAGE).content.decode()
    assert enter(Client(), "ana", old[0]) == 200
    RecoveryCodeSet.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert enter(Client(), "ana", codes[0]) == 302
    assert second_factors.recovery_codes_left(ana.user) == 9
    assert AuditEvent.objects.filter(action="staff.recovery_codes_replaced", actor_id=ana.user.pk).count() == 1


def test_sign_in_with_the_last_code_redirects_to_add_a_factor(ana: Person) -> None:
    codes = enrolment.replace_recovery_codes(user=ana.user)
    AuthenticatorApp.objects.all().delete()
    client = Client()
    form = {"username": "ana", "password": "a password of the tests", "otp_token": codes[0], "next": "/admin/"}
    assert client.post("/admin/login/", form)["Location"] == PAGE
    # New codes leave the session open.
    client.post(f"{PAGE}codes/")
    assert client.get("/admin/hotline/desk/").status_code == 200
