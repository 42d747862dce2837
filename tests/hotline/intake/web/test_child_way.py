"""The way of an affected child: start page, wording, folded fields, calling first, quick exit."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.categories import CATEGORIES, CSAM
from hotline.intake import page_texts, selectors, services
from hotline.intake.web.draft_ids import DAY, new_draft_id
from hotline.models import PageTextKey, Report, ReportPageText
from tests.clients.page_reader import PageReader
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.hotline.intake.journey import GOOD, Reporter, hidden, html, picture, receipt_on

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
# Forms of the second person plural: pronouns, and verbs that end in -те. Nouns with that ending are listed.
FORMAL = re.compile(r"\b(?:Ви|Вам|Вама|Вас|Ваш\w*|(?:ни|би)?сте|\w+(?:[аеи]|ј)те)\b")
NOT_VERBS = {"дете", "свете", "посете"}
WARNING = re.compile(r"кривично дело|казни", re.IGNORECASE)
OFFERED_TO_CHILDREN = [category.code for category in CATEGORIES.values() if category.offered_to_children]


def main_of(response: HttpResponse) -> str:
    """The visible text of the page's main part, with the title."""
    page = html(response)
    text = re.search(r"<main.*?</main>", page, re.DOTALL).group()  # type: ignore[union-attr]
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)  # type: ignore[union-attr]
    description = "".join(re.findall(r'<meta name="description" content="([^"]*)', page))
    return f"{title}\n{description}\n{PageReader(text).text}"


def formal_words(response: HttpResponse) -> list[str]:
    """The words of the page that address an adult. Texts for the other audience are links to that wording."""
    return [word for word in FORMAL.findall(main_of(response)) if word.lower() not in NOT_VERBS]


def child(**fields: Any) -> dict[str, Any]:
    return {"what": "Прети ми друг из разреда.", "about_me": "on", "consent": "on", **fields}


def sent(**fields: Any) -> HttpResponse:
    """The receipt of a child."""
    reporter = Reporter()
    return reporter.send(hidden(reporter.post("report/cyberbullying/?about=me", child(**fields)), "state"))


class TestStart:
    def test_own_choices_come_before_those_of_adults(self) -> None:
        own = [f"/en/report/{category}/?about=me" for category in OFFERED_TO_CHILDREN]
        adult = [f"/en/report/{category}/" for category in CATEGORIES]
        assert len(own) >= 3
        for path, expected in (("report/", [*own, *adult]), ("report/?about=me", own)):
            page = html(Reporter("en").get(path))
            assert re.findall(r'<a class="choice[^"]*" href="([^"]+)"', page) == expected

    @pytest.mark.parametrize("path", ["report/?about=me", "report/csam/?about=me"])
    def test_the_sentence_about_ones_own_picture_is_data(self, path: str) -> None:
        seeded = page_texts.seeded_texts()[PageTextKey.OWN_PICTURE]
        assert f"{seeded.text_sr} ({seeded.law_sr})" in main_of(Reporter().get(path))
        entry = ReportPageText.objects.get(key=PageTextKey.OWN_PICTURE)
        entry.text_sr, entry.law_sr = "Нова реченица <b>центра</b>.", "Закон, члан 1"
        page_texts.save_page_text(entry=entry, actor=User.objects.create_user("vera"), now=NOW, changed=["text_sr"])
        assert "Нова реченица <b>центра</b>. (Закон, члан 1)" in main_of(Reporter().get(path))


