"""Opening a report with its code."""

import json
import re
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.http import limits
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.models import Message, OutgoingMail, Report, SealedText, TextField
from hotline.review import sealed_content
from hotline.states import Outcome
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory, make_message
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html, receipt_on
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db


def without_tokens(page: Any) -> str:
    """The page without what is drawn anew for every page."""
    page_text = re.sub(
        r'(name="(?:form_token|draft_id|case|challenge_question)" value|data-challenge)="[^"]*"', "", html(page)
    )
    return re.sub(r"draft_id=[0-9a-f-]+", "", page_text)


def statements(receipt: str) -> list[str]:
    """What opening a report asks the database for, apart from the frame of the page; without the values."""
    with CaptureQueriesContext(connection) as captured:
        Reporter().open(receipt)
    queries = [query["sql"] for query in captured.captured_queries]
    return [re.sub(r"'[^']*'", "?", sql) for sql in queries if "hotline_" in sql]


class TestOpening:
    @pytest.mark.parametrize("typed", ["0000-0000-0000-0000", "7K3M-Q9TZ-V4HD-2XNC"])
    def test_every_code_that_does_not_exist_gets_one_same_answer(self, typed: str) -> None:
        """Also one that differs from a code in one character. Only what was typed differs on the page."""
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        other = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
        expected, answer = Reporter("en").open(other), Reporter("en").open(typed)
        assert (answer.status_code, expected.status_code) == (422, 422)
        assert without_tokens(answer).replace(typed, other) == without_tokens(expected)
        assert list(errors_on(answer)) == ["receipt"]

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            (" - – ", "Enter"),
            ("\x00", "Enter"),
            ("7K3M-Q9TZ-V4HD-2XN", "15"),
            ("7K3M-Q9TZ-V4HD-2XNBB", "17"),
            ("7K3M-Q9TZ-V4HD-2XNU", "U"),
            ("7K3M-Q9TZ-V4HD-2XNШ", "Ш"),
            ("ж" * 100_000, "too long"),
        ],
    )
    def test_malformed_code_gets_its_own_message_and_stays_in_the_field(self, typed: str, message: str) -> None:
        page = Reporter("en").open(typed)
        assert page.status_code == 422
        assert list(errors_on(page)) == ["receipt"]
        assert message in errors_on(page)["receipt"]
        shown = re.search(r'<input[^>]*name="receipt"[^>]*>', html(page))[0]  # type: ignore[index]
        assert typed.strip(" \x00") in shown

    def test_malformed_code_is_not_counted_and_not_queried(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        for typed in ("", "x", "U" * 16, "ж" * 100_000):
            assert statements(typed) == []
        for _ in range(limits.WRONG_RECEIPTS.limit + 2):
            assert "challenge_question" not in html(reporter.open("x"))
        assert reporter.open(report.receipt).status_code == 200

    @pytest.mark.timing
    def test_in_the_same_time(self) -> None:
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        times: dict[str, list[float]] = {"7K3M-Q9TZ-V4HD-2XNC": [], "0000-0000-0000-0000": []}
        for _ in range(25):
            for typed, seconds in times.items():
                reporter = Reporter()
                # Of this thread's own work: what the statements take, which are the same, depends on who else is at work.
                started = time.thread_time()
                reporter.open(typed)
                seconds.append(time.thread_time() - started)
        near, far = (statistics.median(seconds) for seconds in times.values())
        assert 0.75 < near / far < 1.33

    def test_the_same_statements(self) -> None:
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        near, far = (statements(typed) for typed in ("7K3M-Q9TZ-V4HD-2XNC", "0000-0000-0000-0000"))
        assert near == far
        assert len(near) == 1

    def test_after_a_few_a_task(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        for _ in range(limits.WRONG_RECEIPTS.limit):
            assert "challenge_question" not in html(reporter.open("0" * 16))
        challenge = reporter.open("0" * 16)
        assert "challenge_question" in html(challenge)
        assert list(errors_on(challenge)) == ["receipt"]
        assert "Too many wrong codes" in html(challenge)
        # Now even a valid code is refused before the challenge is solved.
        page = reporter.open(report.receipt)
        assert (page.status_code, 'name="case"' in html(page)) == (422, False)
        # It stays in the field: the same page as for every other code.
        assert report.receipt in html(page)
        token = {"form_token": hidden(page, "form_token")}
        solved = reporter.post("report/case/", {"receipt": report.receipt, **token, **answer_of(page)})
        assert (solved.status_code, 'name="case"' in html(solved)) == (200, True)
        assert Reporter("en").open(report.receipt).status_code == 200

    def test_the_receipt_is_not_on_the_page(self, reporter: Reporter) -> None:
        report = ReportFactory()
        page = html(reporter.open(report.receipt))
        assert report.receipt not in page
        assert receipts.format_receipt(report.receipt) not in page


class TestWithoutAnAddress:
    HELP = "You gave no address"

    def test_missing_address_is_requested_until_a_message_arrives(self) -> None:
        report = ReportFactory(locations=[], addresses="")
        reporter = Reporter("en")
        page = reporter.open(report.receipt)
        assert self.HELP in html(page)
        page = reporter.act(page, "message", text="example.org/a")
        assert self.HELP not in html(page)
        assert self.HELP not in html(reporter.open(report.receipt))

    @pytest.mark.parametrize("columns", [{"addresses": "example.org/a"}, {"state": "spam", "closed_at": RECEIVED}])
    def test_no_hint_with_an_address_or_after_the_end(self, columns: dict[str, Any]) -> None:
        report = ReportFactory(**{"addresses": "", **columns})
        assert self.HELP not in html(Reporter("en").open(report.receipt))

    def test_statements_do_not_grow_with_the_dialogue(self) -> None:
        small, large = ReportFactory(), ReportFactory()
        make_message(small, "једна")
        for number in range(12):
            make_message(large, f"порука {number}")
        few, many = (len(statements(report.receipt)) for report in (small, large))
        assert few == many <= 10


class TestDialogue:
    def test_both_ways(self) -> None:
        reporter = Reporter("en")
        receipt = receipt_on(reporter.send(reporter.state()))
        report = Report.objects.get()
        analyst = User.objects.create(username="analyst")
        written = reporter.act(reporter.open(receipt), "message", text="Да ли вам треба још нешто?")
        report.refresh_from_db()
        assert report.has_news
        read = sealed_content.open_thread(report=report, actor=analyst, now=timezone.now())
        assert [message.text for message in read] == ["Да ли вам треба још нешто?"]
        sealed_content.send_reply(report=report, actor=analyst, text="Хвала, <b>довољно</b> је.", now=timezone.now())
        page = html(reporter.act(written, "refresh"))
        assert "Да ли вам треба још нешто?" in page
        assert '<p translate="no" dir="auto">Хвала, &lt;b&gt;довољно&lt;/b&gt; је.</p>' in page

    def test_a_double_click_is_one_message(self, reporter: Reporter) -> None:
        page = reporter.open(ReportFactory().receipt)
        first, second = (reporter.act(page, "message", text="једном") for _ in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert html(second).count("једном") == 1
        assert Message.objects.count() == 1
        reporter.act(second, "message", text="једном")
        assert Message.objects.count() == 2

    @pytest.mark.parametrize("text", ["  ", "a\x00b"])
    def test_invalid_message_is_refused(self, text: str) -> None:
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text=text)
        assert page.status_code == 422
        assert list(errors_on(page)) == ["text"]
        assert not Message.objects.exists()

    def test_a_full_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_MESSAGES", 0)
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text="још")
        assert list(errors_on(page)) == ["text"]
        assert "још</textarea>" in html(page)

    def test_too_many_sums_are_no_way_around_the_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "MESSAGES", 0)
        set_limit(monkeypatch, "SUMS", 1)
        reporter = Reporter("en")
        challenge = reporter.act(reporter.open(ReportFactory().receipt), "message", text="прва")
        challenge = reporter.act(
            reporter.act(challenge, "message", text="прва", **answer_of(challenge)), "message", text="друга"
        )
        refused = reporter.act(challenge, "message", text="друга", **answer_of(challenge))
        assert "друга</textarea>" in html(refused)
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("state", ["received", "in_review", "duplicate", "spam", "closed"])
    def test_there_is_always_a_way_to_write(self, reporter: Reporter, state: str) -> None:
        ends = {"outcome": Outcome.REMOVED, "closed_at": RECEIVED} if state == "closed" else {}
        page = reporter.open(ReportFactory(state=state, **ends).receipt)
        assert reporter.act(page, "message", text="још").status_code == 200
        assert Message.objects.count() == 1


