"""Certificates of recipients: parsing and checks."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# NIST SP 800-131A disallows shorter keys.
MIN_KEY_BITS = 2048


class CertificateRefused(ValueError):
    """`message` describes the error and the solution to a supervisor."""

    def __init__(self, message: Promise) -> None:
        super().__init__(message)
        self.message = message


def read_certificate(pem: str) -> x509.Certificate:
    """Parse the certificate in `pem`. Raises CertificateRefused if there is none, or more than one."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise CertificateRefused(
            _(
                "This is not a PEM certificate, which begins with -----BEGIN CERTIFICATE-----. Ask the police "
                "for that file."
            )
        ) from error
    if len(found) > 1:
        raise CertificateRefused(
            _("This file contains several certificates. Keep only the recipient's, without those of its issuers.")
        )
    return found[0]


def check_usable(certificate: x509.Certificate, now: datetime) -> None:
    """Check that the certificate can be used for encryption at `now`. Raises CertificateRefused."""
    if certificate.not_valid_after_utc <= now:
        raise CertificateRefused(_("This certificate has expired. Ask the police for the new one."))
    if certificate.not_valid_before_utc > now:
        raise CertificateRefused(_("This certificate is not valid yet."))
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise CertificateRefused(_("This certificate cannot be used for encryption: its key must be RSA."))
    if key.key_size < MIN_KEY_BITS:
        raise CertificateRefused(_("The key of this certificate is too short. It needs at least 2,048 bits."))
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    except ValueError as error:
        raise CertificateRefused(_("This certificate is damaged. Ask the police for another copy.")) from error
    if not usage.key_encipherment:
        raise CertificateRefused(
            _(
                "This certificate is not for encryption, perhaps for signatures only. Ask the police for their "
                "encryption certificate."
            )
        )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in hex, as `openssl x509 -fingerprint -sha256` prints it, without colons and in lower case."""
    return certificate.fingerprint(SHA256()).hex()
