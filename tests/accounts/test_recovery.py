"""Recovery of an account by a supervisor and an administrator together."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts import recovery
from clicksafely.accounts.models import AccountRecovery, AuthenticatorApp, User
from clicksafely.common.crypto.sealing import NoPrivateKey
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, administrator, code_of, enter, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/account-recoveries/"


@pytest.fixture
def ana() -> Person:
    """The person who has lost the phone."""
    return signed_in("ana", "analyst")


@pytest.fixture
def supervisor() -> Person:
    return signed_in("sanja", "supervisor")


@pytest.fixture
def admin() -> Person:
    return administrator("root")


def half_of(page: str) -> str:
    found = re.search(r'<code class="evidence" translate="no">([a-z0-9]{8})</code>', page)
    assert found
    return found[1]


def request_for(person: Person, username: str = "ana") -> str:
    return person.client.post(f"{PAGE}request/", {"username": username}).content.decode()


def approve(person: Person) -> int:
    return person.client.post(f"{PAGE}{AccountRecovery.objects.get().pk}/approve/").status_code


def test_two_halves_sign_in_once_and_neither_helper_has_the_code(
    ana: Person, supervisor: Person, admin: Person
) -> None:
    app = AuthenticatorApp.objects.get(user=ana.user)
    first = half_of(request_for(supervisor))
    assert "ana" in admin.client.get(PAGE).content.decode()
    page = admin.client.post(f"{PAGE}{AccountRecovery.objects.get().pk}/approve/").content.decode()
    second = half_of(page)
    assert first not in page
    assert first not in supervisor.client.get(PAGE).content.decode()
    # The sessions and factors of before are void.
    assert ana.client.get("/admin/hotline/desk/").status_code == 302
    assert not AuthenticatorApp.objects.filter(pk=app.pk).exists()
    for wrong in (first, second, second + first):
        assert enter(Client(), "ana", wrong) == 200
        ana.user.recoverycodeset_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    client = Client()
    assert enter(client, "ana", first + second) == 302
    assert client.get("/admin/second-factors/").status_code == 200
    assert enter(Client(), "ana", first + second) == 200
    events = AuditEvent.objects.filter(action__startswith="staff.recovery", subject_id=ana.user.pk).order_by("pk")
    assert [(event.action, event.actor_id, event.data) for event in events] == [
        ("staff.recovery_requested", supervisor.user.pk, {}),
        ("staff.recovery_approved", admin.user.pk, {"requested_by": supervisor.user.pk}),
    ]
    assert not AccountRecovery.objects.exists()


def test_one_person_cannot_hold_both_halves(ana: Person, admin: Person) -> None:
    both = administrator("both", "supervisor")
    request_for(both)
    assert approve(both) == 422
    assert AuthenticatorApp.objects.filter(user=ana.user).exists()
    assert approve(admin) == 200


def test_an_administrator_does_not_approve_for_the_own_account(supervisor: Person, admin: Person) -> None:
    request_for(supervisor, "root")
    assert approve(admin) == 422
    assert approve(administrator("other")) == 200


def test_a_supervisor_does_not_request_for_the_own_account(supervisor: Person) -> None:
    request_for(supervisor, "sanja")
    assert not AccountRecovery.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountRecovery.objects.create(
            user=supervisor.user, requested_by=supervisor.user, requested_at=timezone.now(), sealed_half=b"x"
        )


def test_administrators_only_approve_and_supervisors_only_request(
    ana: Person, supervisor: Person, admin: Person
) -> None:
    request_for(admin)
    assert not AccountRecovery.objects.exists()
    with pytest.raises(recovery.RecoveryNotPermitted):
        recovery.request_recovery(username="ana", actor=admin.user, now=timezone.now())
    request_for(supervisor)
    assert approve(signed_in("second", "supervisor")) == 422
    assert AuthenticatorApp.objects.filter(user=ana.user).exists()


def test_other_roles_see_nothing(ana: Person, supervisor: Person) -> None:
    request_for(supervisor)
    person = signed_in("person", "analyst", "editor", "auditor", "events", "coordinator")
    assert person.client.get(PAGE).status_code == 403
    assert approve(person) == 403
    assert person.client.post(f"{PAGE}request/", {"username": "ana"}).status_code == 403


@pytest.mark.parametrize("username", ["unused", "former", "visitor", "\0"])
def test_only_an_active_staff_account_is_recovered(ana: Person, supervisor: Person, username: str) -> None:
    User.objects.create(username="former", is_staff=True, is_active=False)
    User.objects.create(username="visitor")
    answer = supervisor.client.post(f"{PAGE}request/", {"username": username})
    assert answer.status_code == 422
    assert not AccountRecovery.objects.exists()


def test_a_request_ends_after_a_day(ana: Person, supervisor: Person, admin: Person) -> None:
    request_for(supervisor)
    AccountRecovery.objects.update(requested_at=timezone.now() - timedelta(hours=25))
    assert approve(admin) == 404
    with pytest.raises(ActionRefused):
        recovery.approve_recovery(recovery=AccountRecovery.objects.get(), actor=admin.user, now=timezone.now())
    request_for(supervisor)
    assert AccountRecovery.objects.count() == 1


def test_a_request_is_rejected_by_an_administrator_or_withdrawn(ana: Person, supervisor: Person, admin: Person) -> None:
    other = signed_in("second", "supervisor")
    for person, status in ((other, 422), (supervisor, 302), (admin, 302)):
        request_for(supervisor)
        assert person.client.post(f"{PAGE}{AccountRecovery.objects.get().pk}/reject/").status_code == status
    assert not AccountRecovery.objects.exists()
    assert enter(Client(), "ana", code_of(AuthenticatorApp.objects.get(user=ana.user))) == 302
    assert AuditEvent.objects.filter(action="staff.recovery_rejected").count() == 2


def test_the_first_half_is_stored_sealed(ana: Person, supervisor: Person, settings: Settings) -> None:
    first = half_of(request_for(supervisor))
    stored = AccountRecovery.objects.get()
    assert first.encode() not in bytes(stored.sealed_half)
    settings.SEALING_PRIVATE_KEYS = settings.VAR_DIR / "absent.json"
    with pytest.raises(NoPrivateKey):
        stored.HALF.open(stored)


def test_without_the_key_nothing_is_replaced(
    ana: Person, supervisor: Person, admin: Person, settings: Settings
) -> None:
    request_for(supervisor)
    settings.SEALING_PRIVATE_KEYS = settings.VAR_DIR / "absent.json"
    assert approve(admin) == 422
    assert AuthenticatorApp.objects.filter(user=ana.user).exists()
    assert AccountRecovery.objects.exists()
