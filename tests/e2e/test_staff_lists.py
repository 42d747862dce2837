"""Lists of the staff site in a browser: nothing is cut off at any width, and the command palette works by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import WIDER, WIDTHS, faults, set_display
from tests.factories.received_reports import make_report
from tests.live_portal import Site

ACCOUNTS = ("analyst1", "supervisor", "editor", "author", "events", "coordinator", "safeguarding", "auditor")
# Boxes of tables that would have to be scrolled sideways.
CUT = """[...document.querySelectorAll('.results, .table-box, .changelist-form-container')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
    .map(box => `${box.className}: ${box.scrollWidth} in ${box.clientWidth}`)"""
# The actions that a wide window shows: they are marked there and looked for on a phone.
MARK_ACTIONS = """for (const action of document.querySelectorAll('#content :is(.btn, button, [type=submit], summary, #result_list a)'))
    if (action.checkVisibility()) action.dataset.shownWide = ''"""
HIDDEN_ACTIONS = """[...document.querySelectorAll('[data-shown-wide]')].filter(action => {
    const box = action.getBoundingClientRect();
    return !action.checkVisibility() || box.left < -1 || box.right > innerWidth + 1;
}).map(action => action.outerHTML.slice(0, 160))"""
ROWS = "document.querySelectorAll('#result_list tbody tr').length"


@pytest.mark.slow
@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_list_of_a_role_is_cut_off(sign_in: Callable[..., Page], account: str) -> None:
    page = sign_in(account)
    urls = page.locator("#staff-menu a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert urls
    wrong = {}
    for url in urls:
        page.goto(url)
        for width in WIDTHS:
            set_display(page, width=width, dark=False)
            found = [*page.evaluate(WIDER), *page.evaluate(CUT)]
            if found:
                wrong[url, width] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_action_of_a_page_is_hidden_on_a_phone(sign_in: Callable[..., Page], account: str) -> None:
    page = sign_in(account)
    urls = page.locator("#staff-menu a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    wrong = {}
    for url in urls:
        page.goto(url)
        set_display(page, width=1280, dark=False)
        page.evaluate(MARK_ACTIONS)
        set_display(page, width=360, dark=False)
        if found := page.evaluate(HIDDEN_ACTIONS):
            wrong[url] = found
    assert wrong == {}


@pytest.mark.slow
def test_the_palette_opens_by_keyboard_and_leads_to_a_page(sign_in: Callable[..., Page]) -> None:
    page = sign_in("analyst1")
    page.goto("/admin/hotline/report/")
    field = page.get_by_role("combobox", name="Број, наслов или име")
    expect(field).not_to_be_visible()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(page.locator("#palette-options [role=option]").first).to_be_visible()
    field.fill("obavest")
    first = page.get_by_role("option", name="Обавештења", exact=True)
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert faults(page, fingers=False) == []
    page.keyboard.press("Escape")
    expect(field).not_to_be_visible()
    page.keyboard.press("Control+k")
    field.fill("пријаве")
    expect(page.get_by_role("option", name="Пријаве", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(page.evaluate("location.pathname"))
    assert "/admin/" in page.url


@pytest.mark.slow
def test_the_palette_finds_a_case_by_its_number(site: Site, sign_in: Callable[..., Page]) -> None:
    with site.orm():
        number = make_report().reference
    page = sign_in("analyst1")
    page.goto("/admin/hotline/report/")
    page.locator(".open-search").click()
    page.get_by_role("combobox", name="Број, наслов или име").fill(number)
    expect(page.get_by_role("option", name=number, exact=True)).to_have_attribute("aria-selected", "true")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(number)


@pytest.mark.slow
def test_single_letters_are_no_shortcuts(sign_in: Callable[..., Page]) -> None:
    """WCAG 2.1.4: no shortcut of one character."""
    page = sign_in("editor")
    page.goto("/admin/news/article/")
    for key in ("k", "/", "s", "?", "K"):
        page.keyboard.press(key)
    expect(page.locator("#palette")).not_to_be_visible()


@pytest.mark.slow
def test_without_scripts_the_search_is_a_page(sign_in: Callable[..., Page]) -> None:
    page = sign_in("coordinator", anew=True, both_languages=False, javascript=False, width=360)
    page.locator(".open-search").click()
    page.locator("[name=q]").last.fill("члан")
    page.locator(".search-everything button").click()
    expect(page.get_by_role("link", name="Чланови", exact=True).last).to_be_visible()
    assert page.evaluate(WIDER) == []
