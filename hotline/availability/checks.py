"""System checks of the settings about checks of availability."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from hotline.availability.guarded_http import PROXY_SCHEMES
from hotline.availability.url_checker import allowed_networks

TAG = "clicksafely"


@register(TAG)
def check_proxy(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E601: the proxy is one that we can speak to. E602: the file of its authority is there."""
    messages: list[CheckMessage] = []
    if settings.AVAILABILITY_PROXY and not _is_proxy(settings.AVAILABILITY_PROXY):
        messages.append(
            Error(
                "AVAILABILITY_PROXY is no proxy that checks of availability can go through.",
                hint="Set it to http://host:port or socks5://user:password@host:port, or leave it empty.",
                id="hotline.E601",
            )
        )
    if settings.AVAILABILITY_CA_FILE and not Path(settings.AVAILABILITY_CA_FILE).is_file():
        messages.append(
            Error(
                f"AVAILABILITY_CA_FILE, {settings.AVAILABILITY_CA_FILE}, is no file.",
                hint="Name a file of certificates (PEM), or leave it empty for the usual authorities.",
                id="hotline.E602",
            )
        )
    return messages


@register(TAG)
def check_networks(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E603: the allowed networks are networks. W604: private ones are asked, outside of a demonstration."""
    try:
        networks = allowed_networks(settings.AVAILABILITY_ALLOW_NETWORKS)
    except ValueError as error:
        hint = "List networks like 192.0.2.0/24, or leave it empty."
        return [Error(f"AVAILABILITY_ALLOW_NETWORKS: {error}.", hint=hint, id="hotline.E603")]
    if networks and not settings.DEMO:
        return [
            Warning(
                "AVAILABILITY_ALLOW_NETWORKS lets a reported address lead into private networks.",
                hint="Leave it empty: it is for tests and demonstrations.",
                id="hotline.W604",
            )
        ]
    return []


def _is_proxy(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in PROXY_SCHEMES and bool(parts.hostname and parts.port)
    except ValueError:
        return False
