"""The portal's own addresses, with and without a tag, and checks of recipient addresses."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

TAG_MARK = "+"
_WITHOUT_DOMAIN = re.compile(r"@[^.]*\Z|@\[")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


def is_untagged(address: str) -> bool:
    """Return whether `address` can be an address of the portal: plain ASCII, without a tag."""
    return _PLAIN.fullmatch(address) is not None


def is_deliverable(address: str) -> bool:
    """Return whether a bare address is deliverable: ASCII, at an internet domain, and valid in a header field."""
    if not address.isascii() or _WITHOUT_DOMAIN.search(address):
        return False
    try:
        validate_email(address)
        # Stricter in some respects: no encoded word, no control character in quotes.
        Address(addr_spec=address)
    except (ValidationError, MessageError, ValueError):
        return False
    return True


def domain_of(address: str) -> str:
    """Return the part after the @; "" if there is none."""
    return address.rpartition("@")[2] if "@" in address else ""


def add_tag(address: str, tag: str) -> str:
    """Return `address` with a tag: `events@example.org` and `7K3MQ9` give `events+7k3mq9@example.org`. Tags are in lower case."""
    local, _at, domain = address.rpartition("@")
    return f"{local}{TAG_MARK}{tag.lower()}@{domain}"


def extract_tag(address: str, *, own: str) -> str | None:
    """Return the tag, in lower case, of an address derived from `own`.

    "" for `own` without a tag, and None for every other address.
    """
    local, _at, domain = address.strip().lower().rpartition("@")
    own_local, _at, own_domain = own.lower().rpartition("@")
    if not own_domain or domain != own_domain:
        return None
    name, _mark, tag = local.partition(TAG_MARK)
    return tag if name == own_local else None
