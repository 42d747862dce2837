"""Credentials of the bucket."""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings


class S3Credentials(NamedTuple):
    """An access key and its secret."""

    name: str
    secret: str


def read_credentials() -> S3Credentials:
    """Return the first two lines of MEDIA_S3_KEY_FILE. Raises ValueError; its message contains no part of them."""
    try:
        lines = Path(settings.MEDIA_S3_KEY_FILE).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"MEDIA_S3_KEY_FILE cannot be read: {type(error).__name__}") from None
    if len(lines) < 2 or not all(line.strip() for line in lines[:2]):
        raise ValueError("MEDIA_S3_KEY_FILE must have two lines: the access key and its secret")
    return S3Credentials(lines[0].strip(), lines[1].strip())
