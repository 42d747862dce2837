"""The real identity of a member: sealed contact data, and the digest that detects duplicates."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields

from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.serbian.search_folding import fold
from youthpanel.models import Member


@dataclass(frozen=True, slots=True)
class Identity:
    """A member's real name and contacts, own and a guardian's, decrypted for a single request."""

    name: str
    email: str = ""
    phone: str = ""
    guardian: str = ""
    guardian_contact: str = ""


def seal_identity(member: Member, identity: Identity) -> None:
    """Seal the identity of a member, without saving the row. Raises NoPublicKey."""
    Member.IDENTITY.seal(member, json.dumps(asdict(identity), ensure_ascii=False).encode())


def unseal_identity(member: Member) -> Identity:
    """Decrypt the identity. Callers must audit it. Raises ValueError for an erased member, and SealError."""
    if member.sealed is None:
        raise ValueError("this member was erased")
    data = json.loads(Member.IDENTITY.open(member))
    return Identity(**{field.name: str(data.get(field.name, "")) for field in fields(Identity)})


def name_parts(name: str) -> list[str]:
    """Return the folded words of a name, sorted.

    The result is the same for both scripts and both orders of first name and surname.
    """
    return sorted("".join(letter if letter.isalnum() else " " for letter in fold(name)).split())


def identity_digest(name: str, *, year: int, month: int) -> bytes:
    """Return the keyed hash of a name and a month of birth.

    32 bytes, HMAC-SHA256 under RECEIPT_PEPPER, which is not in the database.
    """
    message = f"panel-member:{' '.join(name_parts(name))}:{year:04}-{month:02}"
    return hmac.digest(current_secret("RECEIPT_PEPPER"), message.encode(), hashlib.sha256)
