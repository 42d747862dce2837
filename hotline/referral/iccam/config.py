"""Settings of the ICCAM exchange."""

import ssl
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings

# Our country, ISO 3166-1 alpha-2.
COUNTRY = "RS"


@dataclass(frozen=True, kw_only=True)
class Config:
    """`url` ends with a slash and has no credentials.

    `country` is ours, ISO 3166-1 alpha-2. `tls` verifies the server and presents our certificate.
    """

    url: str
    user: str
    password: str = field(repr=False)
    country: str
    tls: ssl.SSLContext = field(repr=False, compare=False)


def is_configured() -> bool:
    """Return whether the hotline takes part in the exchange."""
    return bool(settings.ICCAM_URL)


def read_config() -> Config:
    """Return the client's settings. Raises ValueError, whose text names the setting and the error and contains no secret."""
    try:
        parts = urlsplit(settings.ICCAM_URL)
        _port = parts.port
    except ValueError:
        raise ValueError("ICCAM_URL is not a URL") from None
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("ICCAM_URL must begin with https:// and have a host name")
    if not parts.username or not parts.password:
        raise ValueError("ICCAM_URL contains no user name and password")
    if parts.query or parts.fragment:
        raise ValueError("ICCAM_URL contains more than user, password, host and path")
    url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/") + "/"
    return Config(
        url=url, user=unquote(parts.username), password=unquote(parts.password), country=COUNTRY, tls=_tls_context()
    )


def _tls_context() -> ssl.SSLContext:
    if not settings.ICCAM_CERT_FILE:
        raise ValueError("ICCAM_CERT_FILE is not set")
    try:
        context = ssl.create_default_context(cafile=settings.ICCAM_CA_FILE or None)
    except OSError as error:
        raise ValueError(f"ICCAM_CA_FILE cannot be used: {type(error).__name__}") from None
    try:
        # Without a password, an encrypted key would prompt for one at the terminal.
        context.load_cert_chain(settings.ICCAM_CERT_FILE, password="")
    except OSError as error:
        raise ValueError(f"ICCAM_CERT_FILE cannot be used: {type(error).__name__}") from None
    return context
