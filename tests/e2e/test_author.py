"""An author writes a news item and cannot publish it; an editor finds the draft on the home page, compares and publishes it."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.staff_steps import Colleague
from tests.waiting import until

pytestmark = pytest.mark.slow


def test_an_editor_publishes_the_draft_of_an_author(colleague: Callable[..., Colleague]) -> None:
    title = f"Пише ауторка {secrets.token_hex(4)}"
    author = colleague("author")
    page = author.page
    author.menu("News")
    author.link("Add")
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=summary_sr]").fill("Шест школа, један дан.")
    assert page.get_by_role("button", name="Publish").count() == 0
    author.press("Save and continue editing")
    author.succeeded()
    expect(page.locator(".page-state")).to_contain_text("Draft")
    expect(page.locator(".editor-hints")).to_be_visible()
    for name in ("Publish", "Schedule"):
        assert page.get_by_role("button", name=name).count() == 0
    assert page.get_by_role("link", name="Unpublish").count() == 0
    # The author sees on the home page what was written last, and returns to it.
    author.go(page.locator("a.brand"))
    author.link(title, within=".home-recent")
    expect(page.locator("[name=title_sr]")).to_have_value(title)

    editor = colleague("editor", width=360)
    staff_page = editor.page
    drafts = (
        staff_page.locator(".content-states li", has_text="News").get_by_role("link", name="draft", exact=False).first
    )

    def draft_count() -> int:
        staff_page.reload()
        return drafts.count()

    until(draft_count, what="a draft on the home page of the editor")
    editor.go(drafts)
    editor.link(title)
    expect(staff_page.locator(".page-state")).to_contain_text("author")
    staff_page.locator("[name=title_en]").fill(f"By the author {title[-8:]}")
    editor.press("Publish")
    editor.succeeded()
    # A public page: what the author saves now is a draft beside it, and the public text does not change.
    page.reload()
    expect(page.locator(".page-state")).to_contain_text("Published")
    page.locator("[name=summary_sr]").fill("Друга верзија.")
    author.press("Save draft")
    author.succeeded()
    expect(page.locator(".messagelist")).to_contain_text("The public page has not changed.")
    author.link("Compare with the published text")
    expect(page.locator(".version")).to_contain_text("Друга верзија.")
