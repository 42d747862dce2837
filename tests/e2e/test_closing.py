"""Two analysts close a case of danger in the browser, and one undoes a closing of their own."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from hotline.models import Report
from hotline.states import ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, first_in_line, open_everything, press, ten_minutes_later
from tests.live_portal import Site
from tests.waiting import until

WORDS = "Проба, ништа се не дешава."
serial = count(1)


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


def file_report(page: Page, *, danger: bool) -> tuple[str, Report]:
    """Send a report; returns the receipt and the triaged report."""
    address = f"https://forum.example.org/t/zatvaranje-{next(serial)}"
    page.goto("/sr/report/cyberbullying/")
    page.fill("[name=addresses]", address)
    page.fill("[name=what]", WORDS)
    page.set_checked("[name=danger_now]", danger)
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    press(page, "main [name=send]")
    receipt = page.locator("#receipt").inner_text()
    found = Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED)
    until(found.exists, what="triage")
    return receipt, found.get()


def status(page: Page, receipt: str) -> str:
    """What the reporter reads with the receipt."""
    page.goto("/sr/report/status/")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")
    return page.locator("main").inner_text()


def propose(page: Page) -> None:
    """Choose spam and propose it."""
    page.click("details:has([name=state]) > summary")
    page.check("[name=state][value=spam]")
    press(page, "form[action$='/set-aside/'] button")


@pytest.mark.usefixtures("orm")
def test_closing_a_case_of_danger_needs_two_readers(visit: Callable[..., Page], sign_in: Callable[..., Page]) -> None:
    reporter = visit(javascript=False, cookies=False)
    receipt, report = file_report(reporter, danger=True)

    first = sign_in("analyst1", width=360)
    first_in_line(report)
    first.goto("/admin/hotline/desk/")
    with first.expect_navigation():
        first.keyboard.press("n")
    # By keys, unread: refused, and the answer is kept.
    first.keyboard.press("5")
    with first.expect_navigation():
        first.keyboard.press("Enter")
    expect(first.locator(".errornote")).to_contain_text("нисте све отворили")
    expect(first.locator("[name=q-classification][value=not_illegal]")).to_be_checked()
    propose(first)
    expect(first.locator(".errornote")).to_contain_text("нисте све отворили")
    first.keyboard.press("o")
    expect(first.locator("#words-box")).to_contain_text(WORDS)
    first.check("[name=state][value=spam]")
    press(first, "form[action$='/set-aside/'] button")
    first.goto(f"/admin/hotline/case/{report.pk}/")
    expect(first.get_by_role("button", name="Повуци предлог")).to_be_visible()
    assert faults(first, fingers=False) == []

    before = status(reporter, receipt)
    second = sign_in("analyst2", javascript=False)
    claim_next(second, report)
    press(second, "form[action$='/set-aside/confirm/'] button")
    expect(second.locator(".errornote")).to_contain_text("нисте све отворили")
    press(second, "form[action$='/open/'] button")
    assert WORDS in second.content()
    press(second, "form[action$='/set-aside/confirm/'] button")
    report.refresh_from_db()
    assert report.state == ReportState.SPAM
    assert status(reporter, receipt) != before


@pytest.mark.usefixtures("orm")
def test_a_closing_can_be_undone_before_the_reporter_is_notified(
    visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    reporter = visit(javascript=False, cookies=False)
    receipt, report = file_report(reporter, danger=False)
    analyst = sign_in("analyst1")
    claim_next(analyst, report)
    open_everything(analyst, scripts=True)
    before = status(reporter, receipt)
    propose(analyst)
    assert status(reporter, receipt) == before
    analyst.goto("/admin/hotline/desk/")
    press(analyst, "form[action$='/closings/undo/']:last-of-type button")
    report.refresh_from_db()
    assert report.state == ReportState.IN_REVIEW
    analyst.goto(f"/admin/hotline/case/{report.pk}/")
    propose(analyst)
    ten_minutes_later()
    assert status(reporter, receipt) != before
    analyst.goto(f"/admin/hotline/case/{report.pk}/")
    expect(analyst.get_by_role("button", name="Поништи затварање")).to_have_count(0)
