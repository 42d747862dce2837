"""Unsaved changes in a browser: a crash, a closed tab, two editors, the keyboard alone."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from clicksafely.common.models import UnsavedForm
from tests.e2e.page_checks import faults
from tests.live_portal import Site

pytestmark = pytest.mark.slow
ADD = "/admin/news/article/add/"


@pytest.fixture(autouse=True)
def _no_unsaved_forms(site: Site) -> None:
    """A form with unsaved changes of another test would offer them, and keep nothing until the editor decides."""
    with site.orm():
        UnsavedForm.objects.all().delete()


def await_autosave(page: Page) -> None:
    expect(page.locator(".autosave-state")).to_contain_text("забележено")


def test_an_editor_writes_an_article_the_tab_crashes_and_the_text_is_restored(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto(ADD)
    page.locator("[name=title_sr]").fill("Вест пре пада")
    await_autosave(page)
    page.locator("#blocks-group .add-row a").click()
    page.locator("#blocks-0 .ProseMirror[contenteditable]").first.click()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/autosave/")):
        page.keyboard.type("Први пасус")
    assert page.evaluate("JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])").count("Вест") == 0
    crashed, page = page, page.context.new_page()
    with crashed.expect_event("crash"), suppress(Error):
        crashed.goto("chrome://crash")

    page.goto(ADD)
    offer = page.locator(".autosave-offer")
    expect(offer).to_contain_text("Несачуване измене од")
    assert faults(page, fingers=False) == []
    # By keyboard alone: the offer comes before the form.
    offer.get_by_role("button", name="Врати").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=title_sr]")).to_have_value("Вест пре пада")
    expect(page.locator("[name=blocks-0-text_sr]")).to_have_value("<p>Први пасус</p>")
    expect(page.locator(".errorlist.nonfield")).to_contain_text("поново су у обрасцу")
    page.locator("[name=summary_sr]").fill("Укратко.")
    page.locator("[name=title_sr]").press("Enter")
    expect(page.locator("li.success")).to_be_visible()
    page.goto(ADD)
    expect(page.locator("[name=title_sr]")).to_be_visible()
    expect(offer).to_have_count(0)


def turn_tab(page: Page, *, hidden: bool) -> None:
    """Hide or show the page, as another tab would: a browser without a screen shows each tab."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_a_failed_request_is_repeated_on_return_and_at_an_interval(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto(ADD)
    title, state = page.locator("[name=title_sr]"), page.locator(".autosave-state")
    for value, comes_back in (("Прва вест", True), ("Друга вест", False)):
        page.route("**/autosave/", lambda route: route.abort())
        title.fill(value)
        expect(state).to_contain_text("на серверу")
        page.unroute_all()
        if comes_back:
            turn_tab(page, hidden=False)
        expect(state).to_contain_text("забележено", timeout=40_000)
    page.goto(ADD)
    page.locator("[name=_restore_unsaved]").click()
    expect(title).to_have_value("Друга вест")


def test_two_editors_see_each_other_and_never_overwrite_silently(sign_in: Callable[..., Page]) -> None:
    editor, author = sign_in("editor"), sign_in("author")
    for page in (editor, author):
        page.goto("/admin/topics/topic/?q=netiquette")
        page.locator("#result_list tbody a").first.click()
    title = author.locator("[name=title_sr]")
    before = title.input_value()
    editor.locator("[name=title_sr]").fill("Наслов уреднице")
    await_autosave(editor)
    title.fill("Наслов ауторке")
    await_autosave(author)
    expect(author.locator(".autosave-others")).to_contain_text("editor")
    expect(editor.locator(".autosave-others")).to_contain_text("author", timeout=40_000)
    editor.locator("[name=_save]").first.click()
    expect(editor.locator("li.success")).to_be_visible()
    author.locator("[name=_save]").first.click()
    expect(author.locator(".edit-conflict")).to_contain_text("Наслов уреднице")
    expect(title).to_have_value("Наслов ауторке")
    expect(editor.locator("[name=title_sr]")).to_have_value("Наслов уреднице")
    author.goto(author.url)
    author.locator("[name=_discard_unsaved]").click()
    editor.get_by_role("link", name="Одбаци нацрт").click()
    editor.get_by_role("button", name="Одбаци нацрт").click()
    expect(editor.locator("[name=title_sr]")).to_have_value(before)


def test_without_scripts_nothing_is_saved_and_offers_can_be_restored(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto("/admin/events/event/add/")
    page.locator("[name=title_sr]").fill("Радионица без скрипта")
    await_autosave(page)
    plain = sign_in("editor", javascript=False, width=360)
    plain.goto("/admin/events/event/add/")
    plain.locator("[name=_restore_unsaved]").click()
    expect(plain.locator("[name=title_sr]")).to_have_value("Радионица без скрипта")
    assert plain.evaluate("document.documentElement.scrollWidth") <= 360
    plain.goto("/admin/events/event/add/")
    plain.locator("[name=_discard_unsaved]").click()
    plain.goto("/admin/events/event/add/")
    expect(plain.locator(".autosave-offer")).to_have_count(0)
