"""What the settings say about the hotline's e-mail: whether any goes out, our address with and without a tag."""

from django.conf import settings

from clicksafely.common.crypto import receipts
from clicksafely.common.mail import addresses
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings


def is_configured() -> bool:
    """Whether e-mail goes out: there are a server, an address of ours, and the secret under which addresses wait."""
    return bool(has_smtp_server() and settings.MAIL_ADDRESS and settings.MAIL_SECRET)


def mail_server() -> SmtpConnection:
    """The server of the settings, told our domain: a name of the machine is nobody's business. Raises ValueError as `read_smtp_settings` does."""
    return SmtpConnection(read_smtp_settings(), name=own_domain())


def takes_mail(address: str) -> bool:
    """Whether anything can be sent to a bare address, and it is not ours."""
    return not is_own_address(address) and addresses.is_deliverable(address)


def own_domain() -> str:
    """The domain of the hotline's address."""
    return addresses.domain_of(settings.MAIL_ADDRESS)


def tagged_address(tag: str) -> str:
    """The hotline's address with a thread's tag: `report+7k3mq9tzv4hd2xnb@example.org`."""
    return addresses.add_tag(settings.MAIL_ADDRESS, tag)


def is_own_address(address: str) -> bool:
    """Whether mail to `address` comes to the hotline, with whatever tag."""
    return addresses.extract_tag(address, own=settings.MAIL_ADDRESS) is not None


def tag_of(address: str) -> str | None:
    """The tag in an address of ours, as it is stored; None for every other address."""
    suffix = addresses.extract_tag(address, own=settings.MAIL_ADDRESS)
    tag = receipts.normalise_receipt(suffix) if suffix else None
    # Forgiving is for what people type; what comes back by e-mail is what we wrote, in whatever letters.
    return tag if tag and tag == (suffix or "").upper() else None
