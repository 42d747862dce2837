"""The way back to a report."""

import re
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.intake.web import status_views
from hotline.models import Direction, Message, Report, TextField
from hotline.review import sealed_content
from hotline.states import Outcome, ReportState
from tests.factories.hotline import RECEIVED, ReportFactory, make_message
from tests.hotline.intake.journey import Reporter, answer_of, errors_on, hidden, html, receipt_on

pytestmark = pytest.mark.django_db

UNKNOWN = "We find no report with this code. Please compare it letter by letter with what you wrote down."


def without_tokens(page: Any) -> str:
    """The page without what is drawn anew for every page."""
    return re.sub(r'(name="(?:form_token|case|challenge_question)" value|data-challenge)="[^"]*"', "", html(page))


def statements(receipt: str) -> list[str]:
    """What opening a report asks the database for, apart from the frame of the page; without the values."""
    with CaptureQueriesContext(connection) as captured:
        Reporter().open(receipt)
    asked = [query["sql"] for query in captured.captured_queries]
    return [re.sub(r"'[^']*'", "?", sql) for sql in asked if "hotline_" in sql]


class TestOpening:
    @pytest.mark.parametrize(
        "typed",
        [
            "7K3M-Q9TZ-V4HD-2XNB",
            "7k3m q9tz v4hd 2xnb",
            " 7K3MQ9TZV4HD2XNB\n",
            "7К3М-Q9ТZ-V4НD-2ХNВ",
            "7k3m\u2013q9tz\u00a0v4hd.2xnb",
            "７Ｋ３Ｍ Q9TZ V4HD 2XNB",
        ],
    )
    def test_however_it_is_typed(self, reporter: Reporter, typed: str) -> None:
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        page = reporter.open(typed)
        assert page.status_code == 200
        assert hidden(page, "case")

    def test_letters_for_digits(self, reporter: Reporter) -> None:
        ReportFactory(receipt="0123456789ABCD10")
        assert reporter.open("oi23 4567 89ab cdlO").status_code == 200

    @pytest.mark.parametrize(
        "typed",
        ["", "x", "0000-0000-0000-0000", "7K3M-Q9TZ-V4HD-2XN", "7K3M-Q9TZ-V4HD-2XNBB", "U" * 16, "\x00", "ж" * 100_000],
    )
    def test_every_wrong_one_gets_one_same_answer(self, typed: str) -> None:
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        expected, answer = Reporter("en").open("not a code"), Reporter("en").open(typed)
        assert (answer.status_code, expected.status_code) == (422, 422)
        assert without_tokens(answer) == without_tokens(expected)
        assert errors_on(answer) == {"receipt": UNKNOWN}

    def test_a_missing_field_too(self) -> None:
        answer = Reporter("en").post("report/case/")
        assert without_tokens(answer) == without_tokens(Reporter("en").open("x"))

    def test_in_the_same_time(self) -> None:
        ReportFactory()
        times: dict[str, list[float]] = {"malformed": [], "0000-0000-0000-0000": []}
        for _ in range(25):
            for typed, taken in times.items():
                reporter = Reporter()
                # Of this thread's own work: what the statements take, which are the same, depends on who else is at work.
                started = time.thread_time()
                reporter.open(typed)
                taken.append(time.thread_time() - started)
        malformed, unknown = (statistics.median(taken) for taken in times.values())
        assert 0.75 < malformed / unknown < 1.33

    def test_the_same_statements(self) -> None:
        malformed, unknown = (statements(typed) for typed in ("x", "0000-0000-0000-0000"))
        assert malformed == unknown
        assert len(malformed) == 1

    def test_after_a_few_a_task(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        for _ in range(status_views.WRONG_RECEIPTS):
            assert "challenge_question" not in html(reporter.open("x"))
        asked = reporter.open("x")
        assert "challenge_question" in html(asked)
        assert errors_on(asked) == {"receipt": UNKNOWN}
        # Now not even the right one is looked up before the task is done.
        page = reporter.open(report.receipt)
        assert (page.status_code, 'name="case"' in html(page)) == (422, False)
        token = {"form_token": hidden(page, "form_token")}
        solved = reporter.post("report/case/", {"receipt": report.receipt, **token, **answer_of(page)})
        assert (solved.status_code, 'name="case"' in html(solved)) == (200, True)
        assert Reporter("en").open(report.receipt).status_code == 200

    def test_right_ones_are_not_counted(self, reporter: Reporter) -> None:
        report = ReportFactory()
        for _ in range(status_views.WRONG_RECEIPTS + 3):
            assert reporter.open(report.receipt).status_code == 200

    def test_the_receipt_is_not_on_the_page(self, reporter: Reporter) -> None:
        report = ReportFactory()
        page = html(reporter.open(report.receipt))
        assert report.receipt not in page
        assert receipts.format_receipt(report.receipt) not in page


class TestReading:
    def test_received(self) -> None:
        report = ReportFactory(category="hate-speech", language="en")
        page = html(Reporter("en").open(report.receipt))
        assert "Hate speech" in page
        assert "Your report has arrived and is waiting for one of our analysts." in page
        # 10:00 UTC in March is 11:00 in Belgrade.
        assert "2 March 2026, around 11:00" in page

    def test_a_duplicate_reads_like_closed_with_a_police_action(self) -> None:
        aside = ReportFactory(state=ReportState.DUPLICATE, closed_at=RECEIVED)
        closed = ReportFactory(state=ReportState.CLOSED, outcome=Outcome.REFERRED, closed_at=RECEIVED)
        with time_machine.travel("2026-04-01T10:00:00Z", tick=False):
            pages = [Reporter("en").open(report.receipt) for report in (aside, closed)]
        told = [re.findall(r"<b>(.*?)</b><p>(.*?)</p>", html(page)) for page in pages]
        assert told[0] == told[1]
        assert told[0][0][1].startswith("We have checked your report and done what it called for")

    @pytest.mark.parametrize(
        ("state", "why"), [(ReportState.SPAM, "advertising or a test"), (ReportState.OUTSIDE_REMIT, "something else")]
    )
    def test_what_is_not_pursued_says_so_and_why_and_what_helps(self, state: str, why: str) -> None:
        report = ReportFactory(state=state, closed_at=RECEIVED)
        with time_machine.travel("2026-04-01T10:00:00Z", tick=False):
            pages = [html(Reporter("en").open(report.receipt)), html(Reporter("en").open(report.receipt, child=True))]
        for page in pages:
            told = re.search(r"<b>[^<]*</b><p>(.*?)</p>", page)[1]  # type: ignore[index]
            assert why in told
            assert "done what" not in told
            assert "police" in told or "adult you trust" in told
            assert 'class="call-line"' in page
            assert 'href="tel:116111"' in page

    def test_the_words_of_a_child_are_kept_from_page_to_page(self) -> None:
        report = ReportFactory()
        asked = html(Reporter("en").get("report/status/?about=me"))
        assert 'action="/en/report/case/?about=me"' in asked
        page = Reporter("en").open(report.receipt, child=True)
        assert "One of our people will read it." in html(page)
        assert html(page).count('action="/en/report/case/?about=me"') == 1
        assert "waiting for one of our analysts" in html(Reporter("en").open(report.receipt))


class TestWithoutAnAddress:
    HELPS = ("You gave no address", "You have no link?")

    @pytest.mark.parametrize("child", [False, True])
    def test_what_would_help_is_asked_for_until_the_reporter_has_written(self, child: bool) -> None:
        report = ReportFactory(locations=[], addresses="")
        reporter = Reporter("en")
        page = reporter.open(report.receipt, child=child)
        assert self.HELPS[child] in html(page)
        assert 'name="text"' in html(page)
        page = reporter.act(page, "message", text="example.org/a")
        assert self.HELPS[child] not in html(page)
        assert not any(words in html(reporter.open(report.receipt)) for words in self.HELPS)

    @pytest.mark.parametrize("columns", [{"addresses": "example.org/a"}, {"state": "spam", "closed_at": RECEIVED}])
    def test_it_is_not_asked_for_where_there_is_one_or_the_report_has_ended(self, columns: dict[str, Any]) -> None:
        report = ReportFactory(**{"addresses": "", **columns})
        assert self.HELPS[0] not in html(Reporter("en").open(report.receipt))

    def test_in_danger_calling_comes_first(self) -> None:
        report = ReportFactory(danger_now=True, addresses="")
        page = html(Reporter("en").open(report.receipt, child=True))
        assert "Are you in danger? Call first:" in page

    def test_statements_do_not_grow_with_the_dialogue(self) -> None:
        small, large = ReportFactory(), ReportFactory()
        make_message(small, "једна")
        for number in range(12):
            make_message(large, f"порука {number}")
        assert [len(statements(report.receipt)) for report in (small, large)] == [8, 8]


class TestDialogue:
    def test_both_ways(self) -> None:
        reporter = Reporter("en")
        receipt = receipt_on(reporter.send(reporter.state()))
        report = Report.objects.get()
        analyst = User.objects.create(username="analyst")
        written = reporter.act(reporter.open(receipt), "message", text="Да ли вам треба још нешто?")
        assert "Your message has arrived." in html(written)
        report.refresh_from_db()
        assert report.has_news
        read = sealed_content.open_thread(report=report, actor=analyst, now=timezone.now())
        assert [message.text for message in read] == ["Да ли вам треба још нешто?"]
        sealed_content.send_reply(report=report, actor=analyst, text="Хвала, <b>довољно</b> је.", now=timezone.now())
        page = html(reporter.act(written, "refresh"))
        assert "Да ли вам треба још нешто?" in page
        assert '<p translate="no" dir="auto">Хвала, &lt;b&gt;довољно&lt;/b&gt; је.</p>' in page

    def test_what_was_said_keeps_its_script(self) -> None:
        report = ReportFactory()
        make_message(report, "Ђак прича")
        make_message(report, "Љубав", direction=Direction.REPORTER)
        page = html(Reporter("sr-latn").open(report.receipt))
        assert "Ђак прича" in page
        assert "Љубав" in page
        assert 'lang="sr-Latn"' in page

    def test_a_double_click_is_one_message(self, reporter: Reporter) -> None:
        page = reporter.open(ReportFactory().receipt)
        first, second = (reporter.act(page, "message", text="једном") for _ in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert html(second).count("једном") == 1
        assert Message.objects.count() == 1
        reporter.act(second, "message", text="једном")
        assert Message.objects.count() == 2

    @pytest.mark.parametrize("text", ["", "  ", "a\x00b", "ж" * 5001])
    def test_what_cannot_be_kept(self, text: str) -> None:
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text=text)
        assert page.status_code == 422
        assert list(errors_on(page)) == ["text"]
        assert not Message.objects.exists()

    def test_a_full_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_MESSAGES", 0)
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text="још")
        assert errors_on(page) == {"text": "This case holds as many messages as it can. Please make a new report."}
        assert "још</textarea>" in html(page)

    def test_many_messages_get_a_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(status_views, "MESSAGES_PER_HOUR", 1)
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text="прва")
        asked = reporter.act(page, "message", text="друга")
        assert "друга</textarea>" in html(asked)
        assert Message.objects.count() == 1
        reporter.act(asked, "message", text="друга", **answer_of(asked))
        assert Message.objects.count() == 2

    @pytest.mark.parametrize("state", [state for state in ReportState.values if state != "anonymised"])
    def test_there_is_always_a_way_to_write(self, reporter: Reporter, state: str) -> None:
        ends = {"outcome": Outcome.REMOVED, "closed_at": RECEIVED} if state == "closed" else {}
        page = reporter.open(ReportFactory(state=state, **ends).receipt)
        assert reporter.act(page, "message", text="још").status_code == 200
        assert Message.objects.count() == 1

    def test_the_contact_is_taken_back(self) -> None:
        reporter, report = Reporter("en"), ReportFactory(contact="a@example.org")
        page = reporter.open(report.receipt)
        assert "Erase my contact" in html(page)
        done = reporter.act(page, "withdraw")
        assert "Your contact has been erased." in html(done)
        assert "Erase my contact" not in html(done)
        assert [text.field for text in report.texts.all()] == [TextField.WORDS]
        assert reporter.act(page, "withdraw").status_code == 200
        assert [event.action for event in AuditEvent.objects.all()] == ["contact.withdrawn"]

    @pytest.mark.parametrize("act", ["", "refresh", "erase", "Message"])
    def test_other_acts_only_show(self, reporter: Reporter, act: str) -> None:
        report = ReportFactory(contact="a@example.org")
        page = reporter.act(reporter.open(report.receipt), act, text="остаје у пољу")
        assert page.status_code == 200
        assert "остаје у пољу</textarea>" in html(page)
        assert (Message.objects.count(), report.texts.count()) == (0, 2)


