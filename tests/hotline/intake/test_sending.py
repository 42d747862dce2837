"""Sending a report: once, within rate limits, with a receipt."""

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from pytest_django.fixtures import Settings

from clicksafely.common.http.proof_of_work import ANSWER_FIELD, Challenge
from clicksafely.common.models import AuditEvent
from hotline.models import Report, Upload
from tests.common.http.test_proof_of_work import solve
from tests.hotline.intake.journey import Reporter, answer_of, hidden, html, nothing_written, picture, receipt_on
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db

FORM = "report/cyberbullying/"


class TestSending:
    def test_a_resend_gets_the_same_receipt(self, reporter: Reporter) -> None:
        state = reporter.state(images=[picture()])
        first, second = reporter.send(state), reporter.send(state)
        assert (first.status_code, second.status_code) == (200, 200)
        assert receipt_on(first) == receipt_on(second)
        assert (Report.objects.count(), Upload.objects.count(), AuditEvent.objects.count()) == (1, 1, 1)

    def test_the_receipt_as_a_picture(self, reporter: Reporter) -> None:
        state = reporter.state()
        sent = reporter.send(state)
        assert "<svg" not in receipt_section(sent)
        drawn = reporter.send(state, qr="")
        assert receipt_on(drawn) == receipt_on(sent)
        assert re.search(r'<svg[^>]*class="qr"', html(drawn))
        assert Report.objects.count() == 1

    def test_open_for_too_long(self, reporter: Reporter) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            state = reporter.state()
            clock.shift(2 * 3600 + 1)
            assert reporter.send(state).status_code == 410
        assert nothing_written()


def receipt_section(page: Any) -> str:
    """The part of the page with the receipt."""
    [section] = re.findall(r'<section class="receipt-code".*?</section>', html(page), re.DOTALL)
    return section.replace("icons.svg", "").replace('<svg class="icon"', "")


class TestLimits:
    def test_over_the_limit_a_task_instead_of_a_refusal(self, settings: Settings) -> None:
        settings.REPORTS_PER_HOUR = 1
        reporter = Reporter("en")
        assert receipt_on(reporter.send(reporter.state()))
        state = reporter.state(what="Задржано")
        challenge = reporter.send(state)
        assert challenge.status_code == 200
        assert "Задржано" in html(challenge)
        assert hidden(challenge, "state") == state
        assert Report.objects.count() == 1
        wrong = reporter.send(state, **{**answer_of(challenge), ANSWER_FIELD: "99"})
        assert Report.objects.count() == 1
        sent = reporter.send(state, **answer_of(wrong))
        assert receipt_on(sent)
        assert Report.objects.count() == 2
        # One solution is for one form.
        assert "challenge_question" in html(reporter.send(reporter.state(), **answer_of(wrong)))

    def test_reports_over_the_hourly_limit_are_accepted_as_flood(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.REPORTS_PER_HOUR = 1
        set_limit(monkeypatch, "SUMS", 2)
        reporter = Reporter("en")
        reporter.send(reporter.state())
        pages = []
        for _number in range(3):
            state = reporter.state()
            pages.append(reporter.send(state, **answer_of(reporter.send(state))))
        assert all(receipt_on(page) for page in pages)
        assert [report.priority_reasons for report in Report.objects.order_by("pk")] == [[], [], [], ["flood"]]
        # The same page for all of them, except what differs between any two reports.
        assert len({re.sub(r"<span>\w{4}</span>|<[^>]*>", "", html(page)) for page in pages}) == 1
        # A resend does not leave the flood, and another network is not in it.
        assert receipt_on(reporter.send(state, **answer_of(reporter.send(reporter.state())))) == receipt_on(pages[-1])
        other = Reporter("en")
        other.send(other.state())
        state = other.state()
        other.send(state, **answer_of(other.send(state)))
        assert Report.objects.latest("pk").priority_reasons == []

    def test_a_proof_of_work_is_no_sum(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.REPORTS_PER_HOUR = 0
        set_limit(monkeypatch, "SUMS", 0)
        reporter = Reporter("en")
        state = reporter.state()
        task = re.search(r'data-challenge="([^"]*)"', html(reporter.send(state)))[1]  # type: ignore[index]
        assert receipt_on(reporter.send(state, **solve(Challenge(proof=unescape(task), question="", token=""))))
        assert Report.objects.get().priority_reasons == []

    def test_a_resend_and_another_network_need_no_task(self, settings: Settings) -> None:
        settings.REPORTS_PER_HOUR = 1
        for reporter in (Reporter(), Reporter()):
            state = reporter.state()
            assert receipt_on(reporter.send(state)) == receipt_on(reporter.send(state))

    def test_the_trap(self) -> None:
        """A filled-in honeypot field leads to the challenge, because a browser may have filled it in."""
        reporter = Reporter("en")
        assert 'name="website"' in html(reporter.get(FORM))
        summary = reporter.summary(website="https://spam.example.org/")
        state = hidden(summary, "state")
        assert "challenge_question" in html(summary)
        assert "challenge_question" in html(reporter.send(state))
        assert nothing_written()
        assert receipt_on(reporter.send(state, **answer_of(summary)))
        assert Report.objects.count() == 1
