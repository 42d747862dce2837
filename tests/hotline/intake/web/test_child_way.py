"""The way of an affected child: start page, wording, folded fields, calling first, quick exit."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from awareness.topics.models import HelpLine
from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.categories import CATEGORIES, CSAM
from hotline.intake import page_texts, selectors, services
from hotline.intake.web.draft_ids import DAY, new_draft_id
from hotline.models import PageTextKey, ReportPageText
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, Outcome
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
    @pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
    def test_own_choices_come_before_those_of_adults(self, language: str) -> None:
        links = re.findall(r'<a class="choice[^"]*" href="([^"]+)"', html(Reporter(language).get("report/")))
        own = [f"/{language}/report/{category}/?about=me" for category in OFFERED_TO_CHILDREN]
        assert links == [*own, *(f"/{language}/report/{category}/" for category in CATEGORIES)]

    def test_the_simple_wording_has_only_them(self) -> None:
        page = html(Reporter().get("report/?about=me"))
        links = re.findall(r'<a class="choice[^"]*" href="([^"]+)"', page)
        assert len(links) == len(OFFERED_TO_CHILDREN) >= 3
        assert all(link.endswith("?about=me") for link in links)

    def test_the_home_page_leads_there_before_the_way_of_adults(self) -> None:
        links = re.findall(r'<a class="home-report[^"]*" href="([^"]+)"', html(Reporter().get("")))
        assert links == ["/sr/report/?about=me", "/sr/report/"]

    @pytest.mark.parametrize("path", ["report/?about=me", *(f"report/{each}/?about=me" for each in CATEGORIES)])
    def test_no_criminal_law_warning(self, path: str) -> None:
        assert not WARNING.search(main_of(Reporter().get(path)))

    @pytest.mark.parametrize("path", ["report/", "report/?about=me", "report/csam/?about=me"])
    def test_the_sentence_about_ones_own_picture_is_data(self, path: str) -> None:
        seeded = page_texts.seeded_texts()[PageTextKey.OWN_PICTURE]
        assert f"{seeded.text_sr} ({seeded.law_sr})" in main_of(Reporter().get(path))
        entry = ReportPageText.objects.get(key=PageTextKey.OWN_PICTURE)
        entry.text_sr, entry.law_sr = "Нова реченица <b>центра</b>.", "Закон, члан 1"
        page_texts.save_page_text(entry=entry, actor=User.objects.create_user("vera"), now=NOW, changed=["text_sr"])
        assert "Нова реченица <b>центра</b>. (Закон, члан 1)" in main_of(Reporter().get(path))

    def test_adults_do_not_get_that_sentence_in_their_form(self) -> None:
        assert page_texts.seeded_texts()[PageTextKey.OWN_PICTURE].text_sr not in html(Reporter().get("report/csam/"))


class TestWording:
    """A child is addressed as „ти“ on every page and in every error."""

    @pytest.mark.parametrize(
        "path", ["report/?about=me", "report/status/?about=me", *(f"report/{each}/?about=me" for each in CATEGORIES)]
    )
    def test_pages(self, path: str) -> None:
        assert formal_words(Reporter().get(path)) == []

    def test_the_start_page_for_all_addresses_only_adults_formally_in_their_part(self) -> None:
        page = Reporter().get("report/")
        of_adults = re.search(r'<section aria-labelledby="adult-section".*?</section>', html(page), re.DOTALL).group()  # type: ignore[union-attr]
        page.content = html(page).replace(of_adults, "").encode()
        assert formal_words(page) == []

    @pytest.mark.parametrize("button", ["help", "choose"])
    def test_pages_beside_the_form(self, button: str) -> None:
        assert formal_words(Reporter().post("report/other/?about=me", child(**{button: ""}))) == []

    def test_complaints_address_neither_children_nor_adults(self) -> None:
        reporter = Reporter()
        form = reporter.get("hotline/complaint/")
        token = hidden(form, "draft")
        refused = reporter.post("hotline/complaint/", {"act": "send", "draft": token})
        number = reporter.post("hotline/complaint/", {"act": "read", "draft": token, "number": "A" * 16})
        filed = {"act": "send", "draft": token, "about": "hotline", "text": "Чекам већ две недеље."}
        receipt = reporter.post("hotline/complaint/", filed)
        assert [page.status_code for page in (form, refused, number, receipt)] == [200, 422, 422, 200]
        assert [formal_words(page) for page in (form, refused, number, receipt)] == [[]] * 4
        complaint_page = reporter.post(
            "hotline/complaint/", {"act": "read", "draft": token, "number": receipt_on(receipt)}
        )
        assert formal_words(complaint_page) == []

    def test_the_mark_of_a_demonstration(self) -> None:
        with override("sr"):
            mark = render_to_string("components/demonstration_notice.html")
        assert not FORMAL.search(PageReader(mark).text)

    @pytest.mark.parametrize(
        "columns",
        [
            {},
            {"danger_now": True},
            {"category": CSAM.code, "addresses": ""},
            *({"state": state, "closed_at": RECEIVED} for state in sorted(CLOSED_WITHOUT_ASSESSMENT)),
            *({"state": "closed", "outcome": outcome, "closed_at": RECEIVED} for outcome in Outcome.values),
        ],
    )
    def test_a_report_sent_by_the_way_of_a_child_opens_in_its_words_at_once(self, columns: dict[str, Any]) -> None:
        report = ReportFactory(in_child_words=True, contact="ana@example.org", **columns)
        page = Reporter().open(report.receipt)
        assert formal_words(page) == []
        assert "Твоја пријава је стигла." in html(page)
        assert 'action="/sr/report/case/?about=me"' in html(page)

    @pytest.mark.parametrize(
        "fields",
        [
            {"what": "", "consent": ""},
            {"what": "а" * 5001, "details": "а\x00б"},
            {"wants_answer": "on"},
            {"contact": "neko@example"},
            {"addresses": "\n".join(f"https://example.org/{number}" for number in range(51))},
        ],
        ids=["empty", "long and unreadable", "no contact", "wrong e-mail", "many addresses"],
    )
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_errors(self, category: str, fields: dict[str, str]) -> None:
        page = Reporter().post(f"report/{category}/?about=me", child(**fields))
        assert page.status_code == 422
        assert formal_words(page) == []

    @pytest.mark.parametrize(
        "files",
        [
            [SimpleUploadedFile("slika.png", b"not a picture", "image/png")],
            [picture("slika.png", declared="image/webp"), picture("a.gif", kind="GIF", declared="text/html")],
            [picture(f"{number}.png") for number in range(6)],
        ],
        ids=["no picture", "wrong type", "too many"],
    )
    def test_errors_of_pictures(self, files: list[Any]) -> None:
        page = Reporter().post("report/other/?about=me", child(images=files))
        assert formal_words(page) == []

    def test_a_picture_where_none_is_taken(self) -> None:
        page = Reporter().post("report/csam/?about=me", child(images=[picture()]))
        assert page.status_code == 422
        assert formal_words(page) == []

    @pytest.mark.parametrize("danger", [{}, {"danger_now": "on"}], ids=["", "danger"])
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_summary_receipt_and_case(self, category: str, danger: dict[str, str]) -> None:
        reporter = Reporter()
        fields = child(**danger, addresses="http://a b.example.org:99999/ http://[bad", details="види example.org/x")
        summary = reporter.post(f"report/{category}/?about=me", fields)
        receipt = reporter.send(hidden(summary, "state"))
        case = reporter.open(receipt_on(receipt), child=True)
        shown = {"case": hidden(case, "case")}
        answered = reporter.post("report/case/?about=me", {**shown, "act": "message", "text": "Још нешто."})
        empty = reporter.post("report/case/?about=me", {**shown, "act": "message", "text": ""})
        for page in (summary, receipt, case, answered, empty):
            assert formal_words(page) == [], main_of(page)

    @pytest.mark.parametrize(
        ("about", "expected"), [("?about=me", "Ради твоје безбедности"), ("", "Из безбедносних разлога")]
    )
    @pytest.mark.parametrize("path", ["report/other/", "report/case/"])
    def test_a_page_older_than_a_day(self, path: str, about: str, expected: str) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            draft_id = new_draft_id()
            clock.shift(DAY + 3600)
            page = Reporter().post(f"{path}{about}", child(draft_id=draft_id))
        assert (page.status_code, formal_words(page), expected in main_of(page)) == (410, [], True)
        for link in (f"/sr/report/{about}", f"/sr/report/status/{about}"):
            assert f'href="{link}">' in html(page)

    def test_a_summary_that_arrived_incomplete(self) -> None:
        page = Reporter().send("changed", child="1")
        assert (page.status_code, formal_words(page), "непотпун" in main_of(page)) == (400, [], True)
        assert 'href="/sr/report/?about=me"' in html(page)

    @pytest.mark.parametrize("path", ["report/other/?about=me", "report/other/", "report/own-picture/"])
    def test_a_form_of_another_site(self, path: str) -> None:
        page = Reporter("sr", **{"Sec-Fetch-Site": "cross-site"}).post(path, child())
        assert (page.status_code, formal_words(page)) == (403, [])
        assert "Дугме „Назад“" in main_of(page)

    def test_wrong_codes(self) -> None:
        assert formal_words(Reporter().open("7K3M Q9TZ", child=True)) == []

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

    def test_the_task_after_many_reports(self, settings: Any) -> None:
        settings.REPORTS_PER_HOUR = 0
        reporter = Reporter()
        page = reporter.send(hidden(reporter.post("report/other/?about=me", child()), "state"))
        assert hidden(page, "state")
        assert formal_words(page) == []
        assert formal_words(reporter.post("report/sent/", {"state": hidden(page, "state"), "answer": "x"})) == []

    def test_status_email_has_no_form_of_address(self) -> None:
        with override("sr"):
            text = render_to_string("emails/hotline/status_update.txt", {"knows_receipt": True, "link": "x"})
        assert not [word for word in FORMAL.findall(text) if word.lower() not in NOT_VERBS]


def _fail(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError


class TestFolds:
    """Optional fields are folded, and open when they have an error or content."""

    def folds(self, response: HttpResponse) -> list[bool]:
        return [" open" in tag for tag in re.findall(r'<details class="fold"[^>]*>', html(response))]

    @pytest.mark.parametrize("about", ["", "?about=me"])
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_all_are_closed_in_an_empty_form(self, category: str, about: str) -> None:
        folds = self.folds(Reporter().get(f"report/{category}/{about}"))
        assert len(folds) >= 3
        assert not any(folds)

    @pytest.mark.parametrize(
        ("fields", "place"),
        [
            ({"app": "viber"}, 0),
            ({"when_seen": "today"}, 1),
            ({"details": "x"}, 1),
            ({"contact": "x"}, 3),
            ({"wants_answer": "on"}, 3),
            ({"contact": "a@example"}, 3),
            ({"handle": "x" * 201}, 0),
        ],
    )
    def test_one_opens_for_content_and_errors(self, fields: dict[str, str], place: int) -> None:
        page = Reporter().post("report/other/", {**GOOD, "consent": "", **fields})
        assert self.folds(page) == [number == place for number in range(4)]

    def test_changing_opens_folds_with_input(self) -> None:
        reporter = Reporter()
        state = hidden(reporter.summary("other", contact="a@example.org", addresses="", app="viber"), "state")
        assert self.folds(reporter.send(state, edit="")) == [True, False, False, True]

    def test_pictures_that_were_accepted_are_in_sight(self) -> None:
        reporter = Reporter()
        page = reporter.post("report/other/", {**GOOD, "consent": "", "images": [picture()]})
        assert self.folds(page) == [False, False, True, False]
        state = hidden(reporter.summary("other", images=[picture()]), "state")
        assert self.folds(reporter.send(state, edit="")) == [False, False, True, False]

    def test_errors_are_listed_in_the_order_of_the_page(self) -> None:
        for about in ("", "?about=me"):
            fields = child(what="x" * 5001, contact="a@example", consent="", addresses="x" * 20_001)
            page = html(Reporter().post(f"report/other/{about}", fields))
            listed = re.findall(r'<a href="#(id_\w+)">', page)
            inputs = [page.index(f'id="{name}"') for name in listed]
            assert len(listed) == 4
            assert inputs == sorted(inputs)


class TestDanger:
    def test_calling_comes_before_the_code(self) -> None:
        page = html(sent(danger_now="on"))
        calls = re.findall(r'<a class="call-button" href="tel:(\w+)">', page)
        # Lines that are open day and night come first.
        assert calls == ["192", "116111", "116000", "19833"]
        assert page.index('class="call-button"') < page.index('id="receipt"')
        assert page.index("Сада позови") < page.index('class="call-button"')

    def test_without_danger_the_code_comes_first(self) -> None:
        assert "call-button" not in html(sent())

    def test_hours_are_those_of_the_help_lines(self) -> None:
        HelpLine.objects.filter(slug="contact-centre").update(hours_sr="радним даном од 8 до 20 ч")
        HelpLine.objects.filter(slug="nadel").update(around_the_clock=False)
        with override("sr"):
            lines = list(HelpLine.objects.filter(crisis=False))
            text = PageReader(render_to_string("public/hotline/report/_call_first.html", {"help_lines": lines})).text
        assert "радним даном од 8 до 20 ч" in text
        assert text.count("дан и ноћ") == 2
        # A line without confirmed hours says so.
        assert "радно време није потврђено" in text.split("116111", 1)[1].split("Нестала", 1)[0]

    @pytest.mark.parametrize("is_child", [False, True])
    @pytest.mark.parametrize(
        ("duty", "expected"),
        [(True, "дежура и"), (False, "чека док се не вратимо на посао"), (None, "првог радног дана")],
    )
    def test_duty_text_matches_the_roster(self, duty: bool | None, expected: str, is_child: bool) -> None:
        with override("sr"):
            context = {"alert_duty": duty, "child": is_child, "help_lines": []}
            text = render_to_string("public/hotline/report/_call_first.html", context)
        assert expected in text
        assert ("зато не чекај нас" in text or "Не чекај нас" in text) == is_child


class TestQuickExit:
    def change(self, **texts: str) -> None:
        entry = ReportPageText.objects.get(key=PageTextKey.QUICK_EXIT)
        for name, value in texts.items():
            setattr(entry, name, value)
        page_texts.save_page_text(entry=entry, actor=User.objects.create_user("vera"), now=NOW, changed=texts)

    def test_it_leads_to_the_page_that_the_centre_chose(self) -> None:
        self.change(text_sr="https://vreme.example.org/", text_en="https://weather.example.org/")
        assert Reporter("sr").get("report/leave/")["Location"] == "https://vreme.example.org/"
        assert Reporter("sr-latn").get("report/leave/")["Location"] == "https://vreme.example.org/"
        assert Reporter("en").get("report/leave/")["Location"] == "https://weather.example.org/"

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
        [
            "http://example.org/",
            "javascript:alert(1)",
            "//example.org",
            "/sr/",
            "",
            "https://",
            "https://a@example.org/",
        ],
    )
    def test_the_database_refuses_other_addresses(self, address: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportPageText.objects.filter(key=PageTextKey.QUICK_EXIT).update(text_sr=address)

    def test_a_change_is_in_the_audit_trail(self) -> None:
        self.change(text_sr="https://vreme.example.org/")
        event = AuditEvent.objects.get(action="report_page_text.changed")
        assert event.data == {"fields": ["text_sr"]}
