"""System checks of the settings about hosting.

A database of networks that cannot be read is a warning: mail must come in and cases must go on while somebody fetches a better one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from hotline.hosting.network_databases import FileError, read_file
from hotline.hosting.resolver import parse_server
from hotline.models import NetworkFile

TAG = "clicksafely"


@register(TAG)
def check_name_servers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E101: every name server is an address. E102: the times are sensible."""
    messages: list[CheckMessage] = []
    for server in settings.DNS_RESOLVERS:
        try:
            parse_server(server)
        except ValueError as error:
            messages.append(
                Error(
                    f"DNS_RESOLVERS has {server!r}: {error}.",
                    hint="List addresses of name servers, for example 192.0.2.53 or [2001:db8::53]:5353, or leave it empty.",
                    id="hotline.E101",
                )
            )
    for name, value, most in (
        ("DNS_LIFETIME", settings.DNS_LIFETIME, 10),
        ("HOSTING_TTL_HOURS", settings.HOSTING_TTL_HOURS, 8760),
    ):
        if not 0 < value <= most:
            messages.append(
                Error(f"{name} is {value}.", hint=f"Set it to more than 0 and at most {most}.", id="hotline.E102")
            )
    return messages


@register(TAG)
def check_network_databases(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.W103: a database of networks that is named can be used."""
    messages: list[CheckMessage] = []
    for name, path, kind in (
        ("MMDB_COUNTRY", settings.MMDB_COUNTRY, NetworkFile.COUNTRY),
        ("MMDB_ASN", settings.MMDB_ASN, NetworkFile.ASN),
    ):
        if not path:
            continue
        try:
            read_file(Path(path), kind).close()
        except FileError as error:
            messages.append(
                Warning(
                    f"{name}, {path}: {error.problem.label}.",
                    hint="Fetch the database anew, beside its place, and move it there; it is read again by itself.",
                    id="hotline.W103",
                )
            )
    return messages
