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
from hotline.models import Complaint, ComplaintDeadlines
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


def value_of(page: HttpResponse, name: str) -> str:
    """The value of a text input."""
    return str(form_data(html(page))[name])


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
    def test_the_page_is_not_cached_and_sends_no_referrer(self, person: Reporter) -> None:
        page = person.get(PATH)
        assert (page.status_code, page.headers["Cache-Control"], page.cookies) == (200, "no-store", {})
        assert page.headers["Referrer-Policy"] == "same-origin"
        for language in ("sr", "sr-latn"):
            assert Reporter(language).get(PATH).status_code == 200

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
        assert "It has not been read yet." in shown
        assert "A supervisor will read it by 9 March 2026." in shown
        assert "Our answer will be here by 1 April 2026." in shown

    def test_changed_deadlines_apply_to_later_complaints(self, person: Reporter) -> None:
        send(person)
        ComplaintDeadlines.objects.update(acknowledge_days=2, answer_days=10)
        send(person)
        first, second = Complaint.objects.order_by("pk")
        assert [(each.acknowledge_by - each.received_at).days for each in (first, second)] == [7, 2]
        assert [(each.answer_by - each.received_at).days for each in (first, second)] == [30, 10]

    def test_about_a_report_of_mine(self, person: Reporter) -> None:
        report = ReportFactory()
        sent = send(person, about="report", receipt=receipts.format_receipt(report.receipt))
        assert (sent.status_code, Complaint.objects.get().report) == (200, report)
        assert send(person, about="report").status_code == 200
        assert Complaint.objects.latest("pk").report is None

    def test_a_receipt_of_another_subject_is_ignored(self, person: Reporter) -> None:
        assert send(person, about="notice", receipt="nonsense").status_code == 200

    def test_sent_twice_is_one_complaint(self, person: Reporter) -> None:
        token = draft(person)
        assert receipt_on(send(person, token)) == receipt_on(send(person, token))
        assert (Complaint.objects.count(), AuditEvent.objects.count()) == (1, 1)

    def test_changed_after_it_was_sent_it_becomes_another_one(self, person: Reporter) -> None:
        token = draft(person)
        first = receipt_on(send(person, token))
        again = send(person, token, text="И још нешто.")
        assert again.status_code == 422
        assert "You have already sent this form" in html(again)
        assert "И још нешто.</textarea>" in html(again)
        second = receipt_on(send(person, hidden(again, "draft"), text="И још нешто."))
        assert (first != second, Complaint.objects.count()) == (True, 2)

    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({"about": ""}, "about"),
            ({"about": "weather"}, "about"),
            ({"text": "   "}, "text"),
            ({"text": "x" * 10_001}, "text"),
            ({"text": "a\x00b"}, "text"),
            ({"contact": "ana@example"}, "contact"),
            ({"contact": "x" * 201}, "contact"),
            ({"about": "report", "receipt": "0000-0000-0000-0000"}, "receipt"),
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

    def test_a_wrong_code_can_be_corrected(self, person: Reporter) -> None:
        wrong = "7K3M-Q9TZ-V4HD-2XNB"
        response = send(person, about="report", receipt=wrong)
        assert (list(errors_on(response)), value_of(response, "receipt")) == (["receipt"], wrong)
        response = read(person, wrong)
        assert (list(errors_on(response)), value_of(response, "number")) == (["number"], wrong)

    def test_a_right_code_never_comes_back_to_the_page(self, person: Reporter) -> None:
        report = ReportFactory()
        assert report.receipt not in html(send(person, about="report", receipt=report.receipt))

    def test_the_proof_of_work_after_wrong_codes_keeps_the_code(self, person: Reporter) -> None:
        for _ in range(limits.WRONG_RECEIPTS.limit + 1):
            send(person, about="report", receipt="x")
        for response, name in (
            (send(person, about="report", receipt="typed-code"), "receipt"),
            (read(person, "typed-code"), "number"),
        ):
            assert "Too many wrong codes were entered" in html(response)
            assert "We are receiving many messages" not in html(response)
            assert value_of(response, name) == "typed-code"

    @pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
    def test_another_language_keeps_everything(self, language: str) -> None:
        typed = {"about": "report", "receipt": "7K3M", "text": "Чекам\r\nдве недеље.", "contact": "ana@example"}
        shown = Reporter(language).post(PATH, {**typed, "draft": draft(Reporter()), "show": ""})
        assert (shown.status_code, errors_on(shown)) == (200, {})
        fields = form_data(html(shown))
        assert {name: fields[name].replace("\r\n", "\n") for name in typed} == {
            **typed,
            "text": "Чекам\nдве недеље.",
        }
        buttons = PageReader(html(shown)).all("button", form="step", name="show")
        assert [button["formaction"] for button in buttons] == [f"/{code}/{PATH}" for code in ("sr", "sr-latn", "en")]

    def test_a_contact_that_cannot_be_written_to(self, person: Reporter) -> None:
        response = send(person, contact="ana@gmail.invalid")
        assert list(errors_on(response)) == ["contact"]

    def test_a_page_that_was_open_too_long(self, person: Reporter) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            token = draft(person)
            clock.shift(timedelta(hours=3))
            response = send(person, token, text="Остаје овде.")
            assert response.status_code == 422
            assert "more than two hours" in html(response)
            assert "Остаје овде.</textarea>" in html(response)
            assert send(person, hidden(response, "draft")).status_code == 200

    @pytest.mark.parametrize("token", ["nonsense", "A" * 400_000])
    def test_a_forged_draft(self, token: str, person: Reporter) -> None:
        assert (send(person, token).status_code, Complaint.objects.count()) == (422, 0)

    def test_from_another_site_it_is_refused(self) -> None:
        stranger = Reporter("en", **{"Sec-Fetch-Site": "cross-site"})
        assert stranger.post(PATH, GOOD).status_code == 403

    def test_the_form_token_alone_is_enough_for_an_old_browser(self) -> None:
        old = Reporter("en", Accept="*/*")
        page = old.get(PATH)
        fields = {"act": "send", "draft": hidden(page, "draft"), "form_token": hidden(page, "form_token")}
        assert old.post(PATH, {**GOOD, **fields}).status_code == 200

    def test_programs_get_a_proof_of_work(self, person: Reporter) -> None:
        token = draft(person)
        challenge = send(person, token, website="x")
        assert (challenge.status_code, Complaint.objects.count()) == (422, 0)
        assert send(person, token, website="x", **answer_of(challenge)).status_code == 200
        # Its response was lost.
        assert send(person, token, website="x").status_code == 200

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

    def test_it_is_linked_from_where_people_look(self, person: Reporter) -> None:
        link = f'href="/en/{PATH}"'
        assert link in html(person.get("report/"))
        assert link in html(person.get(""))
        assert link in html(person.open(ReportFactory().receipt))


@pytest.mark.django_db
class TestReading:
    @pytest.mark.parametrize("number", ["", "0000-0000-0000-0000", "x" * 500, "\x00"])
    def test_a_wrong_number(self, number: str, person: Reporter) -> None:
        send(person)
        response = read(person, number)
        assert (response.status_code, list(errors_on(response))) == (422, ["number"])

    def test_a_receipt_opens_no_complaint_and_a_number_no_report(self, person: Reporter) -> None:
        number, report = receipt_on(send(person)), ReportFactory()
        assert read(person, report.receipt).status_code == 422
        assert person.open(number).status_code == 422

    @pytest.mark.parametrize(
        ("outcome", "title"),
        [
            ("", "Being examined"),
            ("upheld", "You were right"),
            ("partly", "You were partly right"),
            ("not_upheld", "We see it differently"),
            ("withdrawn", "Withdrawn"),
        ],
    )
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
        assert "Nothing is lost" in answer.text
    assert "остаје овде</textarea>" in sent.text
    assert hidden(sent, "draft") == token  # type: ignore[arg-type]
    assert receipt_on(send(person, token, text="остаје овде"))
