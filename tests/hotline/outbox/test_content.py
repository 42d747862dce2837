"""Tests of the content of e-mail to reporters."""

import re
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from django.utils import translation

from awareness.topics.models import HelpLine
from hotline.models import OutgoingKind
from hotline.outbox.address_encryption import Envelope
from hotline.outbox.content import compose

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=timezone(timedelta(hours=1)))
TAG, RECEIPT = "7K3MQ9TZV4HD2XNB", "0123456789ABCDEF"
ANSWER, NEWS = OutgoingKind.ANSWER, OutgoingKind.NEWS
# Words that would reveal the subject to a bystander.
REVEALING = re.compile(
    r"пријав|prijav|report(?!/status/)|zlostav|злостав|abuse|насиљ|nasilj|патрол|patrol|hotline(?!\.test)|полиц|police|деч|child",
    re.IGNORECASE,
)


def written(kind: OutgoingKind, language: str = "sr", **options: object) -> tuple[EmailMessage, bytes]:
    arguments = {"receipt": RECEIPT if kind == ANSWER else "", "knows_receipt": True, **options}
    envelope = Envelope(to="ana@sender.example", in_reply_to="1@sender.example")
    raw = compose(kind=kind, envelope=envelope, tag=TAG, language=language, now=NOW, **arguments)  # type: ignore[arg-type]
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message, raw


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(("kind", "submitted"), [(ANSWER, "auto-replied"), (NEWS, "auto-generated")])
def test_headers_name_sender_recipient_and_automatic_origin(kind: OutgoingKind, submitted: str) -> None:
    message, _raw = written(kind)
    assert {
        name: str(value)
        for name, value in message.items()
        if name not in {"Message-ID", "Subject", "Content-Transfer-Encoding"}
    } == {
        "From": "Кликни безбедно <prijava@hotline.test>",
        "To": "ana@sender.example",
        "Reply-To": "prijava+7k3mq9tzv4hd2xnb@hotline.test",
        "Date": "Mon, 02 Mar 2026 09:30:00 +0000",
        "In-Reply-To": "<1@sender.example>",
        "References": "<1@sender.example>",
        "Auto-Submitted": submitted,
        "X-Auto-Response-Suppress": "All",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Language": "sr-Cyrl",
        "MIME-Version": "1.0",
    }
    assert re.fullmatch(r"<[0-9a-f]{32}@hotline\.test>", str(message["Message-ID"]))


def test_it_is_ascii_with_short_lines() -> None:
    _message, raw = written(ANSWER, "sr")
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 200


def test_an_answer_has_receipt_link_and_help_lines() -> None:
    text = text_of(written(ANSWER, "en")[0])
    assert "    0123-4567-89AB-CDEF\n" in text
    assert "    https://portal.example.org/en/report/status/\n" in text
    with translation.override("en"):
        lines = [f"    {line.formatted_phone}  {line.title}" for line in HelpLine.objects.filter(active=True)]
    assert [line for line in text.split("\n") if re.match(r" +\d[\d ]+  ", line)] == lines
    assert len(lines) == 7


def test_without_a_receipt_it_requests_contact_details() -> None:
    answer = text_of(written(ANSWER, "en", receipt="", knows_receipt=False)[0])
    news = text_of(written(NEWS, "en", knows_receipt=False)[0])
    for text in (answer, news):
        assert "report/status" not in text
        assert "tell us how to reach you" in text


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_headers_and_news_do_not_reveal_the_topic(language: str) -> None:
    for kind in (ANSWER, NEWS):
        message, _raw = written(kind, language)
        shown = f"{message['Subject']} {str(message['From']).partition('<')[0]}"
        assert shown.strip()
        assert REVEALING.findall(shown) == []
    assert REVEALING.findall(text_of(message)) == []


def test_news_to_a_child_use_its_form_of_address_and_reveal_no_more() -> None:
    message, _raw = written(NEWS, "sr", in_child_words=True)
    wording = f"{message['Subject']}\n{text_of(message)}"
    assert not REVEALING.search(wording)
    assert "за тебе" in wording
    assert "за тебе" not in text_of(written(NEWS, "sr")[0])
