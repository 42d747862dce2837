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
from clicksafely.accounts.second_factors import OPENS_SEALED_CONTENT
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import users_with_permission
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
    key = add(ana)
    client = Client()
    assert sign_in(client, key) == 302
    assert client.get("/admin/hotline/desk/").status_code == 200
    stored = WebAuthnCredential.objects.get()
    assert (stored.user, stored.name, stored.sign_count) == (ana.user, "phone", 1)
    assert AuditEvent.objects.filter(action="staff.passkey_added", actor_id=ana.user.pk).count() == 1


def test_one_person_has_several(ana: Person) -> None:
    first, second = add(ana), add(ana, name="key ring")
    assert [sign_in(Client(), key) for key in (first, second)] == [302, 302]
    page = ana.client.get(PAGE).content.decode()
    assert "phone" in page
    assert "key ring" in page


def test_the_password_is_still_needed(ana: Person) -> None:
    key = add(ana)
    assert sign_in(Client(), key, password="another password") == 200


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


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no object": lambda credential: [credential],
    "nothing": lambda credential: {},
    "text": lambda credential: "x",
    "other signature": lambda credential: credential | {"response": credential["response"] | {"signature": "MEUCIQ"}},
    "no signature": lambda credential: credential | {"response": {"clientDataJSON": "e30", "authenticatorData": "AA"}},
    "other id": lambda credential: credential | {"id": "AAAA", "rawId": "AAAA"},
    "a NUL": lambda credential: credential | {"id": "\0", "rawId": "\0"},
    "not base64": lambda credential: credential | {"rawId": "ш"},
    "numbers": lambda credential: credential | {"response": 5},
    "a list": lambda credential: credential | {"response": credential["response"] | {"authenticatorData": []}},
    "lone surrogates": lambda credential: credential | {"id": "\ud800", "rawId": "\ud800"},
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_damaged_response_is_refused(ana: Person, how: str) -> None:
    key, client = add(ana), Client()
    credential = json.loads(key.get(options_of(client, "/admin/login/passkey/")))
    assert submit(client, json.dumps(HOSTILE[how](credential))) == 200


@pytest.mark.parametrize("text", ["{", "[" * 9000, "x" * 20_000, '{"id": 1e999}', "null"])
def test_text_that_is_no_response_is_refused(ana: Person, text: str) -> None:
    add(ana)
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
        answer = client.post(f"{PAGE}passkeys/{WebAuthnCredential.objects.get().pk}/remove/", follow=True)
        assert "једини други корак" in answer.content.decode()
        assert WebAuthnCredential.objects.exists()

    def test_without_a_script_nothing_is_added(self, ana: Person) -> None:
        answer = ana.client.post(f"{PAGE}passkeys/add/", {"name": "phone"})
        assert answer.status_code == 422
        assert "захтевају JavaScript" in answer.content.decode()

    @pytest.mark.parametrize("passkey", ["{}", "[" * 9000, "null", '{"id": "ш"}'])
    def test_a_damaged_registration_is_refused(self, ana: Person, passkey: str) -> None:
        options_of(ana.client, f"{PAGE}passkeys/options/")
        answer = ana.client.post(f"{PAGE}passkeys/add/", {"name": "phone", "passkey": passkey})
        assert answer.status_code == 422
        assert "није додат" in answer.content.decode()
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

    def test_it_is_off_by_default(self, settings: Settings, ana: Person) -> None:
        settings.PASSKEY_REQUIRED = False
        assert ana.client.get("/admin/hotline/desk/").status_code == 200

    def test_a_code_opens_only_the_page_where_the_first_passkey_is_added(self, ana: Person) -> None:
        answer = ana.client.get("/admin/hotline/desk/", follow=True)
        assert answer.redirect_chain[-1] == (PAGE, 302)
        assert "обавезан приступни кључ" in answer.content.decode()
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
        for path, form in refused.items():
            assert "Прво се пријавите приступним кључем" in client.post(PAGE + path, form, follow=True).content.decode()
        assert WebAuthnCredential.objects.get().name == "phone"
        assert sign_in(client, key) == 302
        assert client.get("/admin/hotline/desk/").status_code == 200

    def test_other_roles_may_use_codes(self) -> None:
        assert signed_in("eva", "editor").client.get("/admin/events/event/").status_code != 302
        assert signed_in("ivo", "auditor").client.get("/admin/common/auditevent/").status_code == 200

    @pytest.mark.parametrize("role", ["analyst", "supervisor", "events", "coordinator", "safeguarding"])
    def test_every_role_that_opens_sealed_content_is_meant(self, role: str) -> None:
        person = signed_in("person", role)
        assert person.client.get("/admin/", follow=True).redirect_chain[-1] == (PAGE, 302)

    def test_its_permissions_exist_and_roles_grant_them(self) -> None:
        for permission in OPENS_SEALED_CONTENT:
            role = signed_in(
                f"holder-{permission}", "analyst", "supervisor", "events", "coordinator", "safeguarding"
            ).user
            assert role in users_with_permission(permission), permission


def test_a_closed_account_has_no_passkey_and_no_handle(ana: Person) -> None:
    add(ana)
    close_account(user=ana.user, actor=ana.user, now=timezone.now())
    assert not WebAuthnCredential.objects.exists()
    assert not hasattr(User.objects.get(pk=ana.user.pk), "webauthn_user_handle")
