"""Passkeys of staff without a browser: adding, signing in, and responses that are refused."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential
from pytest_django.fixtures import Settings

from clicksafely.accounts import passkeys
from clicksafely.accounts.enrolment import close_account
from clicksafely.accounts.models import AuthenticatorApp, User
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.roles import ROLES
from tests.clients.authenticator import Authenticator
from tests.clients.staff import PASSWORD, Person, code_of, enter, signed_in
from tests.clock import travelling

pytestmark = pytest.mark.django_db
PAGE = "/admin/second-factors/"


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


def options_of(client: Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.post(path).content)
    return found


def add(person: Person, key: Authenticator | None = None, name: str = "phone") -> Authenticator:
    """Add a passkey as the page's script does."""
    key = key or Authenticator()
    response = key.create(options_of(person.client, f"{PAGE}passkeys/options/"))
    answer = person.client.post(f"{PAGE}passkeys/add/", {"name": name, "passkey": response})
    assert answer.status_code == 302, answer.content.decode()
    return key


def sign_in(client: Client, key: Authenticator, username: str = "ana", password: str = PASSWORD) -> int:
    """Sign in as the page's script does; return the status."""
    response = key.get(options_of(client, "/admin/login/passkey/"))
    return submit(client, response, username, password)


def submit(client: Client, response: str, username: str = "ana", password: str = PASSWORD) -> int:
    form = {"username": username, "password": password, "passkey": response, "next": "/admin/"}
    return client.post("/admin/login/", form).status_code


def test_it_is_added_and_signs_in_with_the_password(ana: Person) -> None:
    key, client = add(ana), Client()
    assert sign_in(client, key) == 302
    assert client.get("/admin/hotline/desk/").status_code == 200
    stored = WebAuthnCredential.objects.get()
    assert (stored.user, stored.name, stored.sign_count) == (ana.user, "phone", 1)
    assert sign_in(Client(), key, password="another password") == 200
    assert sign_in(Client(), add(ana, name="key ring")) == 302
    assert AuditEvent.objects.filter(action="staff.passkey_added", actor_id=ana.user.pk).count() == 2


def test_failures_lock_the_account_like_wrong_codes(ana: Person) -> None:
    key = add(ana)
    key.origin = "http://evil.test"
    assert [sign_in(Client(), key) for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("origin", "host"),
    [("https://testserver", "testserver"), ("http://evil.test", "testserver"), ("http://testserver", "evil.test")],
)
def test_a_response_for_another_site_is_refused(ana: Person, origin: str, host: str) -> None:
    key = add(ana)
    key.origin, key.host = origin, host
    assert sign_in(Client(), key) == 200


def test_a_passkey_of_another_account_is_refused(ana: Person) -> None:
    vera = signed_in("vera", "editor")
    key = add(vera)
    assert sign_in(Client(), key) == 200
    assert sign_in(Client(), key, username="vera") == 302


def test_a_response_is_accepted_once_and_in_the_session_of_its_challenge(ana: Person) -> None:
    key, client = add(ana), Client()
    response = key.get(options_of(client, "/admin/login/passkey/"))
    assert submit(Client(), response) == 200
    assert submit(client, response) == 302
    client.post("/admin/logout/")
    assert submit(client, response) == 200


def test_a_challenge_ends(ana: Person) -> None:
    key, client = add(ana), Client()
    with travelling(timezone.now() - timedelta(seconds=passkeys.CHALLENGE_SECONDS + 5)):
        response = key.get(options_of(client, "/admin/login/passkey/"))
    assert submit(client, response) == 200


def test_a_copied_passkey_is_noticed(ana: Person) -> None:
    key = add(ana)
    assert sign_in(Client(), key) == 302
    key.uses = 0
    assert sign_in(Client(), key) == 200


