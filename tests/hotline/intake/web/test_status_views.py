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
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.http import limits
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.models import Direction, Message, OutgoingMail, Report, SealedText, TextField
from hotline.review import sealed_content
from hotline.states import Outcome, ReportState
from tests.clients.page_reader import PageReader
from tests.database import as_role_of
from tests.factories.hotline import RECEIVED, ReportFactory, make_message
from tests.hotline.intake.journey import GOOD, Reporter, answer_of, errors_on, hidden, html, receipt_on
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db

UNKNOWN = "No report has this code. Check it letter by letter against what you wrote down."


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

    def test_letters_typed_as_digits(self, reporter: Reporter) -> None:
        ReportFactory(receipt="0123456789ABCD10")
        assert reporter.open("oi23 4567 89ab cdlO").status_code == 200

    @pytest.mark.parametrize("typed", ["0000-0000-0000-0000", "7K3M-Q9TZ-V4HD-2XNC", "8K3M-Q9TZ-V4HD-2XNB"])
    def test_every_code_that_does_not_exist_gets_one_same_answer(self, typed: str) -> None:
        """Also one that differs from a code in one character. Only what was typed differs on the page."""
        ReportFactory(receipt="7K3MQ9TZV4HD2XNB")
        other = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
        expected, answer = Reporter("en").open(other), Reporter("en").open(typed)
        assert (answer.status_code, expected.status_code) == (422, 422)
        assert without_tokens(answer).replace(typed, other) == without_tokens(expected)
        assert errors_on(answer) == {"receipt": UNKNOWN}

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "Enter your code."),
            (" - – ", "Enter your code."),
            ("\x00", "Enter your code."),
            ("x", "A code has 16 letters and digits. You entered 1."),
            ("7K3M-Q9TZ-V4HD-2XN", "A code has 16 letters and digits. You entered 15."),
            ("7K3M-Q9TZ-V4HD-2XNBB", "A code has 16 letters and digits. You entered 17."),
            ("7K3M-Q9TZ-V4HD-2XNU", "Codes never contain the letter U. It may be a V."),
            ("7K3M-Q9TZ-V4HD-2XNШ", "Codes never contain the character “Ш”."),
            ("ж" * 100_000, "This is too long. A code has 16 letters and digits."),
        ],
    )
    def test_malformed_code_gets_its_own_message_and_stays_in_the_field(self, typed: str, message: str) -> None:
        page = Reporter("en").open(typed)
        assert page.status_code == 422
        assert errors_on(page) == {"receipt": message}
        shown = re.search(r'<input[^>]*name="receipt"[^>]*>', html(page))[0]  # type: ignore[index]
        assert typed.strip(" \x00") in shown

    def test_a_missing_field_is_an_empty_one(self) -> None:
        assert errors_on(Reporter("en").post("report/case/")) == {"receipt": "Enter your code."}

    def test_child_gets_texts_for_children(self) -> None:
        assert errors_on(Reporter("sr").open("", child=True)) == {"receipt": "Упиши своју шифру."}
        unknown = errors_on(Reporter("sr").open("0000-0000-0000-0000", child=True))
        assert unknown == {
            "receipt": "Не налазимо пријаву с овом шифром. Упореди је, знак по знак, с оним што је записано."
        }

    @pytest.mark.parametrize("typed", ["", "x", "U" * 16, "ж" * 100_000])
    def test_malformed_code_is_not_counted_and_not_queried(self, typed: str) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        assert statements(typed) == []
        for _ in range(limits.WRONG_RECEIPTS.limit + 2):
            assert "challenge_question" not in html(reporter.open(typed))
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
        assert errors_on(challenge) == {"receipt": UNKNOWN}
        assert "Too many wrong codes were entered in the last ten minutes" in html(challenge)
        assert "We are receiving many messages right now" not in html(challenge)
        assert "Реши овај мали задатак" in html(Reporter(network=reporter.address).open("0" * 16, child=True))
        # Now even a valid code is refused before the challenge is solved.
        page = reporter.open(report.receipt)
        assert (page.status_code, 'name="case"' in html(page)) == (422, False)
        # It stays in the field: the same page as for every other code.
        assert report.receipt in html(page)
        token = {"form_token": hidden(page, "form_token")}
        solved = reporter.post("report/case/", {"receipt": report.receipt, **token, **answer_of(page)})
        assert (solved.status_code, 'name="case"' in html(solved)) == (200, True)
        assert Reporter("en").open(report.receipt).status_code == 200

    def test_right_ones_are_not_counted(self, reporter: Reporter) -> None:
        report = ReportFactory()
        for _ in range(limits.WRONG_RECEIPTS.limit + 3):
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
        assert "Your report has arrived. One of our analysts will read it." in page
        # 10:00 UTC in March is 11:00 in Belgrade.
        assert "2 March 2026, around 11:00" in page

    @pytest.mark.parametrize(
        ("child", "asks"), [(False, "Please come back here then."), (True, "Come back here then.")]
    )
    def test_the_next_date(self, asks: str, *, child: bool) -> None:
        report = ReportFactory(category="hate-speech")
        # A Monday, and two working days more.
        with time_machine.travel("2026-03-02T11:00:00Z", tick=False):
            page = html(Reporter("en").open(report.receipt, child=child))
        assert "Next date:" in page
        assert '<time datetime="2026-03-04">Wednesday, 4 March 2026</time>' in page
        assert asks in page

    @pytest.mark.parametrize(
        ("state", "why"),
        [(ReportState.SPAM, "advertising or a test"), (ReportState.OUTSIDE_REMIT, "something else")],
    )
    def test_unpursued_report_shows_reason_and_help(self, state: str, why: str) -> None:
        report = ReportFactory(state=state, closed_at=RECEIVED)
        opener = User.objects.create(username="analyst")
        audit_log.record(action="words.opened", subject=report, actor=opener, now=RECEIVED)
        with time_machine.travel("2026-04-01T10:00:00Z", tick=False):
            pages = [html(Reporter("en").open(report.receipt)), html(Reporter("en").open(report.receipt, child=True))]
        for page in pages:
            message = re.search(r"<b>[^<]*</b><p>(.*?)</p>", page)[1]  # type: ignore[index]
            assert why in message
            assert "done what" not in message
            assert "police" in message or "adult you trust" in message
            assert 'class="call-line"' in page
            assert 'href="tel:116111"' in page

    def test_the_wording_for_children_stays_from_page_to_page(self) -> None:
        report = ReportFactory()
        form_page = html(Reporter("en").get("report/status/?about=me"))
        assert 'action="/en/report/case/?about=me"' in form_page
        page = Reporter("en").open(report.receipt, child=True)
        assert "A member of our team will read it." in html(page)
        (form,) = PageReader(html(page)).all("form")
        assert form["action"] == "/en/report/case/?about=me"
        assert "One of our analysts will read it." in html(Reporter("en").open(report.receipt))