class TestWording:
    """A child is addressed as „ти“ on every page and in every error."""

    @pytest.mark.parametrize(
        "path", ["report/?about=me", "report/status/?about=me", *(f"report/{each}/?about=me" for each in CATEGORIES)]
    )
    def test_pages(self, path: str) -> None:
        page = Reporter().get(path)
        assert formal_words(page) == []
        assert not WARNING.search(main_of(page))

    @pytest.mark.parametrize(
        "columns",
        [
            {},
            {"danger_now": True},
            {"category": CSAM.code, "addresses": ""},
            {"state": "spam", "closed_at": RECEIVED},
            {"state": "closed", "outcome": "removed", "closed_at": RECEIVED},
        ],
    )
    def test_a_report_sent_by_the_way_of_a_child_opens_in_its_words_at_once(self, columns: dict[str, Any]) -> None:
        report = ReportFactory(in_child_words=True, contact="ana@example.org", **columns)
        page = Reporter().open(report.receipt)
        assert formal_words(page) == []
        assert 'action="/sr/report/case/?about=me"' in html(page)

    @pytest.mark.parametrize(
        ("category", "fields"),
        [
            ("csam", {"what": "", "consent": ""}),
            ("other", {"what": "а" * 5001, "details": "а\x00б", "wants_answer": "on"}),
            ("csam", {"images": [picture()]}),
            ("other", {"contact": "neko@example.invalid", "images": [picture("slika.png", declared="image/webp")]}),
            ("other", {"addresses": "\n".join(f"https://example.org/{number}" for number in range(51))}),
        ],
        ids=["empty", "long and unreadable", "picture of csam", "wrong picture", "many addresses"],
    )
    def test_errors(self, category: str, fields: dict[str, Any]) -> None:
        page = Reporter().post(f"report/{category}/?about=me", child(**fields))
        assert page.status_code == 422
        assert formal_words(page) == []

    @pytest.mark.parametrize(("category", "danger"), [("csam", {"danger_now": "on"}), ("other", {})])
    def test_summary_receipt_and_case(self, category: str, danger: dict[str, str]) -> None:
        reporter = Reporter()
        fields = child(**danger, addresses="http://a b.example.org:99999/ http://[bad", details="види example.org/x")
        summary = reporter.post(f"report/{category}/?about=me", fields)
        receipt = reporter.send(hidden(summary, "state"))
        assert Report.objects.get().in_child_words
        case = reporter.open(receipt_on(receipt), child=True)
        shown = {"case": hidden(case, "case")}
        answered = reporter.post("report/case/?about=me", {**shown, "act": "message", "text": "Још нешто."})
        empty = reporter.post("report/case/?about=me", {**shown, "act": "message", "text": ""})
        for page in (summary, receipt, case, answered, empty):
            assert formal_words(page) == [], main_of(page)

    @pytest.mark.parametrize(("path", "about"), [("report/other/", "?about=me"), ("report/case/", "")])
    def test_a_page_older_than_a_day(self, path: str, about: str) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            draft_id = new_draft_id()
            clock.shift(DAY + 3600)
            page = Reporter().post(f"{path}{about}", child(draft_id=draft_id))
        assert (page.status_code, formal_words(page)) == (410, [])
        for link in (f"/sr/report/{about}", f"/sr/report/status/{about}"):
            assert f'href="{link}">' in html(page)

    def test_a_summary_that_arrived_incomplete(self) -> None:
        page = Reporter().send("changed", child="1")
        assert (page.status_code, formal_words(page)) == (400, [])
        assert 'href="/sr/report/?about=me"' in html(page)

    @pytest.mark.parametrize("code", ["7K3M Q9TZ", "0000-0000-0000-0000", ""])
    def test_wrong_codes(self, code: str) -> None:
        assert formal_words(Reporter().open(code, child=True)) == []

    @pytest.mark.parametrize("place", ["summary", "case"])
    def test_the_database_is_down(self, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
        reporter = Reporter()
        summary = reporter.post("report/other/?about=me", child())
        if place == "summary":
            monkeypatch.setattr(services, "submit_report", _fail)
            page = reporter.send(hidden(summary, "state"))
        else:
            case = reporter.open(receipt_on(reporter.send(hidden(summary, "state"))), child=True)
            monkeypatch.setattr(selectors, "find_case", _fail)
            page = reporter.post("report/case/?about=me", {"case": hidden(case, "case"), "act": "refresh"})
        assert page.status_code == 503
        assert formal_words(page) == []


def _fail(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError


class TestFolds:
    """Optional fields are folded, and open when they have an error or content."""

    def folds(self, response: HttpResponse) -> list[bool]:
        return [" open" in tag for tag in re.findall(r'<details class="fold"[^>]*>', html(response))]

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({"app": "viber"}, 0),
            ({"when_seen": "today"}, 1),
            ({"details": "x"}, 1),
            ({"wants_answer": "on"}, 3),
            ({"contact": "a@example"}, 3),
            ({"handle": "x" * 201}, 0),
        ],
    )
    def test_one_opens_for_content_and_errors(self, fields: dict[str, str], place: int) -> None:
        page = Reporter().post("report/other/", {**GOOD, "consent": "", **fields})
        assert self.folds(page) == [number == place for number in range(4)]


class TestDanger:
    def test_calling_comes_before_the_code(self) -> None:
        page = html(sent(danger_now="on"))
        calls = re.findall(r'<a class="call-button" href="tel:(\w+)">', page)
        # Lines that are open day and night come first.
        assert calls == ["192", "116111", "116000", "19833"]
        assert page.index('class="call-button"') < page.index('id="receipt"')
        assert "call-button" not in html(sent())

    @pytest.mark.parametrize(("duty", "expected"), [(True, "дежура"), (False, "вратимо"), (None, "првог радног дана")])
    def test_duty_text_matches_the_roster(self, duty: bool | None, expected: str) -> None:
        with override("sr"):
            context = {"alert_duty": duty, "child": True, "help_lines": []}
            text = render_to_string("public/hotline/report/_call_first.html", context)
        assert expected in text


class TestQuickExit:
    def change(self, **texts: str) -> None:
        entry = ReportPageText.objects.get(key=PageTextKey.QUICK_EXIT)
        for name, value in texts.items():
            setattr(entry, name, value)
        page_texts.save_page_text(entry=entry, actor=User.objects.create_user("vera"), now=NOW, changed=texts)

    def test_it_leads_to_the_page_that_the_centre_chose(self) -> None:
        self.change(text_sr="https://vreme.example.org/", text_en="https://weather.example.org/")
        event = AuditEvent.objects.get(action="report_page_text.changed")
        assert event.data == {"fields": ["text_en", "text_sr"]}
        assert Reporter("sr-latn").get("report/leave/")["Location"] == "https://vreme.example.org/"
        response = Reporter("en").get("report/leave/")
        assert (response.status_code, response["Location"]) == (303, "https://weather.example.org/")
        assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store")
        assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'

    def test_it_works_without_the_row_and_without_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seeded = page_texts.seeded_texts()[PageTextKey.QUICK_EXIT].text_sr
        with monkeypatch.context() as broken:
            broken.setattr("clicksafely.common.page_cache.content_version.current", _fail)
            assert Reporter().get("report/leave/")["Location"] == seeded
        self.change(text_sr="https://vreme.example.org/")
        ReportPageText.objects.all().delete()
        page_texts.content_version.bump()
        assert Reporter().get("report/leave/")["Location"] == seeded

    @pytest.mark.parametrize(
        "address",
        ["http://example.org/", "javascript:alert(1)", "//example.org", "", "https://", "https://a@example.org/"],
    )
    def test_the_database_refuses_other_addresses(self, address: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportPageText.objects.filter(key=PageTextKey.QUICK_EXIT).update(text_sr=address)
