"""Signed-in users with password and second factor: without the form, and through it for tests of the form."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from clicksafely.accounts.enrolment import add_authenticator_app
from clicksafely.accounts.models import AuthenticatorApp, User

PASSWORD = "a password of the tests"


@dataclass(frozen=True)
class Person:
    """An account and its browser."""

    user: User
    client: Client


def make_staff(username: str, *roles: str) -> User:
    """Create an active member of staff with `PASSWORD` and no second factor yet."""
    user = User.objects.create(username=username, is_staff=True, password=make_password(PASSWORD))
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def make_group(name: str, *permissions: str) -> Group:
    """Create a group other than the standard roles; it grants `permissions` ("app_label.codename")."""
    group = Group.objects.create(name=name)
    for permission in permissions:
        app_label, codename = permission.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    return group


def make_group_of_all(name: str, *but: str) -> Group:
    """Create a group that grants every permission `but` these."""
    group = Group.objects.create(name=name)
    group.permissions.set(
        permission
        for permission in Permission.objects.select_related("content_type")
        if f"{permission.content_type.app_label}.{permission.codename}" not in but
    )
    return group


def give_device(user: User) -> AuthenticatorApp:
    """Create an authenticator app for `user`."""
    return add_authenticator_app(user=user)


def code_of(device: AuthenticatorApp, *, steps: int = 0) -> str:
    """Return the six digits that the app shows now, or `steps` half minutes later."""
    totp = device.totp(now=time.time())
    totp.drift = steps
    return f"{totp.token():06d}"


def enter(client: Client, username: str, code: str, password: str = PASSWORD) -> int:
    """Submit the sign-in form; return the status of the response, 302 on success."""
    form = {"username": username, "password": password, "otp_token": code, "next": "/admin/"}
    return client.post("/admin/login/", form).status_code


def signed_in(username: str, *roles: str, **options: bool) -> Person:
    """Return a new member of staff with these roles and a session as created by the form. `options` are those of Django's test client."""
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
