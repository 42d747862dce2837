"""Composed messages as mail programs read them: no header injection, and calendars in the expected form."""

from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.mail.address_parser import parse_addresses
from clicksafely.common.mail.message_builder import Attachment, CalendarPart, compose_message, new_message_id, one_line
from clicksafely.common.serbian.scripts import to_latin

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=1)))
ID = "0123456789abcdef@centar.test"
TEXT = "Поштовани,\n\nрадионица „Безбедни кликови“ је потврђена.\n.\nFrom свега срца\n"
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//centar.test//\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@centar.test\r\n"
    "DTSTAMP:20260302T093000Z\r\nDTSTART:20260310T090000Z\r\nSUMMARY:Радионица о безбедности на интернету за ученике петог ра\r\n"
    " зреда\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def raw(**changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "sender": "dogadjaji@centar.test",
        "sender_name": "Кликни безбедно",
        "to": "skola@primer.example",
        "subject": "Потврда",
        "text": TEXT,
        "sent_at": NOW,
        "message_id": ID,
    }
    return compose_message(**arguments | changes)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def text_of(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_line_of_the_head() -> None:
    message = read(
        raw(reply_to="dogadjaji+7k@centar.test", language="sr", in_reply_to=["1@a.b", "2@a.b"], suppress_replies=True)
    )
    assert {name: str(value) for name, value in message.items() if name != "Content-Transfer-Encoding"} == {
        "From": "Кликни безбедно <dogadjaji@centar.test>",
        "To": "skola@primer.example",
        "Reply-To": "dogadjaji+7k@centar.test",
        "Subject": "Потврда",
        "Date": "Mon, 02 Mar 2026 09:30:00 +0000",
        "Message-ID": f"<{ID}>",
        "In-Reply-To": "<2@a.b>",
        "References": "<1@a.b> <2@a.b>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Language": "sr-Cyrl",
        "MIME-Version": "1.0",
    }
    assert text_of(message) == TEXT


def test_optional_headers_are_absent_by_default() -> None:
    message = read(raw(automatic="", sender_name=""))
    assert str(message["From"]) == "dogadjaji@centar.test"
    names = {"Auto-Submitted", "Reply-To", "In-Reply-To", "References", "X-Auto-Response-Suppress", "Content-Language"}
    assert not names & {*message.keys()}


def test_latin_is_a_transliteration_of_the_cyrillic() -> None:
    message = read(raw(language="sr-latn"))
    assert text_of(message) == to_latin(TEXT)
    assert (str(message["Subject"]), str(message["From"])) == ("Potvrda", "Klikni bezbedno <dogadjaji@centar.test>")
    assert message["Content-Language"] == "sr-Latn"


@pytest.mark.parametrize("method", [None, "REQUEST"])
def test_it_is_ascii_with_short_lines(method: Any) -> None:
    calendar = CalendarPart(content=ICS.format(method=method), method=method) if method else None
    file = Attachment(name="План рада.pdf", kind="application/pdf", content=bytes(range(256)))
    content = raw(subject="дугачак наслов " * 40, text="x" * 3000 + TEXT, calendar=calendar, attachments=[file])
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 200
    message = read(content)
    assert str(message["Subject"]) == ("дугачак наслов " * 40).strip()
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert attached["План рада.pdf"] == bytes(range(256))


def test_no_piece_of_a_coded_line_is_longer_than_programs_must_read() -> None:
    content = raw(subject="веома дугачак наслов " * 20, sender_name="Центар за безбедан интернет " * 5)
    head = content.split(b"\r\n\r\n")[0]
    pieces = [piece for piece in head.split() if piece.startswith(b"=?")]
    assert len(pieces) > 10
    assert max(map(len, pieces)) <= 75  # RFC 2047, 2


@pytest.mark.parametrize(
    "name",
    [
        'Центар, за „безбедан“ интернет; "Кликни" <a@b.test>',
        "Centar za bezbedan internet, Kliknite bezbedno (svi), " * 3 + "kraj",
        'Najbolji "Centar" \\ za, sve',
        "a@b.test, c@d.test",
        "=?utf-8?q?laz?= centar",
        "Центар\r\nBcc: eva@sender.example\r\n\r\nтекст",
        "Ученик\u2028\u0085\x00\x1b[31m",
        "Ђ" * 300,
    ],
)
def test_names_with_special_characters_are_quoted(name: str) -> None:
    message = read(raw(sender_name=name))
    (address,) = message["From"].addresses
    assert (address.addr_spec, message["Bcc"]) == ("dogadjaji@centar.test", None)
    if "=?" not in name:
        # The parser of the standard library adds spaces between encoded words.
        (written,) = parse_addresses([raw(sender_name=name).partition(b"From: ")[2].partition(b"\r\nTo:")[0]])
        assert written.name == one_line(name).strip("\"' ")


_nasty = st.text(
    st.sampled_from('аБљ aZ,;:<>@"\\()[]=?_\r\n\t\x00\x0b\x85\u2028\u200b\ud800') | st.characters(), max_size=120
)


@given(_nasty, _nasty, _nasty)
def test_nothing_that_is_typed_becomes_a_line_of_the_head(subject: str, name: str, file: str) -> None:
    plain = read(raw(attachments=[Attachment(name="a", kind="text/x-y", content=b"z")]))
    text = subject.encode(errors="ignore").decode()
    content = raw(
        subject=subject, sender_name=name, text=text, attachments=[Attachment(name=file, kind="text/x-y", content=b"z")]
    )
    assert content.isascii()
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.keys() == plain.keys()
    assert [part.get_content_type() for part in message.walk()] == ["multipart/mixed", "text/plain", "text/x-y"]
    assert message["To"] == "skola@primer.example"


@pytest.mark.parametrize(
    ("which", "address"),
    [
        ("sender", "ана@школа.срб"),
        ("to", "a@b.example, c@d.example"),
        ("reply_to", "a@b.example\r\nBcc: c@d.example"),
        ("to", "root@localhost"),
    ],
)
def test_invalid_address_is_refused(which: str, address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        raw(**{which: address})


def test_our_own_message_id_has_to_be_one_and_others_are_left_out_where_they_are_none() -> None:
    for wrong in ("", "a>@b", "ж@b.c", "a\r\nX: y@b"):
        with pytest.raises(ValueError, match="no Message-ID"):
            raw(message_id=wrong)
    message = read(raw(in_reply_to=["1@a.b", "x> <y", "\r\nBcc: z@z.z"]))
    assert (message["In-Reply-To"], message["References"], message["Bcc"]) == ("<1@a.b>", "<1@a.b>", None)
    many = read(raw(in_reply_to=[f"{number}@a.b" for number in range(9)]))
    assert (many["In-Reply-To"], many["References"].split()[0]) == ("<8@a.b>", "<4@a.b>")
    # A long one is not broken up.
    long = "x" * 150
    assert f"In-Reply-To: <{long}>\r\n".encode() in raw(in_reply_to=[long])
    first, second = new_message_id("centar.test"), new_message_id("centar.test")
    assert first != second
    assert read(raw(message_id=first))["Message-ID"] == f"<{first}>"


# --- Calendars ---


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_is_another_form_of_the_text_and_a_file(method: Any) -> None:
    ics = ICS.format(method=method).replace("DTSTAMP", "DESCRIPTION:два\u2028реда\x85и крај\r\nDTSTAMP")
    message = read(raw(language="sr", calendar=CalendarPart(content=ics, method=method, name="radionica.ics")))
    assert message.get_content_type() == "multipart/mixed"
    both, file = message.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    text, calendar = both.iter_parts()
    assert text_of(text) == TEXT
    # Outlook and Gmail use the parameter, and the last alternative they support.
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": method}
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_content_disposition() is None
    assert calendar.get_payload(decode=True) == ics.encode()
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "radionica.ics")
    assert file.get_payload(decode=True) == ics.encode()
    files = [Attachment(name=name, kind="application/json", content=b"{}") for name in ("1.json", "2.json")]
    whole = read(raw(calendar=CalendarPart(content=ics, method=method), attachments=files))
    kinds = [part.get_content_type() for part in whole.iter_parts()]
    assert kinds == ["multipart/alternative", "application/ics", "application/json", "application/json"]
    with pytest.raises(ValueError, match="METHOD is not PUBLISH"):
        raw(calendar=CalendarPart(content=ics, method="PUBLISH"))


def test_published_dates_are_a_file_only() -> None:
    ics = ICS.format(method="PUBLISH")
    message = read(raw(calendar=CalendarPart(content=ics, method="PUBLISH")))
    text, file = message.iter_parts()
    assert text_of(text) == TEXT
    assert (file.get_content_type(), file.get_content_disposition()) == ("text/calendar", "attachment")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert (file.get_filename(), file.get_payload(decode=True)) == ("event.ics", ics.encode())
