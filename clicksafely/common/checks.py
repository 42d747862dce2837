"""System checks: wrong settings are named, with what to do, before the first request.

`manage.py check --tag clicksafely` runs these alone. They read files and the environment, never a server.
"""

import stat
from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from os import R_OK, W_OK, X_OK, access
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from clicksafely.common.crypto import keyring

TAG = "clicksafely"
SECRETS = ("SECRET_KEY", "RECEIPT_PEPPER", "FORM_SECRET", "RATE_LIMIT_SECRET", "AUDIT_KEY")
# Whoever breaks in where the public comes must not be able to make the audit chain anew. A worker may run as that door too: the chain
# itself refuses to go on without its key.
STAFF_ONLY_SECRETS = ("AUDIT_KEY",)
MIN_SECRET_LENGTH = 32  # characters
PORTALS = ("public", "staff", "all")


@register(TAG)
def check_secrets(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: every secret that this door needs is there, and all are long enough. E002: no two are the same."""
    needless = STAFF_ONLY_SECRETS if settings.PORTAL == "public" else ()
    values = {name: value for name in SECRETS if (value := _secret(name)) or name not in needless}
    hint = (
        "Give each its own value, for example from `openssl rand -hex 32`; the embedded default makes them by itself."
    )
    messages: list[CheckMessage] = [
        Error(
            f"{name} is missing." if not value else f"{name} is shorter than {MIN_SECRET_LENGTH} characters.",
            hint=hint,
            id="clicksafely.E001",
        )
        for name, value in values.items()
        if len(value) < MIN_SECRET_LENGTH
    ]
    given = [value for value in values.values() if value]
    if len(set(given)) < len(given):
        same = [name for name, value in values.items() if value and given.count(value) > 1]
        messages.append(Error(f"{', '.join(same)} are the same.", hint=hint, id="clicksafely.E002"))
    return messages


@register(TAG)
def check_key_rings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: the public ring can be read. E004: the staff door has the private one. E005: the public door has none."""
    messages = list(_public_ring(settings.SEALING_PUBLIC_KEYS))
    private = settings.SEALING_PRIVATE_KEYS
    if settings.PORTAL != "public":
        messages += _private_ring(private)
    elif _is_there(private):
        messages.append(
            Error(
                f"The public door can reach the private key ring {private}.",
                hint="Keep that file on the machine of the staff door, or point SEALING_PRIVATE_KEYS to where nothing is.",
                id="clicksafely.E005",
            )
        )
    return messages


@register(TAG)
def check_permissions(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E006: nobody else reads secrets or private keys, or writes public ones."""
    files = [
        (settings.VAR_DIR / "secrets.env", stat.S_IRWXO, "chmod 600"),
        (settings.VAR_DIR / "mail.env", stat.S_IRWXO, "chmod 600"),
        (settings.SEALING_PRIVATE_KEYS, stat.S_IRWXO, "chmod 600"),
        # Who can put a key of their own there reads what is sealed from then on.
        (settings.SEALING_PUBLIC_KEYS, stat.S_IWOTH, "chmod o-w"),
    ]
    return [
        Error(f"{path} is open to every user of the machine.", hint=f"{remedy} {path}", id="clicksafely.E006")
        for path, forbidden, remedy in files
        if _is_there(path) and path.stat().st_mode & forbidden
    ]


@register(TAG)
def check_portal(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E007: PORTAL is known. E008: no DEBUG where the public comes. E009: no demonstration in production. E010: hosts are named."""
    messages: list[CheckMessage] = []
    if settings.PORTAL not in PORTALS:
        messages.append(
            Error(
                f"PORTAL is {settings.PORTAL!r}.",
                hint=f"Set it to one of {', '.join(PORTALS)}.",
                id="clicksafely.E007",
            )
        )
    if settings.DEBUG and (settings.PORTAL == "public" or not settings.DEMO):
        messages.append(
            Error(
                "DEBUG is on: an error page would show what a reporter wrote.",
                hint="Leave DEBUG out; it is for a developer's own machine, together with DEMO=true, never for the public door.",
                id="clicksafely.E008",
            )
        )
    if settings.DEMO and settings.SECURE_HTTPS:
        messages.append(
            Error(
                "DEMO is on together with SECURE_HTTPS: demonstration accounts have known passwords.",
                hint="Leave DEMO out in production.",
                id="clicksafely.E009",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        messages.append(
            Error(
                "ALLOWED_HOSTS allows every host: stored pages and links could be made to carry a foreign one.",
                hint="List the host names of the portal, separated by commas.",
                id="clicksafely.E010",
            )
        )
    return messages


@register(TAG)
def check_proxies(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E011: every entry of TRUSTED_PROXIES is an address or a network (or `unix`), and not the whole internet."""
    return [
        Error(
            f"TRUSTED_PROXIES has {entry!r}, {complaint}.",
            hint="List addresses or networks such as 10.0.0.0/8 or fd00::/8, or `unix` for a proxy on a socket.",
            id="clicksafely.E011",
        )
        for entry in settings.TRUSTED_PROXIES
        if entry != "unix" and (complaint := _complaint(entry))
    ]


@register(TAG)
def check_var_dir(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E012: the var folder exists and can be written."""
    if settings.VAR_DIR.is_dir() and access(settings.VAR_DIR, R_OK | W_OK | X_OK):
        return []
    return [
        Error(
            f"VAR_DIR, {settings.VAR_DIR}, is no folder that this process can write.",
            hint="Make it, owned by the user that runs the portal, or set VAR_DIR.",
            id="clicksafely.E012",
        )
    ]


def _secret(name: str) -> str:
    try:
        return str(getattr(settings, name))
    except ImproperlyConfigured:  # what Django makes of an empty SECRET_KEY
        return ""


def _public_ring(path: Path) -> Iterator[CheckMessage]:
    try:
        rings = keyring.read_public(path)
    except (OSError, ValueError) as error:
        yield _ring_error(path, error, "clicksafely.E003")
        return
    for ring in keyring.RINGS:
        if not rings.get(ring):
            yield _ring_error(path, f"no key for {ring}", "clicksafely.E003")


def _private_ring(path: Path) -> Iterator[CheckMessage]:
    try:
        if not any(keyring.read_private(path).values()):
            yield _ring_error(path, "absent, unreadable or empty", "clicksafely.E004")
    except (OSError, ValueError) as error:
        yield _ring_error(path, error, "clicksafely.E004")


def _ring_error(path: Path, error: object, check_id: str) -> CheckMessage:
    return Error(
        f"The key ring {path} cannot be used: {error}.",
        hint="Copy it from where the portal was set up, or make new rings with `python -m clicksafely.devserver.provision`.",
        id=check_id,
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _complaint(entry: str) -> str:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return "which is neither an address nor a network"
    return "" if network.prefixlen else "which trusts everybody"
