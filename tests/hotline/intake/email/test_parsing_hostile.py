"""Hostile messages: no error except Unreadable, no text that cannot be stored, linear time."""

import json
import tracemalloc
from base64 import b64encode
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clicksafely.common.mail.transfer_encoding import decode_base64, extract_base64, extract_uuencoded
from clicksafely.devserver.mock_services.generated_messages import (
    BODY,
    HOSTILE,
    MAKERS,
    UNICODE,
    coded,
    make_messages,
    multipart,
    mutate,
    part,
    text_part,
    write_tnef,
)
from hotline.intake.email.parser import read_message
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.tnef import read_tnef
from hotline.intake.email.types import ParsedMail, UnreadableMessage
from tests.hotline.intake.email.parsed_mail import HEAD, PNG
from tests.timing import seconds


def check(raw: bytes) -> None:
    """Read it, and look whether what came out can be stored and has the bounds that it promises."""
    try:
        mail: ParsedMail | UnreadableMessage = parse_message(raw)
    except UnreadableMessage as unreadable:
        mail = unreadable
    assert len(mail.identity) == 32
    assert len(mail.text) <= 200_000
    assert len(mail.files) == len(mail.file_names) <= 1000
    for file in mail.files:
        assert file.sha256 is not None
        assert len(file.media_type) <= 80
    texts = [mail.text, *mail.file_names, *(text for line in mail.headers for text in line)]
    if isinstance(mail, ParsedMail):
        texts += [
            mail.subject,
            mail.sender,
            mail.reply_to,
            mail.message_id,
            *mail.recipients,
            *mail.authentication_results,
        ]
        assert mail.language in {"sr", "sr-latn", "en"}
        assert len(mail.extraction.locations) <= 200
        assert [
            each
            for each in (mail.sender, mail.reply_to, *mail.recipients)
            if each and (each.count("@") != 1 or each.split() != [each])
        ] == []
    stored = json.dumps(texts, ensure_ascii=False).encode()
    assert b"\\u0000" not in stored


def test_messages_as_they_come() -> None:
    for raw in make_messages(150, seed=1):
        check(raw)


def test_damaged_copies_of_every_kind() -> None:
    random = Random(7)
    for maker in MAKERS:
        raw = maker(random, 1)
        for _copy in range(4):
            check(mutate(random, mutate(random, raw)))


def test_every_beginning_of_a_message() -> None:
    inner = multipart(
        "alternative", text_part("а"), part("text/html", b"<a href='https://a.test/'>b</a>"), boundary="in"
    )
    raw = HEAD + multipart(
        "mixed", inner, coded("image/png", PNG[:60]), coded("application/ms-tnef", write_tnef(files=[("a", b"b")]))
    )
    for end in range(0, len(raw), 11):
        check(raw[:end])


PIECES = [
    *HOSTILE, b"From: a@b.test\n", b"Subject: ", b"Content-Type: ", b"text/plain", b"text/html", b"; charset=",
    b"windows-1250", b"; boundary=x", b"--x\n",
    b"--x--\n", b"multipart/mixed", b"message/rfc822", b"application/ms-tnef", b"Content-Transfer-Encoding: ", b"base64\n",
    b"quoted-printable\n", b"\n", b"\n\n",
    b"Content-Disposition: attachment; filename=", b"a.eml\n", b"a.txt\n", b"filename*0*=", b"utf-8''%D0", b"=?utf-8?Q?=C4?=",
    b"<a href=", b"</a>", b">",
    b"https://example.org/", b"begin 644 a\n", b"M" + b"A" * 60 + b"\n", b"end\n", b"A" * 80 + b"\n", b"\x8a\x9e",
    "ђ".encode(), b" ", b"\t", b"\r",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=40).map(b"".join))
def test_pieces_of_mail_in_any_order(raw: bytes) -> None:
    check(raw)
    check(HEAD + raw)


@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    check(raw)
    check(HEAD + b"\n" + raw)
    read_tnef(write_tnef(properties=[(BODY, UNICODE, b"a\0")])[:-20] + raw)


@example(bytes(43), 21)
@given(st.binary(), st.integers(1, 90))
def test_base64_comes_back_however_its_lines_are_broken(data: bytes, width: int) -> None:
    code = b64encode(data)
    lines = b"\n".join(code[at : at + width] for at in range(0, len(code), width))
    assert decode_base64(lines) == (data, True)
    assert decode_base64(lines + b"\n\0")[0] == data


