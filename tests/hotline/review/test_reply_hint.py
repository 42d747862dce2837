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

BY_CODE = " The reporter can read it with the code."
SEALED = "If the reporter left an e-mail address and wants an answer, we send an e-mail about the news." + BY_CODE
NONE_LEFT = "No contact was left, so no e-mail is sent." + BY_CODE
EMAIL_HINT = "The e-mail says only that there is news." + BY_CODE


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


CASES = {
    "address": (lambda: ReportFactory(contact="Ana <ana@sender.example>"), SEALED, EMAIL_HINT),
    "telephone": (
        lambda: ReportFactory(contact="064 123 4567"),
        SEALED,
        "The contact is not a single e-mail address, so no e-mail is sent." + BY_CODE,
    ),
    "none": (ReportFactory, NONE_LEFT, NONE_LEFT),
    "unwanted": (unwanted, SEALED, "The reporter wants no answer by e-mail, so none is sent." + BY_CODE),
    "verified sender": (mailed_report, SEALED, EMAIL_HINT),
    "unverified sender": (
        lambda: ReportFactory(channel="email", contact="ana@sender.example"),
        *["The sender could not be verified, so no e-mail is sent. The message can be read only with the code."] * 2,
    ),
    "partner hotline": (
        lambda: ReportFactory(channel="iccam"),
        *["This case came from a partner hotline over ICCAM. It has no reporter to write to."] * 2,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_hint_matches_the_delivery(case: str) -> None:
    make, hint_while_sealed, hint_after_opening = CASES[case]
    report, analyst = make(), make_user("ana", "analyst")
    assert reply_hint(report=report, texts=None) == hint_while_sealed
    Report.objects.filter(pk=report.pk).update(state="triaged", queue="review")
    claim_case(report_id=report.pk, actor=analyst, now=RECEIVED)
    words = sealed_content.open_report_text(report=report, actor=analyst, now=RECEIVED)
    assert reply_hint(report=report, texts=words) == hint_after_opening
    sealed_content.send_reply(report=report, actor=analyst, text="Хвала.", now=RECEIVED)
    assert OutgoingMail.objects.filter(report=report).exists() == (hint_after_opening == EMAIL_HINT)


def test_without_a_mail_server_no_e_mail_is_promised(settings: Settings) -> None:
    settings.MAIL_SMTP_URL = ""
    report = ReportFactory(contact="ana@sender.example")
    assert reply_hint(report=report, texts=None) == "E-mail is not set up on this server." + BY_CODE
