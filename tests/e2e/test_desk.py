"""The staff side in a real browser: accessible and narrow enough, in both themes and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import faults
from tests.site import Site

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
    width: int,
    dark: bool,
) -> None:
    page = visit(width=width, dark=dark)
    page.goto("/admin/login/")
    found = {"login": faults(page, fingers=False)}

    page = sign_in("supervisor", width=width, dark=dark)
    page.goto("/admin/hotline/report/")
    cases = [link.get_attribute("href") for link in page.locator(".field-reference a").all()[:1]]
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
def test_what_is_needed_less_often_is_one_disclosure_away_without_scripts(
    sign_in: Callable[..., Page], width: int
) -> None:
    page = sign_in("supervisor", javascript=False, width=width)
    page.goto("/admin/hotline/desk/")
    sections = page.get_by_role("navigation", name="Одељци")
    expect(sections.get_by_role("link")).to_have_count(4)
    sections.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(sections.get_by_role("link")).to_have_count(33)
    last = sections.get_by_role("link").last
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)
    last.click()
    expect(page).to_have_url(re.compile("/admin/common/auditevent/"))
