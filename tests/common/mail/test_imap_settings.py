"""Mailbox settings, and errors that do not quote the password."""

import pytest

from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("imaps://ana:tajna@mail.test", ImapSettings("mail.test", 993, "ana", "tajna")),
        ("imaps://ana%40centar.test:a%2F%3Fb@mail.test:1993/", ImapSettings("mail.test", 1993, "ana@centar.test", "a/?b")),
        ("imaps://ana:tajn%D0%B0%207@mail.test/Doga%C4%91aji/2026\n", ImapSettings("mail.test", 993, "ana", "tajnа 7", "Događaji/2026")),
    ],
)  # fmt: skip
def test_an_address_is_read(url: str, address: ImapSettings) -> None:
    assert ImapSettings.parse(url) == address
    assert address.password not in repr(address)


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("imaps://[::1", "EVENTS_MAIL_IMAP_URL is no address"),
        ("imaps://ana:tajna@mail.test:many", "EVENTS_MAIL_IMAP_URL is no address"),
        ("imap://ana:tajna@mail.test", "EVENTS_MAIL_IMAP_URL must start with imaps://; mailboxes are read only over TLS"),
        ("imaps://mail.test", "EVENTS_MAIL_IMAP_URL lacks the host or the user name"),
        ("imaps://ana:tajna@mail.test/?x", "EVENTS_MAIL_IMAP_URL contains ? or #; in a password, write %3F and %23"),
        ("imaps://ana@mail.test", "EVENTS_MAIL_IMAP_URL has no password"),
    ],
)  # fmt: skip
def test_error_names_the_setting(url: str, complaint: str) -> None:
    with pytest.raises(ImapSettingsInvalid) as wrong:
        ImapSettings.parse(url, setting="EVENTS_MAIL_IMAP_URL")
    assert str(wrong.value) == complaint
