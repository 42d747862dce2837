"""Where the mailbox is, as the settings say it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PORT = 993


class WrongAddress(ValueError):
    """MAIL_IMAP_URL or the file with the password cannot be used; the text says why and quotes neither."""


@dataclass(frozen=True)
class MailboxAddress:
    """A mailbox reached by IMAP over TLS. The password is in no representation of it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str, *, password_file: str = "") -> "MailboxAddress":
        """Of `imaps://user:password@host:port/folder`; parts percent-encoded, port and folder may be missing, and the password where a
        file has it (its first line). Raises WrongAddress.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
        except ValueError:
            raise WrongAddress("MAIL_IMAP_URL is no address") from None
        if parts.scheme != "imaps":
            raise WrongAddress("MAIL_IMAP_URL does not begin with imaps://; other than over TLS no mailbox is read")
        if not parts.hostname or not parts.username:
            raise WrongAddress("MAIL_IMAP_URL lacks the host or the user's name")
        if parts.query or parts.fragment:
            raise WrongAddress("MAIL_IMAP_URL has a ? or # in it; in a password they are written %3F and %23")
        password = _first_line(password_file) if password_file else unquote(parts.password or "")
        if not password:
            raise WrongAddress("there is no password, neither in MAIL_IMAP_URL nor in MAIL_IMAP_PASSWORD_FILE")
        return cls(parts.hostname, port, unquote(parts.username), password, unquote(parts.path.strip("/")) or "INBOX")


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongAddress(f"MAIL_IMAP_PASSWORD_FILE cannot be read: {type(error).__name__}") from None
