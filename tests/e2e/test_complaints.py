"""A complaint from the form to its answer, and the pages of retention, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults

PATH = "/hotline/complaint/"


def test_a_complaint_is_sent_without_scripts_and_cookies_answered_and_read(
    visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    page = visit(javascript=False, cookies=False, width=360)
    page.goto("/en/report/")
    page.locator(f"main a[href='/en{PATH}']").click()
    page.locator("input[name=about][value=hotline]").check()
    page.locator("textarea[name=text]").fill("Nobody answered for two weeks.")
    page.locator("button[value=send]").click()
    number = page.locator("#receipt").inner_text()
    assert re.fullmatch(r"(\w{4}\s?){4}", number)

    staff_page = sign_in("supervisor")
    staff_page.goto("/admin/hotline/complaint/")
    staff_page.locator("#result_list tbody th a").first.click()
    assert faults(staff_page, fingers=False) == []
    staff_page.locator("form[action$='/open/'] button").click()
    expect(staff_page.locator(".quoted-text").first).to_have_text("Nobody answered for two weeks.")
    staff_page.locator("textarea[name=text]").fill("We are sorry: it was overlooked.")
    staff_page.locator("select[name=outcome]").select_option("upheld")
    staff_page.locator("form[action$='/answer/'] button").click()
    expect(staff_page.locator("textarea[name=text]")).to_have_count(0)

    page.goto(f"/en{PATH}")
    page.locator("input[name=number]").fill(number.lower())
    page.locator("button[value=read]").click()
    expect(page.get_by_text("We are sorry: it was overlooked.")).to_be_visible()
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("language", "width", "dark"), [("sr", 360, True), ("sr-latn", 1280, False), ("en", 360, False)]
)
def test_the_form_is_accessible_and_fits_also_with_errors(
    visit: Callable[..., Page], language: str, width: int, dark: bool
) -> None:
    page = visit(width=width, dark=dark)
    page.goto(f"/{language}{PATH}")
    assert faults(page) == []
    page.locator("button[value=send]").click()
    expect(page.locator("#errors")).to_be_focused()
    assert faults(page) == []


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_pages_of_retention_are_accessible_and_fit(sign_in: Callable[..., Page], width: int, dark: bool) -> None:
    page = sign_in("supervisor", width=width, dark=dark)
    pages = ("retention", "retentionrule", "retentionrule/add", "legalhold", "complaint", "complaintterms")
    found = {}
    for name in pages:
        page.goto(f"/admin/hotline/{name}/")
        found[name] = faults(page, fingers=False)
    assert found == {name: [] for name in pages}
