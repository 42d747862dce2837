"""Addresses of drawn pictures: the title itself, signed, so that nobody can have a picture drawn that is not of a page of ours."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from django.core.signing import BadSignature, Signer
from django.urls import NoReverseMatch, reverse

LONGEST = 160  # characters of a title


def _signer() -> Signer:
    return Signer(salt="clicksafely.picture", sep=".")


def picture_path(title: str, name: str, kind: str = "") -> str:
    """The path of the picture of a page with this title and of this kind; it changes with the title, so the picture may be kept for ever. Empty behind a door
    that serves none.
    """
    packed = json.dumps([title[:LONGEST], name, kind], ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return reverse("picture", kwargs={"signed": _signer().sign(urlsafe_b64encode(packed).decode().rstrip("="))})
    except NoReverseMatch:
        return ""


def read_picture(signed: str) -> tuple[str, str, str]:
    """Title, name and kind in an address; of an old one, which had none, the kind is empty. Raises ValueError for one that was not made here."""
    try:
        packed = _signer().unsign(signed)
        title, name, *kinds = json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (BadSignature, Error) as error:
        raise ValueError(signed) from error
    return title, name, "".join(kinds)
