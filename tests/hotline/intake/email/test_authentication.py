"""Authentication results: only those of the own receiving server are trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.intake.email.authentication import AuthenticationResult, is_authenticated, read_results
from tests.factories.received_mail import OURS, parsed, received
from tests.timing import seconds

RECEIVED = b"Received: from sender.example by mx.hotline.test; Mon, 2 Mar 2026 10:00:00 +0000\r\n"


def authenticated(*lines: str | bytes, sender: str = "ana@sender.example") -> bool:
    """With these header lines (values of Authentication-Results, or whole lines as bytes) above a message of `sender`."""
    head = b"".join(
        line if isinstance(line, bytes) else f"Authentication-Results: {line}\r\n".encode() for line in lines
    )
    body = f"From: Ana <{sender}>\r\nTo: prijava@hotline.test\r\nSubject: x\r\n\r\nexample.org\r\n".encode()
    return is_authenticated(parsed(head + body), authserv_id=OURS)


@pytest.mark.parametrize(
    "results",
    [
        "mx.hotline.test; dmarc=pass header.from=sender.example",
        "mx.hotline.test 1; dmarc/1 = pass header.from = sender.example",
        "(who knows (nested \\) here)) mx.hotline.test (our server); dmarc=pass (really) header.from=sender.example",
        'mx.hotline.test; spf=fail smtp.mailfrom="a;b=c"; dmarc=pass header.from=sender.example',
        'mx.hotline.test;\r\n\tdkim=pass header.i=@sender.example header.s=2026 header.b="K1gp0/=J";\r\n\tspf=pass'
        " (mx: domain of ana@sender.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=ana@sender.example;"
        "\r\n\tdmarc=pass (p=NONE dis=NONE) header.from=sender.example",
        "mx.hotline.test; dkim=pass header.d=sender.example",
        "mx.hotline.test; dkim=pass header.d=mail.sender.example",
        "mx.hotline.test; dkim=pass header.i=ana@sender.example",
        "mx.hotline.test; dkim=fail header.d=sender.example; dkim=pass header.d=sender.example",
    ],
)
def test_authenticated(results: str) -> None:
    assert authenticated(results, RECEIVED)


@pytest.mark.parametrize(
    "results",
    [
        "mx.hotline.test",
        "mx.hotline.test; spf=pass smtp.mailfrom=ana@sender.example",
        "mx.hotline.test; dmarc=fail header.from=sender.example",
        "mx.hotline.test; dmarc=pass header.from=other.example",
        "mx.hotline.test; dmarc=pass header.from=mail.sender.example",
        "mx.hotline.test; dmarc=pass",
        "mx.hotline.test; dmarc=pass header.from=other.example header.from=sender.example",
        # DMARC failed, and a signature of the domain does not change this.
        "mx.hotline.test; dmarc=fail header.from=sender.example; dkim=pass header.d=sender.example",
        "mx.hotline.test; dkim=pass header.d=other.example",
        "mx.hotline.test; dkim=pass header.d=evilsender.example",
        "mx.hotline.test; dkim=pass",
        "other.test; dmarc=pass header.from=sender.example",
        "mx.hotline.test.other.test; dmarc=pass header.from=sender.example",
        "mx.hotline.test; spf=pass (dmarc=pass header.from=sender.example) smtp.mailfrom=x",
        'mx.hotline.test; spf=pass smtp.mailfrom="; dmarc=pass header.from=sender.example"',
        # Lines with invalid syntax are ignored.
        "mx.hotline.test; dmarc=pass header.from=sender.example; (never closed",
        'mx.hotline.test; dmarc=pass header.from=sender.example; spf="never closed',
        "mx.hotline.test; dmarc=pass header.from=sender.example header.b=abc=",
        "; dmarc=pass header.from=sender.example",
        'mx.hotline.test; spf=pass x.y=";" dmarc=pass header.from=sender.example',
        "",
    ],
)
def test_not_authenticated(results: str) -> None:
    assert not authenticated(results, RECEIVED)


PASS = "mx.hotline.test; dmarc=pass header.from=sender.example"
DKIM = "mx.hotline.test; dkim=pass header.d=sender.example"
FAIL = "mx.hotline.test; dmarc=fail header.from=sender.example"
NOTHING = "mx.hotline.test; spf=none smtp.mailfrom=x"
THEIRS = "mx.other.test; dmarc=fail header.from=sender.example"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([PASS], True),
        # Several filters of ours write a line each.
        ([NOTHING, DKIM, RECEIVED], True),
        ([DKIM, PASS, RECEIVED], True),
        # Delivery inside puts a line of its own on top.
        ([RECEIVED, PASS, RECEIVED], True),
        # Forged lines are below the own line, below the Received line, or below another server's line.
        ([FAIL, PASS, RECEIVED], False),
        ([NOTHING, RECEIVED, PASS], False),
        ([THEIRS, PASS, RECEIVED], False),
        ([NOTHING, THEIRS, PASS], False),
        (["nonsense;;=", PASS], False),
        ([RECEIVED, THEIRS, RECEIVED, PASS], False),
        # Trusted if the topmost line has no result of this method and no other line is between them.
        ([NOTHING, PASS, RECEIVED], True),
    ],
)
def test_only_the_topmost_header_is_trusted(lines: list[str | bytes], expected: bool) -> None:
    assert authenticated(*lines) == expected


@pytest.mark.parametrize(
    "senders",
    [
        "ana@sender.example, eva@other.example",
        "eva <not an address>, ana@sender.example",
        "eva@other.example: ana@sender.example;",
    ],
)
def test_a_message_with_several_from_addresses_is_unauthenticated(senders: str) -> None:
    raw = received().replace(b"From: ana@sender.example", f"From: {senders}".encode(), 1)
    assert parsed(raw).sender == "ana@sender.example"
    assert is_authenticated(parsed(raw), authserv_id=OURS) == ("," not in senders)


def test_second_sender_is_found_at_any_position() -> None:
    far = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 3900) for number in range(30))
    one, two = (
        received().replace(b"Subject:", far + more + b"Subject:", 1) for more in (b"", b"From: eva@other.example\r\n")
    )
    assert is_authenticated(parsed(one), authserv_id=OURS)
    assert not is_authenticated(parsed(two), authserv_id=OURS)


@pytest.mark.parametrize("sender", ["", "ana@"])
def test_a_message_without_a_sender_is_unauthenticated(sender: str) -> None:
    assert not authenticated(PASS, sender=sender)


def test_no_message_is_authenticated_without_a_trusted_server() -> None:
    assert not is_authenticated(parsed(), authserv_id="")


def test_serbian_endings_and_two_customers_of_one_host_are_two_organisations() -> None:
    assert not authenticated("mx.hotline.test; dkim=pass header.d=eve.co.rs", sender="ana@skola.co.rs")
    assert authenticated("mx.hotline.test; dkim=pass header.d=mail.skola.co.rs", sender="ana@skola.co.rs")
    ours, theirs = "ana@ana.github.io", "mx.hotline.test; dkim=pass header.d=eve.github.io"
    assert not authenticated(theirs, sender=ours)
    assert authenticated("mx.hotline.test; dkim=pass header.d=ana.github.io", sender=ours)


def test_a_domain_in_cyrillic_is_the_one_that_servers_write_in_ascii() -> None:
    raw = received(results="mx.hotline.test; dmarc=pass header.from=xn--80atdl2c.xn--90a3ac")
    mail = parsed(raw.replace(b"ana@sender.example", "ana@школа.срб".encode()))
    assert mail.sender == "ana@школа.срб"
    assert is_authenticated(mail, authserv_id=OURS)


def test_results_are_read_with_their_properties() -> None:
    value = 'mx.hotline.test 1; dkim=pass (ok) reason="all; well" header.d=A.example; dmarc/1=FAIL; none'
    assert read_results(value) == (
        "mx.hotline.test",
        [
            AuthenticationResult("dkim", "pass", {"reason": "all; well", "header.d": "a.example"}),
            AuthenticationResult("dmarc", "fail", {}),
        ],
    )
    assert read_results("mx.hotline.test; none") == ("mx.hotline.test", [])
    assert read_results(f"mx.hotline.test; none ({'x' * 9000})") is None


@given(st.text(alphabet='mx.test;= ()"\\dkarcps/1\t', max_size=80))
def test_any_line_is_read_or_ignored(value: str) -> None:
    read = read_results(value)
    assert read is None or all(result.method and result.value for result in read[1])


@pytest.mark.timing
@pytest.mark.parametrize("piece", ["(", "\\", '"', ";", "=", "a=b ", "(\\", "(()"])
def test_hostile_lines_take_little_longer_than_others(piece: str) -> None:
    def read(line: str) -> None:
        for _ in range(20):
            read_results(line)

    results = "mx.hotline.test" + "; dkim=pass header.d=a.example" * 260
    assert read_results(results)
    assert seconds(read, "mx.hotline.test; " + piece * (8000 // len(piece))) < 20 * seconds(read, results)
