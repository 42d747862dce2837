"""The mail server that everything goes out by, as the settings name it."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class SmtpSettings:
    """A mail server: plain (`smtp`), encrypted after STARTTLS (`smtp+tls`) or from the first byte (`smtps`)."""

    scheme: Literal["smtp", "smtp+tls", "smtps"]
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


def has_smtp_server() -> bool:
    """Whether a mail server is named; whether it can be used `read_smtp_settings` says."""
    return bool(settings.MAIL_SMTP_URL)


def read_smtp_settings() -> SmtpSettings:
    """The server of MAIL_SMTP_URL, its password from MAIL_SMTP_PASSWORD_FILE where that is set.

    Raises ValueError, whose text says what is wrong and holds nothing secret.
    """
    url = settings.MAIL_SMTP_URL
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("it is no URL") from None
    if parts.scheme not in PORTS:
        raise ValueError(f"its scheme is none of {', '.join(PORTS)}")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("something stands behind the host; percent-encode special characters of name and password")
    if parts.scheme == "smtp" and not _is_loopback(parts.hostname):
        raise ValueError("plain smtp:// is for a server on this machine only")
    server = SmtpSettings(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=_password_of_file() or unquote(parts.password or ""),
    )
    if not (server.username + server.password).isascii():
        raise ValueError("name and password may hold ASCII letters only, the client knows no others")
    return server


def _password_of_file() -> str:
    if not settings.MAIL_SMTP_PASSWORD_FILE:
        return ""
    try:
        return Path(settings.MAIL_SMTP_PASSWORD_FILE).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"MAIL_SMTP_PASSWORD_FILE cannot be read: {type(error).__name__}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
