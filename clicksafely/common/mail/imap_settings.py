"""Parser of the mailbox settings."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PORT = 993


class ImapSettingsInvalid(ValueError):
    """The URL is invalid; the message names the setting and the reason, without the URL."""


@dataclass(frozen=True)
class ImapSettings:
    """A mailbox reached by IMAP over TLS. Its representation omits the password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str, *, setting: str = "MAIL_IMAP_URL") -> "ImapSettings":
        """Parse `imaps://user:password@host:port/folder`, percent-encoded.

        Port and folder are optional. `setting` names the source of the URL. Raises ImapSettingsInvalid.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
        except ValueError:
            raise ImapSettingsInvalid(f"{setting} is no address") from None
        if parts.scheme != "imaps":
            raise ImapSettingsInvalid(f"{setting} must start with imaps://; mailboxes are read only over TLS")
        if not parts.hostname or not parts.username:
            raise ImapSettingsInvalid(f"{setting} lacks the host or the user name")
        if parts.query or parts.fragment:
            raise ImapSettingsInvalid(f"{setting} contains ? or #; in a password, write %3F and %23")
        password = unquote(parts.password or "")
        if not password:
            raise ImapSettingsInvalid(f"{setting} has no password")
        return cls(parts.hostname, port, unquote(parts.username), password, unquote(parts.path.strip("/")) or "INBOX")
