"""What the settings say about the hotline's e-mail: whether any goes out, our address with and without a tag."""

from django.conf import settings

from clicksafely.common.crypto import receipts
from clicksafely.common.mail import addresses
from clicksafely.common.mail.smtp import MailServer
from clicksafely.common.mail.smtp_settings import has_server, read_server


def is_configured() -> bool:
    """Whether e-mail goes out: there are a server, an address of ours, and the secret under which addresses wait."""
    return bool(has_server() and settings.MAIL_ADDRESS and settings.MAIL_SECRET)


def mail_server() -> MailServer:
    """The server of the settings, told our domain: a name of the machine is nobody's business. Raises ValueError as `read_server` does."""
    return MailServer(read_server(), name=own_domain())


def takes_mail(address: str) -> bool:
    """Whether anything can be sent to a bare address, and it is not ours."""
    return not is_own(address) and addresses.takes_mail(address)


def own_domain() -> str:
    """The domain of the hotline's address."""
    return addresses.domain_of(settings.MAIL_ADDRESS)


def tagged_address(tag: str) -> str:
    """The hotline's address with a thread's tag: `report+7k3mq9tzv4hd2xnb@example.org`."""
    return addresses.tagged(settings.MAIL_ADDRESS, tag)


def is_own(address: str) -> bool:
    """Whether mail to `address` comes to the hotline, with whatever tag."""
    return addresses.tag_in(address, own=settings.MAIL_ADDRESS) is not None


def tag_of(address: str) -> str | None:
    """The tag in an address of ours, as it is stored; None for every other address."""
    suffix = addresses.tag_in(address, own=settings.MAIL_ADDRESS)
    tag = receipts.normalise(suffix) if suffix else None
    # Forgiving is for what people type; what comes back by e-mail is what we wrote, in whatever letters.
    return tag if tag and tag == (suffix or "").upper() else None
