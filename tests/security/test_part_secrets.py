"""Attacks with everything that the public process holds: its secrets, its environment, its files."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from pytest_django.fixtures import Settings

from awareness.news import forms as news_forms
from clicksafely.common.audit import chain
from clicksafely.common.crypto.form_state import StateInvalid, open_state, seal_state
from clicksafely.common.crypto.part_secrets import SECRETS, names_of
from clicksafely.devserver.procfile import running_processes
from hotline.outbox import address_encryption
from tests.clients.staff import give_device, make_staff
from tests.live_portal import Site

Become = Callable[[str], None]
FORGED = "f" * 32


@pytest.fixture
def become(settings: Settings) -> Become:
    """Give this process the secrets of a part, and no others."""
    values = {name: getattr(settings, name) for name in SECRETS}

    def give(part: str) -> None:
        settings.PART = part
        for name, value in values.items():
            setattr(settings, name, value if name in names_of(part) else "")
        settings.SECRET_KEY = settings.STAFF_SECRET_KEY or settings.PUBLIC_SECRET_KEY

    return give


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["public", "staff"])
def test_session_signed_with_the_public_key_is_refused(become: Become, part: str) -> None:
    """The attacker knows the account, its password's digest and its second factor, and wrote a row into the table of sessions."""
    user = make_staff("ana", "editor")
    device = give_device(user)
    become(part)
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: django_settings.AUTHENTICATION_BACKENDS[-1],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        DEVICE_ID_SESSION_KEY: device.persistent_id,
    }
    Session.objects.create(
        session_key=FORGED,
        session_data=SessionStore().encode(content),
        expire_date=timezone.now() + timedelta(hours=1),
    )
    become("staff")
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = FORGED
    # With the key of the staff site the same row is a session: the forgery lacks nothing else.
    assert client.get("/admin/").status_code == (200 if part == "staff" else 302)


@pytest.mark.django_db
def test_a_token_of_the_public_site_resets_no_password(become: Become) -> None:
    user = make_staff("ana", "editor")
    become("public")
    forged = default_token_generator.make_token(user)
    assert default_token_generator.check_token(user, forged)
    become("staff")
    assert not default_token_generator.check_token(user, forged)


def test_a_form_of_staff_takes_no_state_or_value_of_the_public_site(become: Become) -> None:
    become("public")
    state = seal_state({"receipt": "x"}, purpose="import")
    value = signing.dumps(["image", "news/private.png"], salt=news_forms.SALT)
    become("staff")
    with pytest.raises(StateInvalid):
        open_state(state, purpose="import")
    with pytest.raises(signing.BadSignature):
        signing.loads(value, salt=news_forms.SALT)


def test_parts_with_external_connections_cannot_seal_form_states(become: Become) -> None:
    become("outside")
    with pytest.raises(ImproperlyConfigured):
        seal_state({}, purpose="report")
    with pytest.raises(ImproperlyConfigured):
        signing.dumps("x")


@pytest.mark.parametrize("part", ["public", "worker", "outside", "sealed", "beat", "owner"])
def test_other_parts_neither_rebuild_the_audit_chain_nor_read_addresses(become: Become, part: str) -> None:
    row = uuid4()
    become("staff")
    sealed = address_encryption.seal(address_encryption.Envelope(to="a@example.org"), row=row)
    become(part)
    if part != "worker":
        with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY is missing"):
            chain._mac(bytes(32), 1, [1, None])
    if part != "outside":
        with pytest.raises(ImproperlyConfigured, match="MAIL_SECRET is missing"):
            address_encryption.open_envelope(sealed, row=row)
        with pytest.raises(ImproperlyConfigured, match="MAIL_SECRET is missing"):
            address_encryption.address_digest("a@example.org", day=date(2026, 1, 1))


def test_no_process_of_a_running_portal_has_the_secrets_of_another_part(site: Site) -> None:
    """Each process, the children of the web servers and workers included, as the kernel shows its environment."""
    values = {name: str(getattr(django_settings, name)) for name in SECRETS}
    secrets_by_part: dict[str, set[str]] = {}
    for process in running_processes(site.var_dir):
        try:
            environment = Path(f"/proc/{process.pid}/environ").read_text()
        except (OSError, psutil.Error):
            continue
        part = next(line.removeprefix("PART=") for line in environment.split("\0") if line.startswith("PART="))
        secrets_by_part.setdefault(part, set()).update(name for name, value in values.items() if value in environment)
    assert secrets_by_part == {
        part: set(names_of(part)) for part in ("public", "staff", "worker", "sealed", "outside", "beat")
    }
