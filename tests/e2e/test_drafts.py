"""Drafts beside the public page, in a browser: an author writes, an editor compares, publishes, schedules and restores."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults
from tests.waiting import until

pytestmark = pytest.mark.slow
TOPIC = "/sr/topics/netiquette/"


def open_topic(page: Page) -> None:
    page.goto("/admin/topics/topic/?q=netiquette")
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("[name=title_sr]")).to_be_visible()


def await_text(reader: Page, selector: str, words: str) -> None:
    """Reload the public page until it shows these words: the server shows an edit within a second, the browser stores pages longer."""
    reader.goto(TOPIC)

    def is_shown() -> bool:
        reader.reload()
        return words in reader.locator(selector).inner_text()

    until(is_shown, what=f"the text {words}")


def test_a_draft_is_written_compared_published_scheduled_and_restored(
    sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    author, editor, reader = sign_in("author"), sign_in("editor"), visit(width=360, dark=True)
    reader.goto(TOPIC)
    before = reader.locator("h1").inner_text()

    # An author writes; the Enter key saves the draft.
    open_topic(author)
    expect(author.locator("[name=_publish], [name=_schedule], [name=published_at_0]")).to_have_count(0)
    author.locator("[name=title_sr]").fill("Бонтон у нацрту")
    author.locator("[name=title_sr]").press("Enter")
    expect(author.locator("li.success")).to_contain_text("Јавна страница се није променила.")
    expect(author.locator(".page-state").first).to_contain_text("није објављен")
    expect(author.locator("[name=title_sr]")).to_have_value("Бонтон у нацрту")
    assert faults(author, fingers=False) == []
    reader.goto(TOPIC)
    expect(reader.locator("h1")).to_have_text(before)
    previews = [link.get_attribute("href") or "" for link in author.locator(".page-state a[hreflang]").all()]
    form = author.url
    author.goto(previews[0])
    for words in ("Бонтон у нацрту", "Bonton u nacrtu"):
        expect(author.locator("h1")).to_have_text(words)
        expect(author.locator(".preview-banner")).to_be_visible()
        assert faults(author, fingers=False) == []
        author.locator(".preview-banner [hreflang=sr-Latn]").click()
    author.locator(".preview-banner .btn").click()
    expect(author).to_have_url(form.partition("?")[0])
    # A visitor with the address sees the sign-in.
    reader.goto(previews[0])
    expect(reader.locator("#id_password")).to_be_visible()

    # An editor compares and publishes it.
    editor.goto("/admin/topics/topic/?draft=yes")
    editor.locator("#result_list tbody a").first.click()
    editor.get_by_role("link", name="Упореди са објављеним текстом").click()
    expect(editor.locator("ins")).to_have_text("Бонтон у нацрту")
    expect(editor.locator("del")).to_have_text(before)
    assert faults(editor, fingers=False) == []
    editor.get_by_role("link", name="Назад на образац").click()
    editor.locator("[name=_publish]").first.click()
    expect(editor.locator("li.success")).to_be_visible()
    await_text(reader, "h1", "Бонтон у нацрту")

    # A former version is restored into a draft, and the draft is scheduled.
    open_topic(editor)
    form = editor.url
    editor.goto(form.replace("/change/", "/history/"))
    editor.locator("[name=version]").last.click()
    expect(editor.locator("li.success")).to_contain_text("сада је нацрт")
    expect(editor.locator("[name=title_sr]")).to_have_value(before)
    reader.goto(TOPIC)
    expect(reader.locator("h1")).to_have_text("Бонтон у нацрту")
    editor.locator("details.page-schedule summary").click()
    editor.locator("[name=publish_at_0]").fill("1. 5. 2099.")
    editor.locator("[name=publish_at_1]").fill("8:00")
    editor.locator("[name=_schedule]").click()
    expect(editor.locator(".page-state").first).to_contain_text("биће објављен")
    assert faults(editor, fingers=False) == []

    # It is discarded; the page is unpublished and published again.
    editor.get_by_role("link", name="Одбаци нацрт").click()
    editor.get_by_role("button", name="Одбаци нацрт").click()
    expect(editor.locator("li.success")).to_contain_text("одбачен")
    editor.get_by_role("link", name="Повуци са сајта").first.click()
    assert faults(editor, fingers=False) == []
    editor.get_by_role("button", name="Повуци са сајта").click()
    until(lambda: reader.reload().status == 404, what="a withdrawn page")  # type: ignore[union-attr]
    editor.locator("[name=title_sr]").fill(before)
    editor.locator("[name=_publish]").first.click()
    expect(editor.locator("li.success")).to_be_visible()
    await_text(reader, "h1", before)


def test_a_draft_is_saved_and_published_without_scripts(
    sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    editor, reader = sign_in("editor", javascript=False, width=360), visit(javascript=False)
    open_topic(editor)
    summary = editor.locator("[name=summary_sr]")
    before = summary.input_value()
    for words in ("Кратко.", before):
        summary.fill(words)
        editor.locator("[name=_save]").first.click()
        expect(summary).to_have_value(words)
        form = editor.url
        editor.goto(editor.locator(".page-state a[hreflang]").first.get_attribute("href") or "")
        expect(editor.locator("main")).to_contain_text(words)
        expect(editor.locator(".preview-banner")).to_be_visible()
        assert editor.evaluate("document.documentElement.scrollWidth") <= 360
        editor.goto(form)
        assert editor.evaluate("document.documentElement.scrollWidth") <= 360
        editor.locator("[name=_publish]").first.click()
        expect(editor.locator("li.success")).to_be_visible()
        await_text(reader, "main", words)
        open_topic(editor)