class TestWithoutAnAddress:
    HELPS = ("You gave no address", "No link?")

    @pytest.mark.parametrize("child", [False, True])
    def test_missing_address_is_requested_until_a_message_arrives(self, child: bool) -> None:
        report = ReportFactory(locations=[], addresses="")
        reporter = Reporter("en")
        page = reporter.open(report.receipt, child=child)
        assert self.HELPS[child] in html(page)
        assert 'name="text"' in html(page)
        page = reporter.act(page, "message", text="example.org/a")
        assert self.HELPS[child] not in html(page)
        assert not any(words in html(reporter.open(report.receipt)) for words in self.HELPS)

    @pytest.mark.parametrize("columns", [{"addresses": "example.org/a"}, {"state": "spam", "closed_at": RECEIVED}])
    def test_no_hint_with_an_address_or_after_the_end(self, columns: dict[str, Any]) -> None:
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
        assert [len(statements(report.receipt)) for report in (small, large)] == [10, 10]


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

    def test_messages_keep_their_script(self) -> None:
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
        assert errors_on(page) == {"text": "This report cannot take more messages. Please submit a new report."}
        assert "још</textarea>" in html(page)

    def test_many_messages_get_a_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "MESSAGES", 1)
        reporter = Reporter("en")
        page = reporter.act(reporter.open(ReportFactory().receipt), "message", text="прва")
        challenge = reporter.act(page, "message", text="друга")
        assert "друга</textarea>" in html(challenge)
        assert Message.objects.count() == 1
        reporter.act(challenge, "message", text="друга", **answer_of(challenge))
        assert Message.objects.count() == 2

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
        assert "Too many of these questions were answered" in html(refused)
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("state", [state for state in ReportState.values if state != "anonymised"])
    def test_there_is_always_a_way_to_write(self, reporter: Reporter, state: str) -> None:
        ends = {"outcome": Outcome.REMOVED, "closed_at": RECEIVED} if state == "closed" else {}
        page = reporter.open(ReportFactory(state=state, **ends).receipt)
        assert reporter.act(page, "message", text="још").status_code == 200
        assert Message.objects.count() == 1

    def test_the_contact_is_withdrawn(self) -> None:
        reporter, report = Reporter("en"), ReportFactory(contact="a@example.org")
        page = reporter.open(report.receipt)
        assert "Erase my contact" in html(page)
        response = reporter.act(page, "withdraw")
        assert "The contact has been erased." in html(response)
        assert "Erase my contact" not in html(response)
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
        assert "The new contact has been saved." in html(changed)
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

    def test_a_withdrawn_address_has_no_message(self) -> None:
        report, reporter = ReportFactory(contact="nema@example.org"), Reporter("en")
        OutgoingMail.objects.create(report=report, kind="news", state="refused", error="returned", queued_at=RECEIVED)
        page = reporter.act(reporter.open(report.receipt), "withdraw")
        assert "We cannot write to you" not in html(page)
        assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("", "Enter an e-mail address or a telephone number."),
            ("ana@", "Enter a valid email address."),
            ("ana@localhost", "We cannot write to this address."),
            ("report@clicksafely.invalid", "We cannot write to this address."),
            ("REPORT+abc@clicksafely.invalid", "We cannot write to this address."),
            ("a\x00", "Some characters of this text could not be read."),
            ("a" * 201, "This text has 201 characters; the limit is 200."),
        ],
    )
    def test_one_that_cannot_be_written_to_is_refused_at_the_field(
        self, settings: Settings, typed: str, message: str
    ) -> None:
        settings.MAIL_ADDRESS = "report@clicksafely.invalid"
        report, reporter = ReportFactory(contact="ana@example.org"), Reporter("en")
        page = reporter.act(reporter.open(report.receipt), "contact", contact=typed)
        assert page.status_code == 422
        assert message in errors_on(page)["contact"]
        stored_contact = json.loads(SealedText.CONTENT.open(report.texts.get(field=TextField.CONTACT)))
        assert stored_contact["contact"] == "ana@example.org"

    def test_a_first_one_can_be_given_later(self) -> None:
        report, reporter = ReportFactory(), Reporter("en")
        page = reporter.act(reporter.open(report.receipt), "contact", contact="+381 60 000000")
        assert "Erase my contact" in html(page)

    def test_the_sender_of_an_email_stays_the_contact(self) -> None:
        report, reporter = ReportFactory(channel="email", contact="ana@example.org"), Reporter("en")
        page = reporter.open(report.receipt)
        assert 'name="contact"' not in html(page)
        assert reporter.act(page, "contact", contact="eva@example.org").status_code == 422
        with pytest.raises(services.ContactFromMail):
            services.change_contact(report=report, contact="eva@example.org", now=RECEIVED)
        assert not AuditEvent.objects.exists()


