"""People who have really signed in: through the form, with password and second factor."""

import secrets
import time
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "a password of the tests"
# The costly hash of production would make every signing in take a third of a second.
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True)
class Person:
    """An account and the browser in which it is at work."""

    user: User
    client: Client


def make_staff(username: str, *roles: str) -> User:
    """An active member of staff with `PASSWORD` and no second factor yet."""
    user = User.objects.create(username=username, is_staff=True, password=make_password(PASSWORD, hasher="md5"))
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def give_device(user: User) -> TOTPDevice:
    """An authenticator app for `user`."""
    return TOTPDevice.objects.create(user=user, name="app", key=secrets.token_hex(20), confirmed=True)


def code_of(device: TOTPDevice, *, steps: int = 0) -> str:
    """The six digits that the app shows now, or `steps` half minutes later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, steps)
    totp.time = time.time()
    return f"{totp.token():06d}"


def enter(client: Client, username: str, code: str, password: str = PASSWORD) -> int:
    """Fill in and send the form of the sign-in page; returns the answer's status, 302 where it let in."""
    form = {"username": username, "password": password, "otp_token": code, "next": "/admin/"}
    return client.post("/admin/login/", form).status_code


def signed_in(username: str, *roles: str, **options: bool) -> Person:
    """A new member of staff with these roles, signed in. `options` are those of Django's test client."""
    user = make_staff(username, *roles)
    client = Client(**options)
    assert enter(client, username, code_of(give_device(user))) == 302
    return Person(user, client)
