"""Settings of the outgoing mail server."""

import ipaddress
from dataclasses import dataclass, field
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
    """Return whether a mail server is configured; `read_smtp_settings` validates it."""
    return bool(settings.MAIL_SMTP_URL)


def read_smtp_settings() -> SmtpSettings:
    """Return the server of MAIL_SMTP_URL. Raises ValueError; its message names the error without secrets."""
    url = settings.MAIL_SMTP_URL
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("it is no URL") from None
    if parts.scheme not in PORTS:
        raise ValueError(f"its scheme must be one of {', '.join(PORTS)}")
    if not parts.hostname:
        raise ValueError("it has no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("it has text after the host; percent-encode special characters of name and password")
    if parts.scheme == "smtp" and not _is_loopback(parts.hostname):
        raise ValueError("plain smtp:// is allowed only for a server on this machine")
    server = SmtpSettings(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    if not (server.username + server.password).isascii():
        raise ValueError("name and password must be ASCII, because the client supports nothing else")
    return server


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
