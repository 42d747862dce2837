"""People who are signed in with password and second factor: without the form, and through it where a test is about that."""

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from clicksafely.accounts.models import User

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
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def make_group(name: str, *permissions: str) -> Group:
    """A group that is none of the standard roles; it grants `permissions` ("app_label.codename")."""
    group = Group.objects.create(name=name)
    for permission in permissions:
        app_label, codename = permission.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return group


def make_group_of_all(name: str, *but: str) -> Group:
    """A group that grants every permission `but` these."""
    group = Group.objects.create(name=name)
    group.permissions.set(
        permission
        for permission in Permission.objects.select_related("content_type")
        if f"{permission.content_type.app_label}.{permission.codename}" not in but
    )
    return group


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
    """A new member of staff with these roles, whose session is as the form leaves it. `options` are those of Django's test client."""
    user = make_staff(username, *roles)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "clicksafely.common.permissions.StaffBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = give_device(user).persistent_id
    session.save()
    client = Client(**options)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return Person(user, client)


def administrator(username: str, *roles: str) -> Person:
    """As `signed_in`, but a superuser."""
    person = signed_in(username, *roles)
    User.objects.filter(pk=person.user.pk).update(is_superuser=True)
    return Person(User.objects.get(pk=person.user.pk), person.client)
