"""A child on a phone reads how their report ended: as a duplicate, as spam, outside the remit, or assessed (not found, not illegal)."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, expect

from clicksafely.common.serbian.transliteration import to_latin
from hotline.intake import endings
from hotline.intake.status_messages import StatusMessage
from hotline.models import Report, ReviewSettings
from hotline.states import ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, press, ten_minutes_later
from tests.live_portal import Site
from tests.waiting import until

LANGUAGES = ("sr", "sr-latn", "en")
FORMAL = re.compile(r"\b(Вам|Вас|Ваш\w*|Vam|Vas|Vaš\w*|(?:ни|би)?сте|(?:ni|bi)?ste|\w+(?:ите|ite))\b")
serial = count(1)
ENDS: dict[str, StatusMessage] = {
    "not_found": endings.CANNOT_ASSESS,
    "not_illegal": endings.NOT_ILLEGAL,
    "duplicate": endings.CANNOT_ASSESS,
    "spam": endings.NOT_PURSUED,
    "outside_remit": endings.OUTSIDE_REMIT,
}


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


def send_report(page: Page, language: str) -> tuple[str, Report]:
    """Send a report in words by the way of a child; returns the receipt and the triaged report."""
    earlier_ids = set(Report.objects.values_list("pk", flat=True))
    page.goto(f"/{language}/")
    press(page, f"main a[href='/{language}/report/?about=me']")
    press(page, f"main a[href='/{language}/report/cyberbullying/?about=me']")
    page.fill("[name=what]", f"Ругају ми се у групи разреда, {next(serial)}. пут.")
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    press(page, "main [name=send]")
    receipt = page.locator("#receipt").inner_text()
    found = Report.objects.exclude(pk__in=earlier_ids).filter(state=ReportState.TRIAGED, in_child_words=True)
    until(found.exists, what="triage")
    return receipt, found.get()


def close(staff_page: Page, report: Report, state: str, original: str = "") -> None:
    """Open the words of the case, and close it without assessment."""
    claim_next(staff_page, report)
    press(staff_page, "form[action$='/open/'] button")
    staff_page.click("details:has([name=state]) > summary")
    staff_page.check(f"[name=state][value={state}]")
    if state == "duplicate":
        # Without an original, and with an unknown one: refused at the field.
        for number in ("", "NP-2026-999999"):
            staff_page.fill("[name=original]", number)
            press(staff_page, "form[action$='/set-aside/'] button")
            expect(staff_page.locator("#error-original")).to_be_visible()
            expect(staff_page.locator("[name=original]")).to_have_value(number)
        staff_page.fill("[name=original]", original)
    press(staff_page, "form[action$='/set-aside/'] button")


def assess(staff_page: Page, report: Report, answer: str) -> None:
    """Open the words of the case, and give this answer about its content."""
    claim_next(staff_page, report)
    press(staff_page, "form[action$='/open/'] button")
    staff_page.check(f"[name=q-classification][value={answer}]")
    press(staff_page, "[data-assessment] [type=submit]")


def read(page: Page, language: str, receipt: str) -> None:
    """Open the report with its code, from the page that addresses neither children nor adults."""
    page.goto(f"/{language}/report/status/")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")


@pytest.mark.usefixtures("orm")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_reads_each_ending_in_its_own_words_with_the_numbers(
    visit: Callable[..., Page], sign_in: Callable[..., Page], language: str
) -> None:
    ReviewSettings.objects.update(checked_percent=0)
    child, staff_page = visit(cookies=False, width=360), sign_in("analyst1", javascript=False)
    reports = {end: send_report(child, language) for end in ENDS}
    for answer in ("not_found", "not_illegal"):
        assess(staff_page, reports[answer][1], answer)
    close(staff_page, reports["duplicate"][1], "duplicate", reports["not_found"][1].reference)
    close(staff_page, reports["spam"][1], "spam")
    close(staff_page, reports["outside_remit"][1], "outside_remit")
    ten_minutes_later()
    main = child.locator("main")
    for end, message in ENDS.items():
        read(child, language, reports[end][0])
        with override("en" if language == "en" else "sr"):
            expected = str(message.child_text)
        newest = main.locator(".timeline > li").first
        expect(newest).to_contain_text(to_latin(expected) if language == "sr-latn" else expected)
        for number in ("192", "19833", "116111"):
            expect(newest.locator(f"a[href='tel:{number}']")).to_be_visible()
        assert language == "en" or not FORMAL.search(main.inner_text()), end
        assert faults(child) == [], end
    # The duplicate reads like the report that it repeats, and names no other report.
    read(child, language, reports["duplicate"][0])
    assert not re.search(r"дупликат|duplikat|duplicate|NP-", main.inner_text())
