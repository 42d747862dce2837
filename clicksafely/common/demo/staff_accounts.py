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
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

FILE = "demo-accounts.json"
ROLES = {
    "analyst1": "analyst",
    "analyst2": "analyst",
    "supervisor": "supervisor",
    "editor": "editor",
    "coordinator": "coordinator",
    "auditor": "auditor",
    "safeguarding": "safeguarding",
}


class DemoAccountNotFound(Exception):
    """There is no demonstration account of this name, or it has no second factor."""


@dataclass(frozen=True)
class DemoAccount:
    """One line of the accounts' file; `otpauth` is the address that an authenticator app reads."""

    role: str
    username: str
    password: str
    otpauth: str


@transaction.atomic
def ensure_demo_accounts(*, path: Path) -> list[DemoAccount]:
    """Make the accounts that are missing, with the passwords and keys of the file at `path`; where it is missing, with new ones.

    The file is then written, readable by its owner alone.
    """
    known = {entry["username"]: DemoAccount(**entry) for entry in json.loads(path.read_text())} if path.exists() else {}
    accounts = [_provide(username, role, known.get(username)) for username, role in ROLES.items()]
    if accounts != list(known.values()):
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump([asdict(account) for account in accounts], file, indent=2)
        unfinished.rename(path)
    return accounts


def current_otp_code(username: str, *, now: datetime) -> str:
    """The code with which an account can sign in now: the present one, or the next (accepted too) where that is used up.

    Raises DemoAccountNotFound.
    """
    device = TOTPDevice.objects.filter(user__username=username, confirmed=True).first()
    if device is None:
        raise DemoAccountNotFound(
            f"No account {username} with a second factor: the demonstration accounts are {', '.join(ROLES)}."
        )
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = now.timestamp()
    if totp.t() <= device.last_t:
        totp.drift = 1
    return f"{totp.token():0{device.digits}d}"


def _provide(username: str, role: str, known: DemoAccount | None) -> DemoAccount:
    user, created = get_user_model().objects.get_or_create(username=username, defaults={"is_staff": True})
    password = known.password if known else secrets.token_urlsafe(15)
    if created or not known:
        user.set_password(password)
        user.save()
    user.groups.set([Group.objects.get(name=role)])
    device, _ = TOTPDevice.objects.get_or_create(user=user, name="demonstration", defaults={"confirmed": True})
    if known and _key(known.otpauth) != device.key:
        device.key = _key(known.otpauth)
        device.save()
    return DemoAccount(role, username, password, device.config_url)


def _key(otpauth: str) -> str:
    """The key of an otpauth address, in hex as the device keeps it."""
    secret = parse_qs(urlsplit(otpauth).query)["secret"][0]
    return base64.b32decode(secret + "=" * (-len(secret) % 8)).hex()
