"""Demonstration accounts, one for every role, with random passwords and second factors. Never in production."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from clicksafely.accounts.enrolment import add_authenticator_app
from clicksafely.accounts.models import AuthenticatorApp
from clicksafely.common.staff.roles import ROLES

FILE = "demo-accounts.json"
# Codes of roles by user name.
ACCOUNTS = {username: role.code for role in ROLES for username in role.demo_accounts}


class DemoAccountNotFound(Exception):
    """There is no demonstration account with this name, or it has no second factor."""


@dataclass(frozen=True)
class DemoAccount:
    """One entry of the accounts file; `otpauth` is the address for an authenticator app."""

    role: str
    username: str
    password: str
    otpauth: str


@transaction.atomic
def ensure_demo_accounts(*, path: Path) -> list[DemoAccount]:
    """Create the missing accounts, and return all.

    Passwords and keys are those of the file at `path`, or new ones if the file lacks them. Then the file is written,
    readable by its owner only.
    """
    stored_accounts = (
        {entry["username"]: DemoAccount(**entry) for entry in json.loads(path.read_text())} if path.exists() else {}
    )
    accounts = [_provide(username, role, stored_accounts.get(username)) for username, role in ACCOUNTS.items()]
    if accounts != list(stored_accounts.values()):
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump([asdict(account) for account in accounts], file, indent=2)
        unfinished.rename(path)
    return accounts


def current_otp_code(username: str, *, now: datetime) -> str:
    """Return a code with which the account can sign in now.

    It is the current code, or the next one, which is also accepted, if the current one was used. Raises
    DemoAccountNotFound.
    """
    device = AuthenticatorApp.objects.filter(user__username=username, confirmed=True).first()
    if device is None:
        raise DemoAccountNotFound(
            f"There is no account {username} with a second factor: the demonstration accounts are {', '.join(ACCOUNTS)}."
        )
    totp = device.totp(now=now.timestamp())
    totp.drift = 0
    if totp.t() <= device.last_t:
        totp.drift = 1
    return f"{totp.token():0{device.DIGITS}d}"


def _provide(username: str, role: str, stored_account: DemoAccount | None) -> DemoAccount:
    user, created = get_user_model().objects.get_or_create(username=username, defaults={"is_staff": True})
    password = stored_account.password if stored_account else secrets.token_urlsafe(15)
    if created or not stored_account:
        user.set_password(password)
        user.save()
    user.groups.set([Group.objects.get(name=role)])
    key = _key(stored_account.otpauth) if stored_account else None
    device = AuthenticatorApp.objects.filter(user=user, name="demonstration").first()
    if device is None:
        device = add_authenticator_app(user=user, name="demonstration", key=key)
    elif key and device.KEY.open(device) != key:
        device.set_key(key)
        device.save()
    return DemoAccount(role, username, password, device.config_url)


def _key(otpauth: str) -> bytes:
    """Return the key of an otpauth address."""
    secret = parse_qs(urlsplit(otpauth).query)["secret"][0]
    return base64.b32decode(secret + "=" * (-len(secret) % 8))
