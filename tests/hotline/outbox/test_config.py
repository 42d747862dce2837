"""Tests of the e-mail settings: availability, address and tags."""

import pytest
from pytest_django import Settings

from hotline.outbox import config

TAG = "7K3MQ9TZV4HD2XNB"


@pytest.mark.parametrize("name", ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET"])
def test_without_any_of_three_settings_mail_is_off(settings: Settings, name: str) -> None:
    assert config.is_configured()
    setattr(settings, name, "")
    assert not config.is_configured()


def test_a_tag_can_be_added_to_an_address_and_extracted() -> None:
    assert config.tagged_address(TAG) == "prijava+7k3mq9tzv4hd2xnb@hotline.test"
    assert config.tag_of(config.tagged_address(TAG)) == TAG


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        (" PRIJAVA+7k3mq9tzv4hd2xnb@HOTLINE.TEST ", TAG),
        ("prijava@hotline.test", None),
        ("prijava+7k3mq9tzv4hd2xn@hotline.test", None),
        ("prijava+7k3m-q9tz-v4hd-2xnb@hotline.test", None),
        ("prijava+ok3mq9tzv4hd2xnb@hotline.test", None),
        ("prijava+7k3mq9tzv4hd2xnb@other.test", None),
        ("prijava+x+7k3mq9tzv4hd2xnb@hotline.test", None),
        ("", None),
    ],
)
def test_only_our_own_address_carries_a_tag(address: str, tag: str | None) -> None:
    assert config.tag_of(address) == tag


def test_mail_to_our_address_with_any_tag_is_ours(settings: Settings) -> None:
    addresses = [
        "prijava@hotline.test",
        "Prijava+x@hotline.test",
        "prijavax@hotline.test",
        "prijava@hotline.test.org",
        "",
    ]
    assert [config.is_own_address(address) for address in addresses] == [True, True, False, False, False]
    settings.MAIL_ADDRESS = ""
    assert not config.is_own_address("")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("o'brien+x@sender.example", True),
        ("a@xn--80atdl2c.xn--90a3ac", True),
        ("", False),
        ("ana@", False),
        ("ана@sender.example", False),
        ("Prijava+7k3mq9tzv4hd2xnb@hotline.test", False),
        # Accepted by validators, but invalid in a header line.
        ("=?utf-8?q?x?=@sender.example", False),
        ('"\x01"@sender.example', False),
        # To the local machine.
        ("root@localhost", False),
        ("root@[127.0.0.1]", False),
        ("ana@sender.example\nBcc: eva@sender.example", False),
    ],
)
def test_addresses_that_are_written_to(address: str, expected: bool) -> None:
    assert config.takes_mail(address) == expected