@given(
    st.binary(max_size=200),
    st.lists(st.sampled_from([b"A" * 60 + b"\n", b"data:;base64,", b"\n", b"> ", b"a b\n", b"="])).map(b"".join),
)
def test_text_around_files_stays(before: bytes, code: bytes) -> None:
    before = before.replace(b"begin", b"").translate(
        None, b"+/=>" + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
    )
    rest, files = extract_base64(before + b"\n" + code, shortest=60)
    assert rest.startswith(before)
    assert extract_uuencoded(rest) == (rest, [])
    assert (not files) <= (rest == before + b"\n" + code)


def _deep(length: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(length // 60)
    )


BOMBS: dict[str, Callable[[int], bytes]] = {
    "parts": lambda length: b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * (length // 7),
    "dashes": lambda length: b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n" + b"--\n" * (length // 3),
    "depth": _deep,
    "messages": lambda length: b"Content-Type: message/rfc822\n\n" * (length // 30),
    "no boundary": lambda length: b"Content-Type: multipart/mixed\n\n" + b"--a\nContent-Type: multipart/mixed\n\n" * (length // 37),
    "header lines": lambda length: b"X: y\n" * (length // 5) + b"\nx",
    "one header": lambda length: b"X: " + b"y" * length + b"\n\nx",
    "words": lambda length: b"Subject: " + b"=?utf-8?B?" * (length // 10) + b"\n\nx",
    "quotes": lambda length: b"To: " + b'"\\' * (length // 2) + b"\n\nx",
    "parameters": lambda length: b"Content-Type: a/b" + b"; a*0*=b" * (length // 8) + b"\n\nx",
    "recipients": lambda length: b"".join(b"To: " + b"a@b.test, " * 1500 + b"\n" for _line in range(length // 15_000)) + b"\nx",
    "brackets": lambda length: b"Content-Type: text/html\n\n" + b"<" * length,
    "links": lambda length: b"Content-Type: text/html\n\n" + b"<a href=https://example.org/>" * (length // 29),
    "no spaces": lambda length: b"\n" + b"a" * length,
    "torn": lambda length: b"\n" + b"<http://a\nb\n" * (length // 12),
    "marks": lambda length: b"Content-Type: text/plain; charset=utf-8\n\n" + "\u0301\u0323".encode() * (length // 4),
    "begins": lambda length: b"\n" + b"begin 644 x\n" * (length // 12),
    "uuencode": lambda length: b"\nbegin 644 x\n" + (b"M" + b"A" * 60 + b"\n") * (length // 62),
    "base64": lambda length: b"\n" + (b"A" * 76 + b"\n") * (length // 77),
    "short base64": lambda length: part("image/x", b"A\n" * (length // 2), "Content-Transfer-Encoding: base64"),
    "data": lambda length: b"\n" + b"data:;base64," * (length // 13),
    "spaces": lambda length: b"\n" + b" " * length,
    "quoted lines": lambda length: b"\n" + b"> " * (length // 2),
    "carriage returns": lambda length: b"\n" + b"\r" * length,
    "zeros": lambda length: b"\n" + b"\0" * length,
    "winmail": lambda length: part("application/ms-tnef", write_tnef() + b"\2\2\x90\6\0\0\0\0\0\0\0" * (length // 11),
        "Content-Transfer-Encoding: binary"),
    "winmail zeros": lambda length: part("application/ms-tnef", write_tnef(properties=[(BODY, UNICODE, bytes(length))]),
        "Content-Transfer-Encoding: binary"),
    "rtf": lambda length: coded("application/rtf", b"{\\rtf1" + b"{\\u1" * (length // 5)),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_long_repetitions(name: str) -> None:
    check(HEAD + BOMBS[name](160_000))


@pytest.mark.timing
@pytest.mark.parametrize("name", BOMBS)
def test_time_grows_with_the_length_only(name: str) -> None:
    short, long = (HEAD + BOMBS[name](length) for length in (10_000, 160_000))
    # Sixteen times the length would take 256 times as long if it grew with the square.
    assert seconds(read_message, long) < 64 * seconds(read_message, short)


def message_with_video(length: int) -> bytes:
    video = b"\0\0\0\x18ftypmp42" + Random(1).randbytes(length - 12)
    return HEAD + multipart("mixed", text_part("Видео сам example.org/a"), coded("video/mp4", video))


def test_a_message_of_fifty_megabytes() -> None:
    raw = message_with_video(36_000_000)
    assert len(raw) > 48_000_000
    mail = parse_message(raw)
    assert (mail.text, mail.files[0].size, mail.files[0].media_type) == (
        "Видео сам example.org/a",
        36_000_000,
        "video/mp4",
    )


@pytest.mark.timing
def test_fifty_megabytes_take_time_and_memory_in_proportion() -> None:
    short, long = map(message_with_video, (2_250_000, 36_000_000))
    assert seconds(read_message, long) < 64 * seconds(read_message, short)
    tracemalloc.start()
    try:
        read_message(long)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(long)
    finally:
        tracemalloc.stop()