class TestTime:
    def test_a_case_closes_by_itself_and_keeps_what_was_being_written(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
            page = reporter.open(report.receipt)
            clock.shift(2 * 3600 + 1)
            again = reporter.act(page, "message", text="недовршено")
            assert again.status_code == 422
            assert "one can send from this page for two hours only" in html(again)
            assert "недовршено</textarea>" in html(again)
            assert not Message.objects.exists()
            fields = {"receipt": report.receipt, "text": "недовршено"}
            opened = reporter.post("report/case/", fields)
            assert "недовршено</textarea>" in html(opened)

    @pytest.mark.parametrize("case", ["", "forged", "A" * 3000])
    def test_a_state_that_is_not_ours(self, reporter: Reporter, case: str) -> None:
        page = reporter.post("report/case/", {"case": case, "act": "message", "text": "а"})
        assert page.status_code == 422
        assert not Message.objects.exists()

    def test_the_state_of_a_form_opens_no_case(self, reporter: Reporter) -> None:
        page = reporter.post("report/case/", {"case": reporter.state(), "act": "refresh"})
        assert page.status_code == 422

    def test_a_report_that_is_no_longer_kept(self) -> None:
        report, reporter = ReportFactory(state=ReportState.SPAM), Reporter("en")
        page = reporter.open(report.receipt)
        report.delete()
        again = reporter.act(page, "message", text="а")
        assert errors_on(again) == {"receipt": "This report is no longer kept."}
