"""Accounts of staff in production: a role, a first password, an authenticator app and recovery codes; and their end."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log

RECOVERY_CODES = 10
# No look-alikes: they are written down and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12


class NameTaken(Exception):
    """There is an account of this name already; nothing was changed."""


@dataclass(frozen=True)
class Enrolment:
    """What is shown once and kept nowhere in clear, the key of the app apart; `otpauth` is what an authenticator app reads."""

    username: str
    password: str = field(repr=False)
    otpauth: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


def enrol_staff(*, username: str, role: str, now: datetime) -> Enrolment:
    """Make an active staff account with one role (the code of one of `common.roles.ROLES`). Raises NameTaken.

    The audit event has no actor: whoever runs the system does this at a terminal.
    """
    password = secrets.token_urlsafe(15)
    codes = tuple("".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES))
    try:
        with transaction.atomic():
            user = get_user_model().objects.create_user(username, password=password, is_staff=True)
            user.groups.set([Group.objects.get(name=role)])
            app = TOTPDevice.objects.create(user=user, name="app", key=default_key(), confirmed=True)
            recovery = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
            for code in codes:
                recovery.token_set.create(token=code)
            audit_log.record(action="staff.enrolled", subject=user, actor=None, now=now, data={"role": role})
    except IntegrityError as error:
        raise NameTaken(f"There is an account {username} already.") from error
    return Enrolment(username, password, app.config_url, codes)


def close_account(*, user: User, actor: User, now: datetime) -> None:
    """End an account for good: nobody can sign in any more, and nothing says whose it was but a number.

    What the person did stays under that number, for the hotline has to prove it. Whoever is signed in is out with the next request.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        AccessAttempt.objects.filter(username=user.username).delete()
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        user.groups.clear()
        user.user_permissions.clear()
        for column, value in {"username": f"former-{user.pk}", "first_name": "", "last_name": "", "email": ""}.items():
            setattr(user, column, value)
        user.is_active = user.is_staff = user.is_superuser = False
        user.last_login = None
        user.set_unusable_password()
        user.save()
        # Django's log of what was done to accounts repeats their names.
        accounts = ContentType.objects.get_for_model(User)
        LogEntry.objects.filter(content_type=accounts, object_id=str(user.pk)).update(object_repr=user.username)
        audit_log.record(action="staff.account_closed", subject=user, actor=actor, now=now)
