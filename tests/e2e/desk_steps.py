"""What analysts do at the desk, page by page."""

from playwright.sync_api import Page

from hotline.models import Report


def press(page: Page, selector: str) -> None:
    """Press a button or a link that leads to another page, and arrive there."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def first_in_line(report: Report) -> None:
    """The demonstration and other tests leave cases behind, some as urgent as this one."""
    Report.objects.filter(pk=report.pk).update(priority=1_000)


def take(page: Page, report: Report) -> None:
    """Take the next case, which is this one."""
    first_in_line(report)
    page.goto("/admin/hotline/desk/")
    press(page, "form[action='/admin/hotline/desk/take/'] button")
    assert page.url.endswith(f"/admin/hotline/case/{report.pk}/")