def response_with(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda credential: credential | {"response": credential["response"] | changes}


@pytest.mark.parametrize(
    "damage",
    [
        lambda credential: [credential],
        lambda credential: {},
        lambda credential: credential | {"id": "AAAA", "rawId": "AAAA"},
        lambda credential: credential | {"id": "\0", "rawId": "\0"},
        lambda credential: credential | {"id": "\ud800", "rawId": "\ud800"},
        lambda credential: credential | {"response": 5},
        response_with(signature="MEUCIQ"),
        response_with(authenticatorData=[]),
    ],
)
def test_a_damaged_response_is_refused(ana: Person, damage: Callable[[dict[str, Any]], Any]) -> None:
    key, client = add(ana), Client()
    credential = json.loads(key.get(options_of(client, "/admin/login/passkey/")))
    assert submit(client, json.dumps(damage(credential))) == 200


def test_text_that_is_no_response_is_refused(ana: Person) -> None:
    for text in ("{", "[" * 9000, "x" * 20_000, '{"id": 1e999}'):
        client = Client()
        options_of(client, "/admin/login/passkey/")
        assert submit(client, text) == 200


def test_the_challenge_reveals_no_account(ana: Person) -> None:
    add(ana)
    options = options_of(Client(), "/admin/login/passkey/")
    assert options.get("allowCredentials", []) == []
    assert Client().get("/admin/login/passkey/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/admin/login/passkey/").status_code == 403


class TestOwnPage:
    def test_a_passkey_is_renamed_and_removed_on_record(self, ana: Person) -> None:
        add(ana)
        passkey = WebAuthnCredential.objects.get()
        path = f"{PAGE}passkeys/{passkey.pk}/"
        assert ana.client.post(f"{path}rename/", {"name": "old phone"}).status_code == 302
        assert "old phone" in ana.client.get(PAGE).content.decode()
        assert ana.client.post(f"{path}remove/").status_code == 302
        assert not WebAuthnCredential.objects.exists()
        actions = AuditEvent.objects.filter(actor_id=ana.user.pk).order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["staff.passkey_added", "staff.passkey_renamed", "staff.passkey_removed"]

    def test_passkeys_of_others_are_not_there(self, ana: Person) -> None:
        add(ana)
        path = f"{PAGE}passkeys/{WebAuthnCredential.objects.get().pk}/"
        vera = signed_in("vera", "editor")
        assert "phone" not in vera.client.get(PAGE).content.decode()
        for action in ("rename/", "remove/"):
            assert vera.client.post(path + action, {"name": "x"}).status_code == 404
        assert WebAuthnCredential.objects.get().name == "phone"

    def test_the_only_factor_is_not_removed(self, ana: Person) -> None:
        key = add(ana)
        client = Client()
        assert sign_in(client, key) == 302
        AuthenticatorApp.objects.all().delete()
        client.post(f"{PAGE}passkeys/{WebAuthnCredential.objects.get().pk}/remove/")
        assert WebAuthnCredential.objects.exists()

    @pytest.mark.parametrize("passkey", ["", "{}", "[" * 9000, '{"id": "ш"}'])
    def test_a_damaged_registration_is_refused(self, ana: Person, passkey: str) -> None:
        options_of(ana.client, f"{PAGE}passkeys/options/")
        answer = ana.client.post(f"{PAGE}passkeys/add/", {"name": "phone", "passkey": passkey})
        assert answer.status_code == 422
        assert not WebAuthnCredential.objects.exists()

    def test_a_registration_of_another_challenge_is_refused(self, ana: Person) -> None:
        response = Authenticator().create(options_of(ana.client, f"{PAGE}passkeys/options/"))
        options_of(ana.client, f"{PAGE}passkeys/options/")
        assert ana.client.post(f"{PAGE}passkeys/add/", {"name": "x", "passkey": response}).status_code == 422

    def test_the_same_passkey_is_added_once(self, ana: Person) -> None:
        key = add(ana)
        vera = signed_in("vera", "editor")
        response = key.create(options_of(vera.client, f"{PAGE}passkeys/options/"))
        assert vera.client.post(f"{PAGE}passkeys/add/", {"name": "x", "passkey": response}).status_code == 422

    def test_a_password_alone_adds_nothing(self, ana: Person) -> None:
        client = Client()
        client.force_login(ana.user, backend="clicksafely.common.permissions.StaffBackend")
        for path in ("", "passkeys/options/", "passkeys/add/", "app/", "codes/"):
            answer = client.post(f"{PAGE}{path}")
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


class TestDemanded:
    """PASSKEY_REQUIRED: who opens sealed content signs in with a passkey."""

    @pytest.fixture(autouse=True)
    def _demanded(self, settings: Settings) -> None:
        settings.PASSKEY_REQUIRED = True

    def test_a_code_opens_only_the_page_where_the_first_passkey_is_added(self, ana: Person) -> None:
        assert ana.client.get("/admin/hotline/desk/", follow=True).redirect_chain[-1] == (PAGE, 302)
        add(ana)
        assert ana.client.get("/admin/hotline/desk/").status_code == 200

    def test_with_a_passkey_a_code_neither_opens_nor_changes_anything(self, ana: Person) -> None:
        key = add(ana)
        client = Client()
        app = AuthenticatorApp.objects.get(user=ana.user)
        assert enter(client, "ana", code_of(app)) == 302
        assert client.get("/admin/hotline/desk/").status_code == 302
        passkey = WebAuthnCredential.objects.get()
        assert client.post(f"{PAGE}passkeys/options/").status_code == 403
        refused = {
            f"passkeys/{passkey.pk}/rename/": {"name": "x"},
            f"passkeys/{passkey.pk}/remove/": {},
            "passkeys/add/": {"name": "x", "passkey": "{}"},
            "codes/": {},
        }
        events = AuditEvent.objects.count()
        for path, form in refused.items():
            client.post(PAGE + path, form)
        assert (WebAuthnCredential.objects.get().name, AuditEvent.objects.count()) == ("phone", events)
        assert sign_in(client, key) == 302
        assert client.get("/admin/hotline/desk/").status_code == 200

    def test_it_is_demanded_of_every_role_that_opens_sealed_content_and_of_no_other(self) -> None:
        demanded = {"analyst", "supervisor", "events", "coordinator", "safeguarding"}
        for role in ROLES:
            client = signed_in(role.code, role.code).client
            assert (client.get("/admin/").status_code == 302) == (role.code in demanded), role.code


def test_a_closed_account_has_no_passkey_and_no_handle(ana: Person) -> None:
    add(ana)
    close_account(user=ana.user, actor=ana.user, now=timezone.now())
    assert not WebAuthnCredential.objects.exists()
    assert not hasattr(User.objects.get(pk=ana.user.pk), "webauthn_user_handle")