class TestChildAndDanger:
    def test_a_report_in_the_words_of_a_child_is_answered_in_them_without_the_address(self) -> None:
        report, reporter = ReportFactory(in_child_words=True, contact="ana@example.org"), Reporter("sr")
        page = html(reporter.act(reporter.open(report.receipt), "message", text="моје речи"))
        assert "Твоја пријава је стигла." in page
        assert not re.search(
            r"\b(Ваш\w*|Вас|Вам|\w+ите)\b",
            re.sub(r"<[^>]+>", " ", page[page.index("<h1") : page.index('class="quick-exit-note"')]),
        )

    @pytest.mark.parametrize("typed", ["", "погрешно", "7K3M-Q9TZ-V4HD-2XNB"])
    def test_before_the_code_the_page_addresses_neither_adults_nor_children(self, typed: str) -> None:
        """Neither „Ви“ nor „ти“, except for the offer of simpler words."""
        reporter = Reporter("sr")
        for _attempt in range(7):
            page = html(reporter.post("report/case/", {"receipt": typed}) if typed else reporter.get("report/status/"))
        assert ("challenge-answer" in page) == typed.startswith("7K3M")
        own = (
            page[page.index("<title") : page.index("</title")] + page[page.index("<h1") : page.index("quick-exit-note")]
        )
        own += " ".join(re.findall(r'<meta name="description" content="([^"]*)', page))
        words = re.sub(r"<[^>]+>", " ", re.sub(r'<p class="form-note">.*?</p>', "", own))
        assert not re.search(
            r"\b(Ваш\w*|Вас|Вам|Ви|\w+[аеи]те|тво[јг]\w*|тебе|ти|те|(?!још\b)\w+ш|Реши овај|Упиши|Провери)\b",
            words,
            re.I,
        ), words
        assert "?about=me" in page

    def test_the_form_of_a_child_makes_such_a_report(self) -> None:
        reporter = Reporter()
        page = reporter.post("report/cyberbullying/?about=me", GOOD)
        receipt_on(reporter.send(hidden(page, "state")))
        assert Report.objects.get().in_child_words

    @pytest.mark.parametrize("columns", [{}, {"state": ReportState.SPAM, "closed_at": RECEIVED}])
    def test_calling_is_on_top_of_a_report_of_danger(self, columns: dict[str, Any]) -> None:
        page = html(Reporter("en").open(ReportFactory(danger_now=True, **columns).receipt))
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
            assert "this page accepts messages for two hours only" in html(again)
            assert "недовршено</textarea>" in html(again)
            assert not Message.objects.exists()
            fields = {"receipt": report.receipt, "text": "недовршено"}
            case_page = reporter.post("report/case/", fields)
            assert "недовршено</textarea>" in html(case_page)

    @pytest.mark.parametrize("case", ["", "forged", "A" * 3000])
    def test_a_state_that_is_not_ours(self, reporter: Reporter, case: str) -> None:
        page = reporter.post("report/case/", {"case": case, "act": "message", "text": "а"})
        assert page.status_code == 422
        assert not Message.objects.exists()

    def test_the_state_of_a_form_opens_no_case(self, reporter: Reporter) -> None:
        page = reporter.post("report/case/", {"case": reporter.state(), "act": "refresh"})
        assert page.status_code == 422

    def test_a_deleted_report_has_a_message(self) -> None:
        report, reporter = ReportFactory(state=ReportState.SPAM), Reporter("en")
        page = reporter.open(report.receipt)
        report.delete()
        again = reporter.act(page, "message", text="а")
        assert errors_on(again) == {"receipt": "This report is no longer kept."}
