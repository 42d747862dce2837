"""The portal's own addresses with tags, and checks of recipient addresses."""

import pytest

from clicksafely.common.mail.addresses import add_tag, domain_of, extract_tag, is_deliverable, is_untagged

OWN = "dogadjaji@centar.test"


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("dogadjaji+7k3mq9@centar.test", "7k3mq9"),
        (" DOGADJAJI+7K3MQ9@Centar.Test ", "7k3mq9"),
        ("dogadjaji+@centar.test", ""),
        ("dogadjaji@centar.test", ""),
        ("x+7k3mq9@centar.test", None),
        ("dogadjaji+7k3mq9@other.test", None),
        ("", None),
    ],
)
def test_the_tag_is_read_of_our_address_alone(address: str, tag: str | None) -> None:
    assert extract_tag(address, own=OWN) == tag


def test_a_tag_can_be_added_to_an_address_and_extracted() -> None:
    assert add_tag(OWN, "7K3MQ9") == "dogadjaji+7k3mq9@centar.test"
    assert extract_tag("+x@", own="") is None
    assert extract_tag("", own="") is None


@pytest.mark.parametrize(
    ("address", "plain"),
    [(OWN, True), ("a.b-c_d@x.y.test", True), ("x+y@centar.test", False), ("Ана <a@b.test>", False), ("a@b", False), ("", False)],
)  # fmt: skip
def test_an_address_of_ours_is_plain(address: str, plain: bool) -> None:
    assert is_untagged(address) is plain


def test_the_domain_of_an_address() -> None:
    assert [domain_of(each) for each in (OWN, "a", "")] == ["centar.test", "", ""]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ана@sender.example",
        # Accepted by a validator, but invalid in a header field.
        "=?utf-8?q?x?=@sender.example",
        '"\x01"@sender.example',
        # Addresses of the local machine.
        "root@[127.0.0.1]",
        "ana@sender.example\nBcc: eva@sender.example",
    ],
)
def test_addresses_that_are_not_written_to(address: str) -> None:
    assert is_deliverable("o'brien+x@sender.example")
    assert not is_deliverable(address)
