"""An analyst's work, from the home page by the menu and links, without a mouse: the next case, its words, pictures and address, the
decision, the second opinion of another person, the hand-over, lists, a saved view, and the own jobs.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import SavedView
from hotline.models import Assessment, Referral, Report, Route
from hotline.states import ReportState
from tests.e2e.review_steps import first_in_line, own_cases, press, unfold
from tests.e2e.staff_steps import Colleague
from tests.e2e.test_night import draw_picture
from tests.live_portal import Site
from tests.waiting import until

pytestmark = pytest.mark.slow
WORDS = "Прете другарици да ће је тући."


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """The site's own database; the cases of the test are gone from the queues afterwards."""
    with own_cases(site):
        yield
        SavedView.objects.all().delete()


def report_pictures(reporter: Page, address: str, *pictures: Path) -> Report:
    """Report an address with words and pictures, and return the case once it can be taken."""
    reporter.goto("/sr/report/cyberbullying/")
    unfold(reporter)
    reporter.fill("[name=addresses]", address)
    reporter.fill("[name=what]", WORDS)
    reporter.set_input_files("[name=images]", pictures)
    reporter.check("[name=consent]")
    press(reporter, "form [type=submit].btn-primary")
    press(reporter, "main [name=send]")
    waiting = Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED)
    until(waiting.exclude(uploads__file_hash__matched_at=None).exists, what="triage")
    report = waiting.get()
    first_in_line(report)
    return report


def open_all(person: Colleague) -> None:
    """Open the text and the address, and reveal each picture, by the list of what is not opened yet."""
    page = person.page
    remaining = page.locator("#unopened-box li")
    person.click(page.get_by_role("button", name=re.compile("^Open the text, the dialogue")))
    expect(page.locator("#words-box")).to_contain_text(WORDS)
    for number in (1, 2):
        before = remaining.count()
        picture = page.get_by_role("group", name=f"Picture {number}")
        person.click(picture.get_by_role("button", name=re.compile("^Reveal")))
        expect(picture.locator("img.revealed")).to_be_visible()
        expect(remaining).to_have_count(before - 1)
    expect(remaining).to_have_count(0)


def judge(person: Colleague, button: str) -> None:
    """Answer that it is cyberbullying, by the key that the page names, and record it."""
    answer = person.page.locator("[name=q-classification][value=cyberbullying]")
    person.page.keyboard.press(str(answer.get_attribute("data-key")))
    expect(answer).to_be_checked()
    person.press(re.compile(f"^{button}"))


@pytest.mark.usefixtures("orm")
def test_from_the_next_case_to_the_own_jobs(
    visit: Callable[..., Page], colleague: Callable[..., Colleague], tmp_path: Path
) -> None:
    address = f"https://analyst-{secrets.token_hex(4)}.example.org/t/1"
    report = report_pictures(
        visit(javascript=False), address, draw_picture(tmp_path, "orange"), draw_picture(tmp_path, "purple")
    )
    ana = colleague("analyst1", keyboard=True)
    page = ana.page

    ana.menu("My work")
    ana.press(re.compile("^Take next"))
    expect(page.locator("h1")).to_have_text(report.reference)
    expect(page.locator("#content-box")).not_to_contain_text(address)
    open_all(ana)
    expect(page.locator("#item-address")).to_have_text(address)
    judge(ana, "Record assessment")
    ana.succeeded()
    expect(page.locator("h1")).to_have_text("My work")
    # The author of the first opinion is not offered the second one.
    expect(page.locator("#content")).not_to_contain_text(report.reference)

    boris = colleague("analyst2", keyboard=True)
    boris.menu("My work")
    boris.link(report.reference, within="section[aria-labelledby=second-opinions]")
    expect(boris.page.locator("#content")).not_to_contain_text("analyst1")
    boris.press(re.compile("^Take this case"))
    open_all(boris)
    judge(boris, "Record second opinion")
    assert Assessment.objects.get(report=report, round="second").agreed == 2

    # Both agree: the second person hands it over at once, and finds the package among the own jobs.
    expect(boris.page.locator("h1")).to_have_text(report.reference)
    proposed = boris.page.locator("[name=routes]:checked")
    while proposed.count():
        boris.reach(proposed.first)
        boris.page.keyboard.press("Space")
    boris.tick(boris.page.locator("[name=routes][value=police]"))
    boris.press(re.compile("^Hand over"))
    boris.succeeded()
    assert Referral.objects.get(report=report).route == Route.POLICE
    boris.menu("My jobs")
    job = boris.page.locator(".jobs li", has_text=report.reference)
    expect(job).to_contain_text("Police package")
    boris.go(job.get_by_role("link"))
    expect(boris.page.locator("h1")).to_have_text(report.reference)

    # The first person finds the case again in the lists, and keeps the view.
    ana.menu("Reports")
    ana.unfold("Category")
    ana.link("cyberbullying", within=".filter-chip[open]")
    ana.unfold("Reports")
    ana.link("all reports", within=".filter-chip[open]")
    expect(page.locator("#result_list")).to_contain_text(report.reference)
    ana.unfold("Save this view")
    page.locator("#view-name").fill("Cyberbullying")
    ana.go(page.locator(".save-view").get_by_role("button", name="Save"))
    ana.menu("Reports")
    ana.go(page.locator(".saved-views").get_by_role("link", name="Cyberbullying"))
    ana.link(report.reference, within="#result_list")
    expect(page.locator("h1")).to_have_text(report.reference)
    ana.menu("Referrals")
    expect(page.locator("#result_list tr", has_text=report.reference)).to_contain_text("police")

    # What was done last is on the home page, by its name.
    ana.go(page.locator("a.brand"))
    expect(page.locator(".home-recent")).to_contain_text(report.reference)
    expect(page.locator(".home-recent")).not_to_contain_text("#")
