"""Where a mailbox is, as a setting says it; what is wrong with it, without its password."""

from pathlib import Path

import pytest

from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("imaps://ana:tajna@mail.test", ImapSettings("mail.test", 993, "ana", "tajna")),
        ("imaps://ana%40centar.test:a%2F%3Fb@mail.test:1993/", ImapSettings("mail.test", 1993, "ana@centar.test", "a/?b")),
        ("imaps://ana:tajna@mail.test/Doga%C4%91aji/2026", ImapSettings("mail.test", 993, "ana", "tajna", "Događaji/2026")),
    ],
)  # fmt: skip
def test_an_address_is_read(url: str, address: ImapSettings) -> None:
    assert ImapSettings.parse(url) == address
    assert address.password not in repr(address)


def test_the_password_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("лозинка 7\nnot this\n", encoding="utf-8")
    assert ImapSettings.parse("imaps://ana@mail.test", password_file=str(path)).password == "лозинка 7"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("imaps://[::1", "EVENTS_MAIL_IMAP_URL is no address"),
        ("imaps://ana:tajna@mail.test:many", "EVENTS_MAIL_IMAP_URL is no address"),
        ("imap://ana:tajna@mail.test", "EVENTS_MAIL_IMAP_URL does not begin with imaps://; other than over TLS no mailbox is read"),
        ("imaps://mail.test", "EVENTS_MAIL_IMAP_URL lacks the host or the user's name"),
        ("imaps://ana:tajna@mail.test/?x", "EVENTS_MAIL_IMAP_URL has a ? or # in it; in a password they are written %3F and %23"),
        ("imaps://ana@mail.test", "there is no password, neither in EVENTS_MAIL_IMAP_URL nor in EVENTS_MAIL_IMAP_PASSWORD_FILE"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_the_name_of_its_setting(url: str, complaint: str) -> None:
    with pytest.raises(ImapSettingsInvalid) as wrong:
        ImapSettings.parse(url, setting="EVENTS_MAIL_IMAP_URL")
    assert str(wrong.value) == complaint
