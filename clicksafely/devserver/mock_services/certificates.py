"""Temporary certificate authorities and server certificates."""

import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "127.0.0.1"
# Fixed: a stand-in may run for months, and a process under a set clock is accepted by OpenSSL, which reads the real one.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
EXPIRED_AT = datetime(2021, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Certificate:
    """PEM files: the authority (`ca`), the certificate, its key, and both together (`identity`)."""

    ca: Path
    certificate: Path
    key: Path
    identity: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the context for a TLS server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(
    folder: Path, *, host: str = HOST, also: Sequence[str] = (), expired: bool = False, client: bool = False
) -> Certificate:
    """Create a certificate for `host` (a name or an address) and `also` others in `folder`, signed by a new authority.

    With `client` it is a client certificate.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _name("Stand-in authority")
    usage = {"content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"}
    flags = dict.fromkeys(usage | {"digital_signature", "decipher_only"}, False)
    ca = (
        _builder(authority, authority, authority_key, VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **flags), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    end = EXPIRED_AT if expired else VALID_UNTIL
    purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
    server = (
        _builder(_name(host), authority, server_key, end)
        .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in (host, *also)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = Certificate(folder / "ca.pem", folder / "server.pem", folder / "server.key", folder / "identity.pem")
    certificate.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    certificate.certificate.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    certificate.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.key.chmod(0o600)
    certificate.identity.touch(0o600)
    certificate.identity.write_bytes(certificate.certificate.read_bytes() + certificate.key.read_bytes())
    return certificate


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(end)
    )
