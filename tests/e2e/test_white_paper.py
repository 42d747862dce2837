"""A White Paper in a real browser: from recommendations to the edition, its handover and two answers, and the tracker
in three languages.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults

BASE = "/admin/youthpanel"


def test_a_white_paper_is_written_issued_submitted_and_answered(
    sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    page = sign_in("coordinator")
    for number, title in enumerate(("Књижара за младе", "Љубазни часови"), 1):
        page.goto(f"{BASE}/recommendation/add/")
        page.locator("[name=title_sr]").fill(title)
        page.locator("[name=title_en]").fill(f"Browser proposal {number}")
        page.locator("[name=text_sr]").fill("Најмање једном годишње.")
        page.locator("[name=text_en]").fill("Once a year at least.")
        page.locator("[name=child_text_sr]").fill("Хоћемо то.")
        page.locator("[name=child_text_en]").fill("We want it.")
        page.locator("[name=education]").select_option("formal")
        page.locator("[name=addressee_sr]").fill("Министарство просвете")
        page.locator("[name=addressee_en]").fill("Ministry of Education")
        page.locator("[name=_save]").first.click()
        expect(page.locator("#result_list, .success").first).to_be_visible()

    page.goto(f"{BASE}/whitepaper/add/")
    page.locator("[name=title_sr]").fill("Књига из прегледача")
    page.locator("[name=title_en]").fill("A book from the browser")
    for field, words in (
        ("foreword_sr", "Читајте."),
        ("foreword_en", "Read."),
        ("method_sr", "Било је [...]"),
        ("method_en", "We met."),
    ):
        page.locator(f"div.prose-editor:has([name={field}]) .ProseMirror[contenteditable]").click()
        page.keyboard.type(words)
    for place in range(2):
        page.locator("#places-group .add-row a").click()
        page.locator(f"[name=places-{place}-recommendation]").select_option(
            label=("Књижара за младе", "Љубазни часови")[place]
        )
    # The second one first: the numbers follow.
    page.locator("#places-1").get_by_role("button", name="Горе").click()
    expect(page.locator("[name=places-1-order]")).to_have_value("1")
    expect(page.locator("[name=places-0-order]")).to_have_value("2")
    # By mouse the first one comes back to its place, and the button takes it away again.
    handle, target = page.locator("#places-0 .order-tools button").first, page.locator("#places-1").bounding_box()
    handle.hover()
    page.mouse.down()
    assert target is not None
    page.mouse.move(target["x"] + 40, target["y"] + 8, steps=6)
    page.mouse.up()
    expect(page.locator("[name=places-0-order]")).to_have_value("1")
    page.locator("#places-1").get_by_role("button", name="Горе").click()
    expect(page.locator("[name=places-1-order]")).to_have_value("1")
    page.locator("[name=_continue]").first.click()
    expect(page.locator(".problems")).to_contain_text("[...]")
    assert faults(page, fingers=False) == []
    preview = page.locator(".page-state a", has_text="страница").nth(1).get_attribute("href") or ""
    page.locator("div.prose-editor:has([name=method_sr]) .ProseMirror[contenteditable]").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Састали смо се.")
    page.locator("[name=_continue]").first.click()
    expect(page.locator(".problems")).to_have_count(0)
    form = page.url

    page.goto(preview)
    expect(page.locator("h1")).to_have_text("Knjiga iz pregledača")
    expect(page.locator("h3").first).to_contain_text("1. Ljubazni časovi")
    page.goto(form)
    page.get_by_role("link", name="Издај књигу").first.click()
    assert faults(page, fingers=False) == []
    page.get_by_role("button", name=re.compile("Издај издање 1")).click()
    # The worker makes six files; the page looks again by itself.
    expect(page.locator(".issued")).to_contain_text("Издање 1", timeout=60_000)
    page.locator(".issued a").click()
    expect(page.locator(".checksum-table tbody tr")).to_have_count(6)
    page.get_by_role("link", name="Упиши предају").click()
    today = page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Europe/Belgrade'})")
    page.locator("[name=recipient_sr]").fill("Министарство просвете")
    page.locator("[name=recipient_en]").fill("Ministry of Education")
    page.locator("[name=on]").fill(today)
    page.locator("[name=_save]").first.click()
    expect(page.locator(".success")).to_be_visible()
    for kind, words in (("considered", "Гледамо."), ("partly", "Нешто од тога.")):
        page.goto(f"{BASE}/response/add/")
        page.locator("[name=recommendation]").select_option(label="Љубазни часови")
        page.locator("[name=kind]").select_option(kind)
        page.locator("[name=on]").fill(today)
        page.locator("[name=text_sr]").fill(words)
        page.locator("[name=source]").fill("Допис 12")
        page.locator("[name=_save]").first.click()
        expect(page.locator(".success")).to_be_visible()

    for code, phrase, title in (
        ("sr", "Рекли су да, делимично", "Љубазни часови"),
        ("sr-latn", "Rekli su da, delimično", "Ljubazni časovi"),
        ("en", "They said yes to some of it", "Browser proposal 2"),
    ):
        reader = visit(width=360, dark=True, javascript=code != "en")
        reader.goto(f"/{code}/youth-panel/recommendations/")
        proposal = reader.locator(".proposal", has=reader.get_by_role("link", name=title))
        expect(proposal.locator(".proposal-state")).to_contain_text(phrase)
        expect(proposal.locator(".proposal-ledger li")).to_have_count(2)
        if code != "en":
            assert faults(reader) == []
        proposal.get_by_role("link", name=title).click()
        reader.locator(".actions a").last.click()
        expect(reader.locator("h1")).to_have_text(re.compile("Књига|Knjiga|A book"))
        file = reader.request.get(reader.locator(".paper-actions a").first.get_attribute("href") or "")
        assert file.body().startswith(b"%PDF")
