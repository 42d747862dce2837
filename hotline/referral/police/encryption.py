"""A package as a file: its members with their SHA-256, the manifest that names them, and the encryption to a certificate or a password."""

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
# 120 random bits, five groups of five to be read out.
_GROUPS, _GROUP = 5, 5


@dataclass(frozen=True)
class Member:
    """One file of a package; `made_at` (ISO 8601, UTC) and `made_by` say who put it there."""

    name: str
    content: bytes
    made_at: str
    made_by: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def as_dict(self) -> dict[str, str | int]:
        """What is kept of it."""
        return {"name": self.name, "size": len(self.content), "sha256": self.sha256}


class BrokenArchive(ValueError):
    """A package is not what its manifest says. The text names members, nothing of what is in them."""


def as_json(value: Any) -> bytes:
    """UTF-8, to be read by people too; every character as it is."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def build_manifest(
    *, reference: str, made_at: str, recipient: str, members: Sequence[Member], custody: Mapping[str, Any]
) -> Member:
    """The manifest of `members`: what each is, who made it when, and the chain of custody of each case (by its reference)."""
    listed = [member.as_dict() | {"made_at": member.made_at, "made_by": member.made_by} for member in members]
    content = {
        "schema": MANIFEST_SCHEMA,
        "version": MANIFEST_VERSION,
        "reference": reference,
        "made_at": made_at,
        "recipient": recipient,
        "members": listed,
        "custody": dict(custody),
    }
    return Member(MANIFEST, as_json(content), made_at, members[0].made_by)


def generate_password() -> str:
    """A new one, `7K3MQ-9TZV4-HD2XN-B0P5R-8WJYC`: to be told by another way than the package takes."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def build_zip(members: Sequence[Member]) -> bytes:
    """A plain ZIP, for what is encrypted as a whole."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member.name, member.content)
    return file.getvalue()


def build_encrypted_zip(members: Sequence[Member], password: str) -> bytes:
    """A ZIP whose members are encrypted with AES-256 (WinZip's AE-2), which 7-Zip and others open."""
    import pyzipper  # noqa: PLC0415 - 2 MB of every process, for a few packages a day

    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        for member in members:
            archive.writestr(member.name, member.content)
    return file.getvalue()


def encrypt_to(certificate: x509.Certificate, content: bytes) -> bytes:
    """CMS EnvelopedData (RFC 5652) in DER, AES-256: `openssl cms -decrypt -inform DER` opens it with the certificate's key."""
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("nothing is encrypted to other keys")
    builder = PKCS7EnvelopeBuilder().set_data(content).add_recipient(certificate)
    return builder.set_content_encryption_algorithm(AES256).encrypt(Encoding.DER, [PKCS7Options.Binary])


def check_archive(file: bytes, *, password: str = "") -> list[str]:
    """The names in a package in clear, or with its password, where it is what its manifest says. Raises BrokenArchive."""
    import pyzipper  # noqa: PLC0415

    try:
        with pyzipper.AESZipFile(io.BytesIO(file)) as archive:
            if password:
                archive.setpassword(password.encode())
            found = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(found.pop(MANIFEST))
    except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile, pyzipper.BadZipFile) as error:
        raise BrokenArchive("it cannot be read") from error
    listed = {member["name"]: member["sha256"] for member in manifest["members"]}
    wrong = [name for name, digest in listed.items() if hashlib.sha256(found.get(name, b"")).hexdigest() != digest]
    wrong += [name for name in found if name not in listed]
    if wrong:
        raise BrokenArchive(", ".join(sorted(wrong)))
    return [*listed, MANIFEST]
