"""Creation of staff accounts (role, first password, second factors), new second factors, and closure of accounts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Q
from django_otp import devices_for_user
from django_otp_webauthn.models import WebAuthnUserHandle

from clicksafely.accounts.models import (
    TOTP_KEY_BYTES,
    AccountRecovery,
    AuthenticatorApp,
    RecoveryCodeSet,
    SavedView,
    User,
)
from clicksafely.common.alerts.services import forget_person
from clicksafely.common.audit import audit_log

RECOVERY_CODES = 10
# Without similar characters, because the codes are written down and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12


class NameTaken(Exception):
    """An account with this name exists; nothing was changed."""


@dataclass(frozen=True)
class SecondFactors:
    """New second factors, shown once and stored only sealed or as hashes. `otpauth` is the address for an authenticator app."""

    username: str
    otpauth: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Enrolment(SecondFactors):
    """Sign-in data of a new account, shown once."""

    password: str = field(repr=False)


def enrol_staff(*, username: str, role: str, now: datetime) -> Enrolment:
    """Create an active staff account with one role (the code of one of `common.staff.roles.ROLES`). Raises NameTaken.

    The audit event has no actor: the administrator runs this at a terminal.
    """
    password = secrets.token_urlsafe(15)
    try:
        with transaction.atomic():
            user = get_user_model().objects.create_user(username, password=password, is_staff=True)
            user.groups.set([Group.objects.get(name=role)])
            second_factors = _make_second_factors(user)
            audit_log.record(action="staff.enrolled", subject=user, actor=None, now=now, data={"role": role})
    except IntegrityError as error:
        raise NameTaken(f"The account {username} already exists.") from error
    return Enrolment(second_factors.username, second_factors.otpauth, second_factors.recovery_codes, password)


def reset_second_factors(*, user: User, now: datetime) -> SecondFactors:
    """Replace all second factors of an account; its sessions lose access, because the factor that verified them is gone.

    The audit event has no actor: the administrator runs this at a terminal.
    """
    with transaction.atomic():
        delete_second_factors(user=user)
        second_factors = _make_second_factors(user)
        audit_log.record(action="staff.second_factors_reset", subject=user, actor=None, now=now)
    return second_factors


def delete_second_factors(*, user: User) -> None:
    """Delete every second factor of an account, of any kind."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()


def _make_second_factors(user: User) -> SecondFactors:
    app = add_authenticator_app(user=user)
    return SecondFactors(user.get_username(), app.config_url, replace_recovery_codes(user=user))


def add_authenticator_app(*, user: User, name: str = "app", key: bytes | None = None) -> AuthenticatorApp:
    """Add an authenticator app with this key (20 bytes), or a new random one."""
    app = AuthenticatorApp(user=user, name=name)
    app.set_key(key or secrets.token_bytes(TOTP_KEY_BYTES))
    app.save()
    return app


def replace_recovery_codes(*, user: User) -> tuple[str, ...]:
    """Give the account new recovery codes instead of all earlier ones, and return them; they are stored as hashes only."""
    codes = tuple(random_code(_CODE_LENGTH) for _ in range(RECOVERY_CODES))
    set_recovery_codes(user=user, codes=codes)
    return codes


def set_recovery_codes(*, user: User, codes: tuple[str, ...]) -> None:
    """Store these recovery codes instead of all earlier ones."""
    # The same row, because it may have verified a session.
    code_set = RecoveryCodeSet.objects.filter(user=user).first() or RecoveryCodeSet(user=user, name="recovery")
    code_set.set_codes(codes)
    code_set.save()
    RecoveryCodeSet.objects.filter(user=user).exclude(pk=code_set.pk).delete()


def random_code(length: int) -> str:
    """Return random letters and digits, each with 4.95 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def close_account(*, user: User, actor: User, now: datetime) -> None:
    """Close an account permanently: sign-in becomes impossible, and only a number remains of its identity.

    Recorded actions stay under that number, as evidence for the hotline. Running sessions end with the next request.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        # Its known devices are counted under the name, a space and an id.
        AccessAttempt.objects.filter(Q(username=user.username) | Q(username__startswith=f"{user.username} ")).delete()
        delete_second_factors(user=user)
        forget_person(person=user)
        WebAuthnUserHandle.objects.filter(user=user).delete()
        AccountRecovery.objects.filter(Q(user=user) | Q(requested_by=user)).delete()
        SavedView.objects.filter(user=user).delete()
        user.groups.clear()
        user.user_permissions.clear()
        for column, value in {"username": f"former-{user.pk}", "first_name": "", "last_name": "", "email": ""}.items():
            setattr(user, column, value)
        user.is_active = user.is_staff = user.is_superuser = False
        user.last_login = None
        user.set_unusable_password()
        user.save()
        # Django's log of changes to accounts contains their names.
        accounts = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=accounts, object_id=str(user.pk)).update(object_repr=user.username)
        audit_log.record(action="staff.account_closed", subject=user, actor=actor, now=now)