class TestContact:
    def test_a_refused_address_has_a_message_and_can_be_replaced(self) -> None:
        report, reporter = ReportFactory(contact="nema@example.org"), Reporter("en")
        refused = OutgoingMail.objects.create(
            report=report, kind="news", state="refused", error="returned", queued_at=RECEIVED
        )
        page = reporter.open(report.receipt)
        assert "We cannot write to you" in html(page)
        assert 'details class="contact-change" open' in html(page)
        with as_role_of("public"):
            changed = reporter.act(page, "contact", contact="ana@example.org")
        assert "We cannot write to you" not in html(changed)
        assert not OutgoingMail.objects.filter(pk=refused.pk).exists()
        text = report.texts.get(field=TextField.CONTACT)
        stored_contact = json.loads(SealedText.CONTENT.open(text))
        assert stored_contact == {"contact": "ana@example.org", "wants_answer": True}
        assert AuditEvent.objects.get().action == "contact.changed"

    @pytest.mark.parametrize("error", ["unreachable", "secret"])
    def test_our_own_failure_is_not_the_contacts(self, error: str) -> None:
        report = ReportFactory(contact="ana@example.org")
        OutgoingMail.objects.create(report=report, kind="news", state="failed", error=error, queued_at=RECEIVED)
        assert "We cannot write to you" not in html(Reporter("en").open(report.receipt))

    @pytest.mark.parametrize("typed", ["", "ana@", "REPORT+abc@netpatrola.rs", "a\x00", "a" * 201])
    def test_one_that_cannot_be_written_to_is_refused_at_the_field(self, settings: Settings, typed: str) -> None:
        settings.MAIL_ADDRESS = "report@netpatrola.rs"
        report, reporter = ReportFactory(contact="ana@example.org"), Reporter("en")
        page = reporter.act(reporter.open(report.receipt), "contact", contact=typed)
        assert page.status_code == 422
        assert list(errors_on(page)) == ["contact"]
        stored_contact = json.loads(SealedText.CONTENT.open(report.texts.get(field=TextField.CONTACT)))
        assert stored_contact["contact"] == "ana@example.org"

    def test_the_sender_of_an_email_stays_the_contact(self) -> None:
        report, reporter = ReportFactory(channel="email", contact="ana@example.org"), Reporter("en")
        page = reporter.open(report.receipt)
        assert 'name="contact"' not in html(page)
        assert reporter.act(page, "contact", contact="eva@example.org").status_code == 422
        with pytest.raises(services.ContactFromMail):
            services.change_contact(report=report, contact="eva@example.org", now=RECEIVED)
        assert not AuditEvent.objects.exists()


