"""Steps of analysts in a browser, page by page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F, Max
from django.utils import timezone
from playwright.sync_api import Page, expect

from hotline.models import Closing, Report
from hotline.states import Outcome, ReportState
from tests.live_portal import Site


def press(page: Page, selector: str) -> None:
    """Press a button or a link that leads to another page, and arrive there."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def unfold(page: Page) -> None:
    """Open the folded parts of a report form."""
    for summary in page.locator("details.fold:not([open]) > summary").all()[::-1]:
        summary.click()


def nothing_held() -> None:
    """Other tests leave cases with their analysts, who would be asked before they take another."""
    Report.objects.filter(claimed_by__isnull=False).update(claimed_by=None, claimed_until=None)


@contextmanager
def own_cases(site: Site) -> Iterator[None]:
    """Connect to the site's own database. The cases made within the block are gone from the queues afterwards.

    Reopened cases stay, because they cannot be closed without a new decision.
    """
    with site.orm():
        before = set(Report.objects.values_list("pk", flat=True))
        nothing_held()
        yield
        nothing_held()
        # Other tests take the most urgent case.
        new_cases = Report.objects.exclude(pk__in=before).filter(reopened_from="")
        new_cases.exclude(state__in=[ReportState.SPAM, ReportState.CLOSED]).update(
            state=ReportState.CLOSED, outcome=Outcome.REMOVED, closed_at=timezone.now(), queue=None
        )


def first_in_line(report: Report) -> None:
    """The demonstration and other tests leave cases behind, some as urgent as this one."""
    nothing_held()
    highest = Report.objects.aggregate(highest=Max("priority"))["highest"]
    Report.objects.filter(pk=report.pk).update(priority=max(1_000, highest + 1))


def ten_minutes_later() -> None:
    """Closings take effect, and cannot be undone any more."""
    passed = timedelta(minutes=10)
    Closing.objects.update(created_at=F("created_at") - passed, effective_at=F("effective_at") - passed)


def open_everything(page: Page, *, scripts: bool = False) -> None:
    """Open the text, the dialogue, the addresses and the pictures of the case: in place with scripts, page by page without."""

    def follow(selector: str) -> None:
        if scripts:
            page.locator(selector).first.click()
        else:
            press(page, selector)

    if page.locator("form[action$='/open/'] button").count():
        follow("form[action$='/open/'] button")
    pictures = page.locator("#unopened-box a[href^='#picture-box']")
    while number := pictures.count():
        follow(f"{pictures.first.get_attribute('href')} form[action*='/reveal/'] button")
        expect(pictures).to_have_count(number - 1)
    expect(page.locator("#unopened-box li")).to_have_count(0)


def claim_next(page: Page, report: Report) -> None:
    """Take the next case, which is this one."""
    first_in_line(report)
    page.goto("/admin/hotline/desk/")
    press(page, "form[action='/admin/hotline/desk/take/'] button")
    assert page.url.endswith(f"/admin/hotline/case/{report.pk}/")
