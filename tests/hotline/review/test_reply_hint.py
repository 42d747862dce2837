"""The hint at the reply box matches the e-mail that is sent."""

import pytest
from pytest_django import Settings

from hotline.models import OutgoingMail, Report, TextField
from hotline.review import sealed_content
from hotline.review.claims import claim_case
from hotline.review.sealed_content import reply_hint
from tests.factories.hotline import RECEIVED, ReportFactory, seal_text
from tests.factories.outgoing_mail import mailed_report
from tests.hotline.review.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"


def unwanted() -> Report:
    report = ReportFactory()
    seal_text(report, TextField.CONTACT, {"contact": "ana@sender.example", "wants_answer": False})
    return report


# For each case one word of the hint before and after the contact is opened, and whether an e-mail is sent.
CASES = {
    "address": (lambda: ReportFactory(contact="Ana <ana@sender.example>"), "If", "news", True),
    "telephone": (lambda: ReportFactory(contact="064 123 4567"), "If", "single", False),
    "none": (ReportFactory, "No contact", "No contact", False),
    "unwanted": (unwanted, "If", "wants no answer", False),
    "verified sender": (mailed_report, "If", "news", True),
    "unverified sender": (
        lambda: ReportFactory(channel="email", contact="ana@sender.example"),
        "verified",
        "verified",
        False,
    ),
    "partner hotline": (lambda: ReportFactory(channel="iccam"), "partner", "partner", False),
}


@pytest.mark.parametrize("case", CASES)
def test_hint_matches_the_delivery(case: str) -> None:
    make, while_sealed, after_opening, is_sent = CASES[case]
    report, analyst = make(), make_user("ana", "analyst")
    assert while_sealed in reply_hint(report=report, texts=None)
    Report.objects.filter(pk=report.pk).update(state="triaged", queue="review")
    claim_case(report_id=report.pk, actor=analyst, now=RECEIVED)
    words = sealed_content.open_report_text(report=report, actor=analyst, now=RECEIVED)
    assert after_opening in reply_hint(report=report, texts=words)
    sealed_content.send_reply(report=report, actor=analyst, text="Хвала.", now=RECEIVED)
    assert OutgoingMail.objects.filter(report=report).exists() is is_sent


def test_without_a_mail_server_no_e_mail_is_promised(settings: Settings) -> None:
    settings.MAIL_SMTP_URL = ""
    report = ReportFactory(contact="ana@sender.example")
    assert "not set up" in reply_hint(report=report, texts=None)