class TestChildAndDanger:
    def test_calling_is_on_top_of_a_report_of_danger(self) -> None:
        page = html(Reporter("en").open(ReportFactory(danger_now=True).receipt))
        assert page.count('class="call-line') == 1
        assert page.index('href="tel:192"') < page.index('class="timeline"')


class TestTime:
    def test_an_expired_page_keeps_the_text_of_a_message(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
            page = reporter.open(report.receipt)
            clock.shift(2 * 3600 + 1)
            again = reporter.act(page, "message", text="недовршено")
            assert again.status_code == 422
            assert "недовршено</textarea>" in html(again)
            assert not Message.objects.exists()
            fields = {"receipt": report.receipt, "text": "недовршено"}
            case_page = reporter.post("report/case/", fields)
            assert "недовршено</textarea>" in html(case_page)

    def test_a_deleted_report_has_a_message(self) -> None:
        report, reporter = ReportFactory(state="spam"), Reporter("en")
        page = reporter.open(report.receipt)
        report.delete()
        again = reporter.act(page, "message", text="а")
        assert list(errors_on(again)) == ["receipt"]

    def test_a_state_that_is_not_of_a_case(self, reporter: Reporter) -> None:
        for case in ("", "forged", reporter.state()):
            page = reporter.post("report/case/", {"case": case, "act": "message", "text": "а"})
            assert page.status_code == 422
        assert not Message.objects.exists()
