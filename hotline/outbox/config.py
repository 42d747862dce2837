"""Settings of the hotline's e-mail: availability, server, addresses with and without a tag."""

from django.conf import settings

from clicksafely.common.crypto import receipts
from clicksafely.common.mail import addresses
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings


def is_configured() -> bool:
    """Return whether e-mail is sent: server, sender address and MAIL_SECRET are set."""
    return bool(has_smtp_server() and settings.MAIL_ADDRESS and settings.MAIL_SECRET)


def mail_server() -> SmtpConnection:
    """Return the configured server, with our domain as client name, which hides the machine's.

    Raises ValueError as `read_smtp_settings`.
    """
    return SmtpConnection(read_smtp_settings(), name=own_domain())


def takes_mail(address: str) -> bool:
    """Return whether a bare address can receive mail and is not ours."""
    return not is_own_address(address) and addresses.is_deliverable(address)


def own_domain() -> str:
    """Return the domain of the hotline's address."""
    return addresses.domain_of(settings.MAIL_ADDRESS)


def tagged_address(tag: str) -> str:
    """Return the hotline's address with a thread's tag: `report+7k3mq9tzv4hd2xnb@example.org`."""
    return addresses.add_tag(settings.MAIL_ADDRESS, tag)


def is_own_address(address: str) -> bool:
    """Return whether `address` is the hotline's, with any tag."""
    return addresses.extract_tag(address, own=settings.MAIL_ADDRESS) is not None


def tag_of(address: str) -> str | None:
    """Return the tag in one of our addresses, as stored; None for other addresses."""
    suffix = addresses.extract_tag(address, own=settings.MAIL_ADDRESS)
    tag = receipts.normalise_receipt(suffix) if suffix else None
    # Corrections of typing errors are for people: an address in e-mail is exactly what we wrote, except for case.
    return tag if tag and tag == (suffix or "").upper() else None
