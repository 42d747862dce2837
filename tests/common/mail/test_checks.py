"""System checks report wrong settings of events' e-mail."""

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

SECRET = "s3cret-of-the-mailbox"
URL = f"imaps://dogadjaji:{SECRET}@mail.centar.test"


@pytest.fixture(autouse=True)
def _good(settings: Settings) -> None:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_IMAP_URL = "imaps://prijava:x@mail.centar.test"
    settings.EVENTS_MAIL_ADDRESS = "dogadjaji@centar.test"
    settings.EVENTS_MAIL_IMAP_URL = URL


def found() -> list[CheckMessage]:
    return [each for each in run_checks(tags=["clicksafely"]) if (each.id or "").startswith("common.")]


def test_good_settings_are_let_pass(settings: Settings) -> None:
    assert found() == []
    # A process that only queues mail needs no server, and events need none at all.
    settings.EVENTS_MAIL_IMAP_URL = settings.MAIL_SMTP_URL = ""
    assert found() == []
    settings.EVENTS_MAIL_ADDRESS = ""
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("EVENTS_MAIL_ADDRESS", "", "common.E101"),
        ("EVENTS_MAIL_ADDRESS", "dogadjaji+x@centar.test", "common.E101"),
        ("MAIL_SMTP_URL", "", "common.E102"),
        ("EVENTS_MAIL_IMAP_URL", f"imap://dogadjaji:{SECRET}@mail.centar.test", "common.E103"),
        ("EVENTS_MAIL_IMAP_URL", "imaps://dogadjaji@mail.centar.test", "common.E103"),
        ("EVENTS_MAIL_ADDRESS", "Prijava@Hotline.test", "common.E104"),
        ("EVENTS_MAIL_IMAP_URL", f"imaps://prijava:{SECRET}@MAIL.centar.test:993/inbox", "common.E104"),
        ("EVENTS_MAIL_IMAP_URL", "", "common.I105"),
    ],
)
def test_an_invalid_setting_is_reported_with_a_hint(settings: Settings, name: str, value: str, expected: str) -> None:
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == expected
    assert message.hint
    assert expected != "common.E103" or name in message.msg
    assert SECRET not in f"{message.msg} {message.hint}"


def test_one_server_may_hold_both_mailboxes(settings: Settings) -> None:
    for user, folder in (("drugi", "INBOX"), ("prijava", "Dogadjaji")):
        settings.EVENTS_MAIL_IMAP_URL = f"imaps://{user}:x@mail.centar.test/{folder}"
        assert found() == []
