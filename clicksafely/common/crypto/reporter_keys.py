"""Tags of reporters' public keys: they show that a key is still the one of the submission."""

import hashlib
import hmac
from collections.abc import Buffer
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.exceptions import ActionRefused


class ReporterKeyChanged(ActionRefused):
    """The public key in the database is not the one of the submission."""

    reason = _(
        "The key that this message would be encrypted with was changed after the submission, so nothing was sent: "
        "another person could read it. Do not write again, and notify the administrator."
    )


def key_tag(public_key: Buffer, row: UUID) -> bytes:
    """Return the tag (32 bytes) of a report's or complaint's public key, bound to the UUID of its row.

    The tag is an HMAC-SHA256 under RECEIPT_PEPPER, which is outside the database. A sealed copy of the key would prove
    nothing, because every process with the public key ring can seal.
    """
    message = b"reporter key:" + row.bytes + bytes(public_key)
    return hmac.digest(current_secret("RECEIPT_PEPPER"), message, hashlib.sha256)


def check_key(tag: Buffer, public_key: Buffer, row: UUID) -> None:
    """Raise ReporterKeyChanged unless the tag was created for this key and row."""
    if not hmac.compare_digest(bytes(tag), key_tag(public_key, row)):
        raise ReporterKeyChanged
