"""What the settings say about ICCAM: whether we take part, where it is, and what it knows us by."""

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class Config:
    """`url` ends with a slash; `country` is ours, ISO 3166-1 alpha-2; `tls` verifies the other side and shows our certificate."""

    url: str
    user: str
    password: str = field(repr=False)
    country: str
    tls: ssl.SSLContext = field(repr=False, compare=False)


def is_configured() -> bool:
    """Whether the hotline takes part in the exchange."""
    return bool(settings.ICCAM_URL)


def read_config() -> Config:
    """What the client needs. Raises ValueError, whose text names the setting, says what is wrong and holds nothing secret."""
    return Config(url=_url(), user=_named("ICCAM_USER"), password=_password(), country=_country(), tls=_tls())


def _url() -> str:
    url: str = settings.ICCAM_URL
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise ValueError("ICCAM_URL is no URL") from None
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("ICCAM_URL does not begin with https:// and the name of a host")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("ICCAM_URL holds more than host and path")
    return url.rstrip("/") + "/"


def _named(name: str) -> str:
    value: str = getattr(settings, name)
    if not value:
        raise ValueError(f"{name} is not set")
    return value


def _password() -> str:
    path = Path(_named("ICCAM_PASSWORD_FILE"))
    try:
        password = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"ICCAM_PASSWORD_FILE cannot be read: {type(error).__name__}") from None
    if not password:
        raise ValueError("ICCAM_PASSWORD_FILE is empty")
    return password


def _country() -> str:
    country: str = settings.ICCAM_COUNTRY
    if not _COUNTRY.fullmatch(country):
        raise ValueError(f"ICCAM_COUNTRY is {country!r}, which is no code of two capital letters")
    return country


def _tls() -> ssl.SSLContext:
    certificate, key = _named("ICCAM_CERT_FILE"), _named("ICCAM_KEY_FILE")
    try:
        context = ssl.create_default_context(cafile=settings.ICCAM_CA_FILE or None)
    except OSError as error:
        raise ValueError(f"ICCAM_CA_FILE cannot be used: {type(error).__name__}") from None
    try:
        # An encrypted key would ask for its password at the terminal.
        context.load_cert_chain(certificate, key, password="")
    except OSError as error:
        raise ValueError(f"ICCAM_CERT_FILE and ICCAM_KEY_FILE cannot be used: {type(error).__name__}") from None
    return context
