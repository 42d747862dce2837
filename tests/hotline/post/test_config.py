"""The server, our address and its tags, as the settings say them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from hotline.post import config
from hotline.post.config import Server

TAG = "7K3MQ9TZV4HD2XNB"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", Server(scheme="smtp", host="localhost", port=25)),
        ("smtp://127.0.0.1:2525", Server(scheme="smtp", host="127.0.0.1", port=2525)),
        ("smtp://[::1]:2525", Server(scheme="smtp", host="::1", port=2525)),
        ("smtp+tls://mail.example.org", Server(scheme="smtp+tls", host="mail.example.org", port=587)),
        (
            "smtps://post%40example.org:a%2Fb%3A%23@mail.example.org",
            Server(scheme="smtps", host="mail.example.org", port=465, username="post@example.org", password="a/b:#"),
        ),
    ],
)
def test_a_server_is_read(settings: Settings, url: str, server: Server) -> None:
    settings.MAIL_SMTP_URL = url
    assert config.read_server() == server


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("smtp://mail.example.org", "plain smtp:// is for a server on this machine only"),
        ("smtp://192.0.2.1", "plain smtp:// is for a server on this machine only"),
        ("smtp://127.0.0.1.example.org", "plain smtp:// is for a server on this machine only"),
        ("http://mail.example.org", "its scheme is none of smtp, smtp+tls, smtps"),
        ("mail.example.org:587", "its scheme is none of smtp, smtp+tls, smtps"),
        ("smtps://", "it names no host"),
        ("smtps://mail.example.org:many", "it is no URL"),
        ("smtps://[::1", "it is no URL"),
        ("smtps://me:secret#word@mail.example.org", "it is no URL"),
        (
            "smtps://me:%C5%A1ifra@mail.example.org",
            "name and password may hold ASCII letters only, the client knows no others",
        ),
        (
            "smtps://me:secret?word@mail.example.org",
            "it is no URL",
        ),
        (
            "smtps://mail.example.org/inbox",
            "something stands behind the host; percent-encode special characters of name and password",
        ),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(
    settings: Settings, url: str, complaint: str
) -> None:
    settings.MAIL_SMTP_URL = url
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the text is compared whole
        config.read_server()
    assert str(refusal.value) == complaint


def test_the_password_may_lie_in_a_file(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("lozinka: 7\nnot this\n", encoding="utf-8")
    settings.MAIL_SMTP_URL = "smtps://me@mail.example.org"
    settings.MAIL_SMTP_PASSWORD_FILE = str(path)
    assert config.read_server().password == "lozinka: 7"
    assert "lozinka" not in repr(config.read_server())
    settings.MAIL_SMTP_PASSWORD_FILE = str(tmp_path / "nothing")
    with pytest.raises(ValueError, match=r"^MAIL_SMTP_PASSWORD_FILE cannot be read: FileNotFoundError$"):
        config.read_server()


@pytest.mark.parametrize("name", ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET"])
def test_without_any_of_three_settings_no_mail_goes_out(settings: Settings, name: str) -> None:
    assert config.is_configured()
    setattr(settings, name, "")
    assert not config.is_configured()


def test_a_tag_comes_back_out_of_the_address_it_was_put_into() -> None:
    assert config.tagged_address(TAG) == "prijava+7k3mq9tzv4hd2xnb@hotline.test"
    assert config.tag_of(config.tagged_address(TAG)) == TAG


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("PRIJAVA+7K3MQ9TZV4HD2XNB@HOTLINE.TEST", TAG),
        (" prijava+7k3mq9tzv4hd2xnb@hotline.test ", TAG),
        ("prijava@hotline.test", None),
        ("prijava+@hotline.test", None),
        ("prijava+7k3mq9tzv4hd2xn@hotline.test", None),
        ("prijava+7k3m-q9tz-v4hd-2xnb@hotline.test", None),
        ("prijava+7k3mq9tzv4hd2xnu@hotline.test", None),
        ("prijava+ok3mq9tzv4hd2xnb@hotline.test", None),
        ("prijava+7k3mq9tzv4hd2xnb@other.test", None),
        ("other+7k3mq9tzv4hd2xnb@hotline.test", None),
        ("prijava+x+7k3mq9tzv4hd2xnb@hotline.test", None),
        ("7k3mq9tzv4hd2xnb", None),
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
    assert [config.is_own(address) for address in addresses] == [True, True, False, False, False]
    settings.MAIL_ADDRESS = ""
    assert not config.is_own("")


@pytest.mark.parametrize("address", ["ana@sender.example", "o'brien+x@sender.example", "a@xn--80atdl2c.xn--90a3ac"])
def test_addresses_that_are_written_to(address: str) -> None:
    assert config.takes_mail(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "ана@sender.example",
        "ana@школа.срб",
        "prijava@hotline.test",
        "Prijava+7k3mq9tzv4hd2xnb@hotline.test",
        # Good for a validator, and for no header line.
        "=?utf-8?q?x?=@sender.example",
        '"\x01"@sender.example',
        # To the machine itself.
        "root@localhost",
        "root@[127.0.0.1]",
        "ana@sender.example\nBcc: eva@sender.example",
        "ana@sender.example\r",
    ],
)
def test_addresses_that_are_not(address: str) -> None:
    assert not config.takes_mail(address)
