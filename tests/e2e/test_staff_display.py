"""The staff side in a real browser: accessible and narrow enough, in both themes and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hotline.models import Report
from tests.e2e.page_checks import faults
from tests.live_portal import Site

HEAD = 100  # Two rows, in CSS pixels.


@pytest.fixture(scope="module")
def _cases(site: Site) -> None:
    """There is a case to look at, the demonstration's if no other."""
    site.manage("load_demo", "hotline")


@pytest.mark.usefixtures("_cases")
@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_staff_side_is_accessible_and_fits(
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
    site: Site,
    width: int,
    dark: bool,
) -> None:
    page = visit(width=width, dark=dark)
    page.goto("/admin/login/")
    found = {"login": faults(page, fingers=False)}

    page = sign_in("supervisor", width=width, dark=dark)
    with site.orm():
        # The list shows open cases, and other tests may have closed all.
        cases = [f"/admin/hotline/case/{Report.objects.latest('pk').pk}/"]
    lists = ["hotline/desk/", "hotline/report/", "hotline/contentitem/", "common/auditevent/", "hotline/triagerule/"]
    forms = ["hotline/enter/", "hotline/triagerule/add/"]
    for address in [*(f"/admin/{name}" for name in [*lists, *forms]), *cases]:
        page.goto(str(address))
        assert page.locator("#header").evaluate("header => header.offsetHeight") <= HEAD
        found[str(address)] = faults(page, fingers=False)
    assert len(found) == 9
    assert {address: result for address, result in found.items() if result} == {}


def test_the_account_menu_opens_without_scripts(sign_in: Callable[..., Page]) -> None:
    page = sign_in("analyst1", anew=True, javascript=False, width=360)
    leave = page.get_by_role("button", name="Одјави се")
    expect(leave).to_be_hidden()
    page.locator(".account summary").click()
    expect(leave).to_be_in_viewport()
    leave.click()
    page.goto("/admin/hotline/desk/")
    expect(page).to_have_url(re.compile("/admin/login/"))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_menu_opens_by_keyboard_without_scripts(sign_in: Callable[..., Page], width: int) -> None:
    page = sign_in("supervisor", javascript=False, width=width)
    page.goto("/admin/hotline/desk/")
    sections = page.get_by_role("navigation", name="Одељци")
    if width < 1024:
        expect(sections).to_be_hidden()
        page.get_by_role("button", name="Мени").press("Enter")
    groups = sections.locator("details:not([open]) > summary")
    while groups.count():
        groups.first.press("Enter")
    last = sections.get_by_role("link").last
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)
    last.click()
    expect(page).to_have_url(re.compile("/admin/account-recoveries/"))


def test_a_hidden_menu_stays_hidden_until_reopened(sign_in: Callable[..., Page]) -> None:
    page = sign_in("supervisor")
    page.goto("/admin/hotline/desk/")
    sections = page.get_by_role("navigation", name="Одељци")
    page.get_by_role("button", name="Сакриј мени").press("Enter")
    expect(sections).to_be_hidden()
    show = page.get_by_role("button", name="Мени", exact=True)
    expect(show).to_be_focused()
    page.reload()
    expect(sections).to_be_hidden()
    show.press("Enter")
    expect(sections).to_be_visible()
    page.reload()
    expect(sections).to_be_visible()
