"""System checks of the settings of a bucket."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from clicksafely.common.checks import TAG
from clicksafely.common.files.credentials import read_credentials
from clicksafely.common.files.storage import CLIENT_MISSING


@register(TAG)
def check_bucket(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """common.E301: the key of the bucket can be read. E302: nobody else reads it. E303: the address. W304: it is not encrypted.

    E305: the extra "s3" is installed.
    """
    return list(_found()) if settings.MEDIA_S3_BUCKET else []


def _found() -> Iterator[CheckMessage]:
    if find_spec("boto3") is None:
        yield Error(
            f"MEDIA_S3_BUCKET is set, but {CLIENT_MISSING}.",
            hint='Run `bin/setup s3`, which installs the extra "s3" (requirements-s3.txt), or leave MEDIA_S3_BUCKET out.',
            id="common.E305",
        )
    path = Path(settings.MEDIA_S3_KEY_FILE)
    try:
        read_credentials()
    except ValueError as error:
        yield Error(
            f"{error}.",
            hint="Name a file whose first line is the name of the key and whose second is its secret; docs/operations.md says what it must be allowed.",
            id="common.E301",
        )
    else:
        if path.stat().st_mode & 0o007:
            yield Error(f"{path} is open to every user of the machine.", hint=f"chmod o= {path}", id="common.E302")
    try:
        parts = urlsplit(settings.MEDIA_S3_ENDPOINT)
        fine = parts.scheme in {"http", "https"} and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    if settings.MEDIA_S3_ENDPOINT and not fine:
        yield Error(
            "MEDIA_S3_ENDPOINT is no address of a service.",
            hint="Write it as https://host:port, or leave it out for Amazon's own.",
            id="common.E303",
        )
    elif (
        settings.MEDIA_S3_ENDPOINT
        and parts.scheme == "http"
        and parts.hostname not in {"localhost", "127.0.0.1", "::1"}
    ):
        yield Warning(
            "MEDIA_S3_ENDPOINT is http://: photographs and documents go over the network in the clear.",
            hint="Use https://, unless nobody else is on that network (with docker compose: the network `back`).",
            id="common.W304",
        )
