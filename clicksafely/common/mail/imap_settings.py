"""Where the mailbox is, as the settings say it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PORT = 993


class ImapSettingsInvalid(ValueError):
    """The URL or the file with the password cannot be used; the text says why, names the setting, and quotes neither."""


@dataclass(frozen=True)
class ImapSettings:
    """A mailbox reached by IMAP over TLS. The password is in no representation of it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def parse(cls, url: str, *, password_file: str = "", setting: str = "MAIL_IMAP_URL") -> "ImapSettings":
        """Of `imaps://user:password@host:port/folder`; parts percent-encoded, port and folder may be missing, and the password where a
        file has it (its first line). `setting` is where the URL comes from. Raises ImapSettingsInvalid.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
        except ValueError:
            raise ImapSettingsInvalid(f"{setting} is no address") from None
        if parts.scheme != "imaps":
            raise ImapSettingsInvalid(f"{setting} does not begin with imaps://; other than over TLS no mailbox is read")
        if not parts.hostname or not parts.username:
            raise ImapSettingsInvalid(f"{setting} lacks the host or the user's name")
        if parts.query or parts.fragment:
            raise ImapSettingsInvalid(f"{setting} has a ? or # in it; in a password they are written %3F and %23")
        file_setting = setting.removesuffix("URL") + "PASSWORD_FILE"
        password = _first_line(password_file, file_setting) if password_file else unquote(parts.password or "")
        if not password:
            raise ImapSettingsInvalid(f"there is no password, neither in {setting} nor in {file_setting}")
        return cls(parts.hostname, port, unquote(parts.username), password, unquote(parts.path.strip("/")) or "INBOX")


def _first_line(path: str, setting: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ImapSettingsInvalid(f"{setting} cannot be read: {type(error).__name__}") from None
