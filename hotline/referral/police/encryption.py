"""The file of a package: members with their SHA-256, the manifest, and encryption by certificate or password."""

import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from clicksafely.common.crypto.receipts import ALPHABET

MANIFEST = "manifest.json"
MANIFEST_SCHEMA = "clicksafely-police-manifest"
MANIFEST_VERSION = 1
# 120 random bits in five groups of five, for reading aloud.
_GROUPS, _GROUP = 5, 5


@dataclass(frozen=True)
class Member:
    """One file of a package; `created_at` (ISO 8601, UTC) and `created_by` describe its creation."""

    name: str
    content: bytes
    created_at: str
    created_by: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def as_dict(self) -> dict[str, str | int]:
        """Return the stored description of the member."""
        return {"name": self.name, "size": len(self.content), "sha256": self.sha256}


class BrokenArchive(ValueError):
    """The content of a package does not match its manifest. The message names members, not their content."""


def as_json(value: Any) -> bytes:
    """Indented UTF-8 JSON; characters are not escaped."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def build_manifest(
    *, reference: str, created_at: str, recipient: str, members: Sequence[Member], custody: Mapping[str, Any]
) -> Member:
    """Return the manifest of `members`: their type, author and time, and each case's chain of custody by case reference."""
    listed = [
        member.as_dict() | {"created_at": member.created_at, "created_by": member.created_by} for member in members
    ]
    content = {
        "schema": MANIFEST_SCHEMA,
        "version": MANIFEST_VERSION,
        "reference": reference,
        "created_at": created_at,
        "recipient": recipient,
        "members": listed,
        "custody": dict(custody),
    }
    return Member(MANIFEST, as_json(content), created_at, members[0].created_by)


def generate_password() -> str:
    """Return a new password, `7K3MQ-9TZV4-HD2XN-B0P5R-8WJYC`, sent separately from the package."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def build_zip(members: Sequence[Member]) -> bytes:
    """Return a plain ZIP, which is then encrypted as a whole."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member.name, member.content)
    return file.getvalue()


def build_encrypted_zip(members: Sequence[Member], password: str) -> bytes:
    """Return a ZIP whose members are encrypted with AES-256 (WinZip's AE-2), which 7-Zip and others open."""
    import pyzipper  # noqa: PLC0415 - 2 MB of every process, for a few packages a day

    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for member in members:
            archive.writestr(member.name, member.content)
    return file.getvalue()


def encrypt_to(certificate: x509.Certificate, content: bytes) -> bytes:
    """Encrypt as CMS EnvelopedData (RFC 5652) in DER, AES-256.

    `openssl cms -decrypt -inform DER` opens it with the certificate's key.
    """
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("only RSA keys are supported")
    builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(certificate)
    return builder.set_content_encryption_algorithm(AES256).encrypt(Encoding.DER, [PKCS7Options.Binary])


def check_archive(file: bytes, *, password: str = "") -> list[str]:
    """Verify an archive against its manifest; returns the names of its members. Raises BrokenArchive."""
    import pyzipper  # noqa: PLC0415

    try:
        with pyzipper.AESZipFile(io.BytesIO(file)) as archive:
            if password:
                archive.setpassword(password.encode())
            found = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(found.pop(MANIFEST))
    except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile, pyzipper.BadZipFile) as error:
        raise BrokenArchive("unreadable") from error
    listed = {member["name"]: member["sha256"] for member in manifest["members"]}
    wrong = [name for name, digest in listed.items() if hashlib.sha256(found.get(name, b"")).hexdigest() != digest]
    wrong += [name for name in found if name not in listed]
    if wrong:
        raise BrokenArchive(", ".join(sorted(wrong)))
    return [*listed, MANIFEST]
