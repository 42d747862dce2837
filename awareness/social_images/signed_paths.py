"""Signed paths of drawn pictures. A path contains the title; the signature limits pictures to titles of this site."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from django.core.signing import BadSignature, Signer
from django.urls import NoReverseMatch, reverse

MAX_LENGTH = 160  # characters of a title


def _signer() -> Signer:
    return Signer(salt="clicksafely.picture", sep=".")


def picture_path(title: str, name: str, kind: str = "") -> str:
    """Return the path of the picture for a page with this title and kind. It changes with the title, so the picture may be cached forever.

    Empty if the process does not serve pictures.
    """
    packed = json.dumps([title[:MAX_LENGTH], name, kind], ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return reverse("picture", kwargs={"signed": _signer().sign(urlsafe_b64encode(packed).decode().rstrip("="))})
    except NoReverseMatch:
        return ""


def read_picture(signed: str) -> tuple[str, str, str]:
    """Title, name and kind in a path. Old paths have an empty kind. Raises ValueError for an invalid signature."""
    try:
        packed = _signer().unsign(signed)
        title, name, *kinds = json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (BadSignature, Error) as error:
        raise ValueError(signed) from error
    return title, name, "".join(kinds)
