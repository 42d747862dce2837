"""Hostile e-mail on staff pages: sender, subject, plain and HTML text, and attachment names stay text."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

import pytest
from django.utils import timezone

from hotline.intake.email.services import ingest_message
from hotline.models import IncomingMail, Report
from hotline.review.claims import claim_case
from hotline.states import Queue, ReportState
from tests.clients.staff import Person, signed_in
from tests.security.corpus import MARK, of_kind
from tests.security.html_forms import Page

pytestmark = pytest.mark.django_db
# Each is read, decoded and shown; the parsers read the whole corpus in `test_corpus_parsers`.
MARKUP: Final = of_kind("markup")[::3]
ADDRESS: Final = "https://forum.example.org/a"


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


def hostile_email(text: str, number: int) -> bytes:
    """Return a message with the text in every place visible to staff, as plain text and as HTML."""
    line = " ".join(text.replace("\0", "").split()) or "x"
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{line.translate({34: None, 92: None})}" <ana@sender.example>'
    message["To"], message["Subject"] = "prijava@hotline.test", line
    message["Message-ID"] = f"<{number}@sender.example>"
    message.set_content(f"{text}\n{ADDRESS}/{number}\n".replace("\0", ""))
    message.add_alternative(f"<p>{text}</p><p>{ADDRESS}/{number}</p>".replace("\0", ""), subtype="html")
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{line}.bin")
    return bytes(message)


def test_a_hostile_email_is_escaped_on_every_page(ana: Person, vera: Person) -> None:
    now, shown = timezone.now(), 0
    for number, hostile in enumerate(MARKUP):
        mail = ingest_message(raw=hostile_email(hostile.text, number), now=now)
        report = mail.report
        assert report is not None, hostile.why
        report.state, report.queue = ReportState.TRIAGED, Queue.REVIEW
        report.save()
        claim_case(report_id=report.pk, actor=ana.user, now=now)
        pages = {
            "case": ana.client.get(f"/admin/hotline/case/{report.pk}/"),
            "opened": ana.client.post(f"/admin/hotline/case/{report.pk}/open/"),
        }
        for name, response in pages.items():
            assert response.status_code == 200, (name, hostile.why)
            page = Page(response.content.decode())
            assert list(page.grown()) == [], (name, hostile.why)
            shown += name == "opened" and MARK in response.content.decode()
        # The limit of claims is not tested here.
        Report.objects.filter(pk=report.pk).update(claimed_by=None, claimed_until=None)
    assert IncomingMail.objects.count() == len(MARKUP)
    # The complete text is shown: nothing is omitted for safety.
    assert shown > len(MARKUP) * 3 // 4

    for client, path in (
        (vera.client, "/admin/hotline/incomingmail/"),
        (ana.client, "/admin/hotline/report/"),
        (ana.client, "/admin/hotline/desk/"),
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert list(Page(response.content.decode()).grown()) == []
