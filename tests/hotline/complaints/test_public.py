"""Tests of public complaints: sent without a name, found by number, never lost, never in clear."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.http import limits
from clicksafely.common.logs import PrivateFormatter
from clicksafely.common.models import AuditEvent
from hotline.complaints import services
from hotline.models import Complaint
from tests.clients.admin_form import form_data
from tests.clients.page_reader import PageReader
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html, receipt_on
from tests.hotline.intake.test_faults import apart, closed_port
from tests.hotline.intake.test_traces import database_text, redis_content
from tests.hotline.review.conftest import make_user

PATH = "hotline/complaint/"
GOOD = {"about": "hotline", "text": "Чекам већ две недеље."}
NOW = datetime(2026, 3, 2, 10, 31, tzinfo=UTC)


def draft(person: Reporter) -> str:
    return hidden(person.get(PATH), "draft")


def send(person: Reporter, token: str = "", **fields: Any) -> HttpResponse:
    return person.post(PATH, {**GOOD, "act": "send", "draft": token or draft(person), **fields})


def read(person: Reporter, number: str) -> HttpResponse:
    return person.post(PATH, {"act": "read", "draft": draft(person), "number": number})


@pytest.fixture
def person() -> Reporter:
    return Reporter("en")


@pytest.mark.django_db
class TestSending:
    @time_machine.travel(NOW, tick=False)
    def test_a_number_and_deadlines(self, person: Reporter) -> None:
        sent = send(person, contact="ana@example.org")
        assert sent.status_code == 200
        number = receipt_on(sent)
        complaint = Complaint.objects.get()
        hour = NOW.replace(minute=0)
        assert (complaint.received_at, complaint.state, complaint.report) == (hour, "received", None)
        assert complaint.acknowledge_by == hour + timedelta(days=7)
        assert complaint.answer_by == hour + timedelta(days=30)
        assert complaint.language == "en"
        event = AuditEvent.objects.get()
        assert (event.action, event.actor_id, event.at, event.data) == (
            "complaint.received",
            None,
            hour,
            {"about": "hotline"},
        )
        shown = html(read(person, receipts.format_receipt(number).lower()))
        assert "9 March 2026" in shown
        assert "1 April 2026" in shown

    def test_about_a_report_of_mine(self, person: Reporter) -> None:
        report = ReportFactory()
        sent = send(person, about="report", receipt=receipts.format_receipt(report.receipt))
        assert (sent.status_code, Complaint.objects.get().report) == (200, report)
        for fields in ({"about": "report"}, {"about": "notice", "receipt": "nonsense"}):
            assert send(person, **fields).status_code == 200
            assert Complaint.objects.latest("pk").report is None

    def test_sent_twice_is_one_complaint(self, person: Reporter) -> None:
        token = draft(person)
        assert receipt_on(send(person, token)) == receipt_on(send(person, token))
        assert (Complaint.objects.count(), AuditEvent.objects.count()) == (1, 1)

    def test_changed_after_it_was_sent_it_becomes_another_one(self, person: Reporter) -> None:
        token = draft(person)
        first = receipt_on(send(person, token))
        again = send(person, token, text="И још нешто.")
        assert again.status_code == 422
        assert "И још нешто.</textarea>" in html(again)
        second = receipt_on(send(person, hidden(again, "draft"), text="И још нешто."))
        assert (first != second, Complaint.objects.count()) == (True, 2)

    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({"about": "weather"}, "about"),
            ({"text": "   "}, "text"),
            ({"text": "x" * 10_001}, "text"),
            ({"text": "a\x00b"}, "text"),
            ({"contact": "ana@gmail.invalid"}, "contact"),
            ({"contact": "x" * 201}, "contact"),
            ({"about": "report", "receipt": "x" * 5000}, "receipt"),
        ],
    )
    def test_bad_input_is_named_at_its_field_and_the_text_stays(
        self, fields: dict[str, str], at: str, person: Reporter
    ) -> None:
        response = send(person, **{"text": "Остаје овде.", **fields})
        assert response.status_code == 422
        assert list(errors_on(response)) == [at]
        assert "text" in fields or "Остаје овде.</textarea>" in html(response)
        assert not Complaint.objects.exists()

    def test_a_right_code_never_comes_back_to_the_page(self, person: Reporter) -> None:
        report = ReportFactory()
        assert report.receipt not in html(send(person, about="report", receipt=report.receipt))

    def test_another_language_keeps_everything(self) -> None:
        typed = {"about": "report", "receipt": "7K3M", "text": "Чекам\r\nдве недеље.", "contact": "ana@example"}
        shown = Reporter("sr-latn").post(PATH, {**typed, "draft": draft(Reporter()), "show": ""})
        assert (shown.status_code, errors_on(shown)) == (200, {})
        fields = form_data(html(shown))
        assert {name: fields[name].replace("\r\n", "\n") for name in typed} == {
            **typed,
            "text": "Чекам\nдве недеље.",
        }
        buttons = PageReader(html(shown)).all("button", form="step", name="show")
        assert [button["formaction"] for button in buttons] == [f"/{code}/{PATH}" for code in ("sr", "sr-latn", "en")]

    def test_a_page_that_was_open_too_long(self, person: Reporter) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            token = draft(person)
            clock.shift(timedelta(hours=3))
            response = send(person, token, text="Остаје овде.")
            assert response.status_code == 422
            assert "Остаје овде.</textarea>" in html(response)
            assert send(person, hidden(response, "draft")).status_code == 200

    def test_a_forged_draft(self, person: Reporter) -> None:
        assert (send(person, "A" * 400_000).status_code, Complaint.objects.count()) == (422, 0)

    def test_over_the_limit_a_proof_of_work_is_required(self) -> None:
        person = Reporter("en", network="2001:db8:77:77::1")
        for _ in range(limits.COMPLAINTS.limit):
            assert send(person).status_code == 200
        token = draft(person)
        challenge = send(person, token, text="Остаје овде.")
        assert challenge.status_code == 422
        assert "Остаје овде.</textarea>" in html(challenge)
        assert send(person, token, **answer_of(challenge)).status_code == 200
        assert Complaint.objects.count() == limits.COMPLAINTS.limit + 1

    def test_guessing_is_slowed_down_and_counted_with_the_status_page(self) -> None:
        report = ReportFactory()
        person = Reporter("en", network="2001:db8:78:78::1")
        for _ in range(3):
            person.open("0000-0000-0000-0000")
        for _ in range(3):
            assert read(person, "0000-0000-0000-0000").status_code == 422
        token = draft(person)
        challenge = send(person, token, about="report", receipt=report.receipt)
        assert (challenge.status_code, errors_on(challenge), Complaint.objects.count()) == (422, {}, 0)
        solved = send(person, token, about="report", receipt=report.receipt, **answer_of(challenge))
        assert (solved.status_code, Complaint.objects.get().report) == (200, report)
        token = draft(person)
        challenge = person.post(PATH, {"act": "read", "draft": token, "number": receipt_on(solved)})
        assert challenge.status_code == 422
        fields = {"act": "read", "draft": token, "number": receipt_on(solved), **answer_of(challenge)}
        assert person.post(PATH, fields).status_code == 200


@pytest.mark.django_db
class TestReading:
    def test_a_receipt_opens_no_complaint_and_a_number_no_report(self, person: Reporter) -> None:
        number, report = receipt_on(send(person)), ReportFactory()
        assert read(person, report.receipt).status_code == 422
        assert person.open(number).status_code == 422

    @pytest.mark.parametrize(("outcome", "title"), [("", "Being examined"), ("partly", "You were partly right")])
    def test_outcome_of_a_complaint_is_shown(self, outcome: str, title: str, person: Reporter) -> None:
        number = receipt_on(send(person))
        lead = make_user("vera-5512", "supervisor")
        complaint = Complaint.objects.get()
        services.answer_complaint(
            complaint=complaint, text="Одговор са <b>разлозима</b>.", outcome=outcome, actor=lead, now=NOW
        )
        shown = html(read(person, number))
        assert title in shown
        assert "Одговор са &lt;b&gt;разлозима&lt;/b&gt;." in shown
        assert "vera-5512" not in shown
        assert ("Our answer will be here by" in shown) == (outcome == "")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_clear(settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person, report = Reporter("sr"), ReportFactory()
    words, contact, answer = "МАРКЕР-ЖАЛБА-5512", "marker-zalba-5512@example.org", "МАРКЕР-ОДГОВОР-5512"
    sent = send(person, about="report", receipt=report.receipt, text=words, contact=contact)
    number = receipt_on(sent)
    lead: User = make_user("lead", "supervisor")
    complaint = Complaint.objects.get()
    services.answer_complaint(complaint=complaint, text=answer, outcome="partly", actor=lead, now=NOW)
    decrypted = services.open_complaint(complaint=complaint, actor=lead, now=NOW)
    assert (decrypted.text, decrypted.contact, [each.text for each in decrypted.answers]) == (words, contact, [answer])
    read(person, number)
    send(person, text=words, about="")
    formatter = PrivateFormatter()
    places = {
        "database": database_text().encode(),
        "media": b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
    }
    for marker in (words, contact, answer, number, receipts.format_receipt(number), report.receipt):
        for where, content in places.items():
            assert marker.encode() not in content, where
            assert marker.encode().hex().encode() not in content.lower(), where


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_database_is_away() -> None:
    person = Reporter("en")
    token = draft(person)
    away = f"postgresql://clicksafely@127.0.0.1:{closed_port()}/clicksafely"
    form, sent, number = apart(
        [
            ("get", f"/en/{PATH}", {}),
            ("post", f"/en/{PATH}", {"act": "send", "draft": token, "about": "hotline", "text": "остаје овде"}),
            ("post", f"/en/{PATH}", {"act": "read", "draft": token, "number": "7K3M-Q9TZ-V4HD-2XNB"}),
        ],
        DATABASE_URL=away,
    )
    assert form.status_code == 200
    for answer in (sent, number):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "остаје овде</textarea>" in sent.text
    assert hidden(sent, "draft") == token  # type: ignore[arg-type]
    assert receipt_on(send(person, token, text="остаје овде"))
