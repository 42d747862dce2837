"""What the settings say about outgoing e-mail: whether there is any, the server, our address with and without a tag."""

import ipaddress
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from clicksafely.common import receipts

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
TAG_MARK = "+"
_WITHOUT_DOMAIN = re.compile(r"@[^.]*\Z|@\[")
_ADDRESS = re.compile(r"[A-Za-z0-9._-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server: plain (`smtp`), encrypted after STARTTLS (`smtp+tls`) or from the first byte (`smtps`)."""

    scheme: Literal["smtp", "smtp+tls", "smtps"]
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)


def read_server() -> Server:
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
    server = Server(
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


def is_configured() -> bool:
    """Whether e-mail goes out: there are a server, an address of ours, and the secret under which addresses wait."""
    return bool(settings.MAIL_SMTP_URL and settings.MAIL_ADDRESS and settings.MAIL_SECRET)


def is_address(text: str) -> bool:
    """Whether `text` can be the hotline's address: plain, without a tag of its own."""
    return _ADDRESS.fullmatch(text) is not None


def takes_mail(address: str) -> bool:
    """Whether anything can be sent to a bare address: it is in ASCII, at a domain of the internet, can stand in a header line, and is not ours."""
    if not address.isascii() or is_own(address) or _WITHOUT_DOMAIN.search(address):
        return False
    try:
        validate_email(address)
        # Stricter in some respects: no encoded word, no control character in quotes.
        Address(addr_spec=address)
    except (ValidationError, MessageError, ValueError):
        return False
    return True


def own_domain() -> str:
    """The domain of the hotline's address."""
    domain: str = settings.MAIL_ADDRESS.rpartition("@")[2]
    return domain


def tagged_address(tag: str) -> str:
    """The hotline's address with a thread's tag: `report+7k3mq9tzv4hd2xnb@example.org`."""
    local, _at, domain = settings.MAIL_ADDRESS.rpartition("@")
    return f"{local}{TAG_MARK}{tag.lower()}@{domain}"


def is_own(address: str) -> bool:
    """Whether mail to `address` comes to the hotline, with whatever tag."""
    return _own_suffix(address) is not None


def tag_of(address: str) -> str | None:
    """The tag in an address of ours, as it is stored; None for every other address."""
    suffix = _own_suffix(address)
    tag = receipts.normalise(suffix) if suffix else None
    # Forgiving is for what people type; what comes back by e-mail is what we wrote, in whatever letters.
    return tag if tag and tag == (suffix or "").upper() else None


def _own_suffix(address: str) -> str | None:
    """What stands behind the mark in an address of ours ("" where nothing does); None for every other address."""
    local, _at, domain = address.strip().lower().rpartition("@")
    own_local, _at, own = settings.MAIL_ADDRESS.lower().rpartition("@")
    if not own or domain != own:
        return None
    name, _mark, suffix = local.partition(TAG_MARK)
    return suffix if name == own_local else None
