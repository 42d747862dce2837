"""The library in a real browser with a real worker: publishing, search, bundles and downloads."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from awareness.lessons.selectors import ready_lessons
from tests.e2e.page_checks import faults, unfold
from tests.factories.library import pdf
from tests.live_portal import Site
from tests.waiting import until

SLUG = "radni-list-iz-pregledaca"


def publish(page: Page, slug: str, kind: str) -> None:
    """Fill in the required fields of the form."""
    page.goto("/admin/library/resource/add/")
    unfold(page)
    page.locator("[name=title_sr]").fill("Радни лист")
    page.locator("[name=title_en]").fill(f"Sheet {slug}")
    page.locator("[name=summary_sr]").fill("Укратко.")
    page.locator("[name=summary_en]").fill("In short.")
    page.locator("[name=slug]").fill(slug)
    page.locator("[name=kind]").select_option(kind)
    page.locator("select[name=language]").select_option("sr-Cyrl")
    page.locator("[name=licence]").select_option("CC-BY-4.0")
    page.locator("[name=audiences][value=educators]").check()
    page.locator("[name=published_at_0]").fill("2026-01-01")
    page.locator("[name=published_at_1]").fill("08:00:00")
    file = {"name": "Лист.pdf", "mimeType": "application/pdf", "buffer": pdf(2)}
    page.locator("[name=files-0-upload]").set_input_files(file)
    page.locator("[name=_save]").first.click()
    expect(page.locator("li.success")).to_be_visible()


@pytest.fixture
def shelf(sign_in: Callable[..., Page]) -> str:
    """Create two resources as an editor. Return the slug of one."""
    page = sign_in("editor")
    for slug, kind in ((SLUG, "worksheet"), (f"{SLUG}-2", "poster")):
        page.goto(f"/sr/resources/{slug}/")
        if page.locator("article").count() == 0:
            publish(page, slug, kind)
    return SLUG


def test_an_educator_finds_bundles_and_downloads_without_scripts(
    visit: Callable[..., Page], shelf: str, tmp_path: Path
) -> None:
    page = visit(javascript=False, width=360, accept_downloads=True)
    page.goto("/en/resources/")
    page.locator("summary", has_text="Kind").click()
    page.locator("[name=type][value=worksheet]").check()
    page.get_by_role("button", name="Show resources").click()
    card = page.locator(".card", has_text=f"Sheet {shelf}")
    card.get_by_role("link", name="Add to basket").click()
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".basket-bar")).to_contain_text("1 in the basket")
    page.locator(".card", has_text=f"Sheet {shelf}-2").get_by_role("link", name="Add to basket").click()
    page.get_by_role("link", name="Open the basket").click()
    page.get_by_role("button", name="Create zip file").click()
    # The page refreshes automatically.
    expect(page.get_by_role("heading", level=1)).to_have_text("Your zip file is ready")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "klikni-bezbedno.zip"
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert archive.namelist() == ["LICENCES.txt", f"{shelf}/Лист.pdf", f"{shelf}-2/Лист.pdf"]
    assert archive.read(f"{shelf}/Лист.pdf") == pdf(2)
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("path", "width", "dark"),
    [
        ("/en/resources/?type=poster", 360, True),
        (f"/sr/resources/{SLUG}/", 1280, False),
        (f"/sr-latn/resources/{SLUG}/", 360, False),
        (f"/en/resources/basket/?r={SLUG}&r=nema", 1280, True),
    ],
)
def test_is_accessible_and_fits(visit: Callable[..., Page], shelf: str, path: str, width: int, dark: bool) -> None:
    page = visit(width=width, dark=dark)
    page.goto(path)
    assert faults(page) == []


def test_an_editor_takes_a_file_away_writes_with_the_toolbar_and_brings_both_back(
    sign_in: Callable[..., Page], visit: Callable[..., Page], shelf: str
) -> None:
    page = sign_in("editor")
    page.goto(f"/admin/library/resource/?q={shelf}")
    page.get_by_role("link", name="Радни лист", exact=True).last.click()
    page.wait_for_url("**/change/**")
    change = page.url
    public = (page.locator(".page-state a").first.get_attribute("href") or "").partition("/preview")[2]
    unfold(page)
    description = page.locator(".field-description_sr")
    description.locator(".ProseMirror[contenteditable]").click()
    page.keyboard.type("Уводни пасус")
    page.keyboard.press("Control+a")
    description.get_by_role("button", name="Подебљано").click()
    expect(page.locator("[name=description_sr]")).to_have_value("<p><strong>Уводни пасус</strong></p>")
    # Below the page title, headings of the description start at level 2.
    levels = [
        json.loads(page.locator(f"[name={name}]").get_attribute("data-rich-text") or "")["levels"]
        for name in ("description_sr", "use_in_class_sr")
    ]
    assert levels == [[2, 3], [3, 4]]
    page.locator("[name=files-0-DELETE]").check()
    page.locator("[name=_publish]").first.click()
    expect(page.locator("li.success")).to_be_visible()
    page.goto(change)
    expect(page.locator(".editor-hints")).to_contain_text("Материјал још нема ниједну датотеку.")

    reader = visit(width=360)
    reader.goto(public)

    def files_shown() -> int:
        # Reload, because browsers cache public pages for minutes.
        reader.reload()
        return reader.locator("a.file").count()

    until(lambda: files_shown() == 0)
    expect(reader.locator(".text strong")).to_have_text("Уводни пасус")
    page.goto(change.replace("/change/", "/history/"))
    expect(page.locator(".version").first).to_contain_text("Лист.pdf")
    page.locator(".version").nth(1).get_by_role("button").click()
    expect(page.locator("li.success")).to_be_visible()
    assert files_shown() == 0, "a restored version is a draft"
    page.goto(change)
    page.locator("[name=_publish]").first.click()
    until(lambda: files_shown() == 1)
    expect(reader.locator(".text strong")).to_have_count(0)


def test_the_basket_survives_leaving_the_library_for_a_quiz(visit: Callable[..., Page], shelf: str) -> None:
    page = visit()
    page.goto(f"/en/resources/{shelf}/")
    page.get_by_role("link", name="Add to basket").click()
    expect(page.locator(".basket-row")).to_have_count(1)
    page.goto("/en/quizzes/")
    page.locator(".quiz-card a").first.click()
    page.locator(".footer-map a[href='/en/resources/'], .sections a[href='/en/resources/']").first.evaluate(
        "link => link.click()"
    )
    expect(page).to_have_url(re.compile(rf"/en/resources/\?r={shelf}$"))
    expect(page.locator(".basket-bar")).to_contain_text("1")
    page.goto("/sr/resources/basket/")
    expect(page.locator(".basket-row")).to_have_count(1)

    # It stays empty after it was emptied.
    page.locator(".basket-row .btn").click()
    expect(page.locator(".empty")).to_be_visible()
    page.goto("/sr/resources/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".basket-bar")).to_have_count(0)
    assert page.url.endswith("/sr/resources/")


def test_a_lesson_is_added_to_the_stored_basket(site: Site, visit: Callable[..., Page], shelf: str) -> None:
    with site.orm():
        ready = next(lessons[0] for lessons in ready_lessons(timezone.now()).values() if lessons)
        lesson = f"/en/lesson/?grade={ready.grade}&topic={ready.topic.slug}"
    page = visit()
    page.goto(f"/en/resources/{shelf}/")
    page.get_by_role("link", name="Add to basket").click()
    expect(page.locator(".basket-row")).to_have_count(1)
    # Reading a part of the lesson leaves the basket as it is.
    page.goto(lesson)
    parts = page.locator(".lesson-part h2 a[href*='/resources/']")
    expect(parts.first).to_be_visible()
    number = parts.count()
    parts.first.click()
    expect(page).to_have_url(re.compile(rf"/resources/[^/]+/\?r={shelf}$"))
    # Twice is once.
    for _time in range(2):
        page.goto(lesson)
        page.get_by_role("link", name="Put into the basket").click()
        expect(page.locator(".basket-row")).to_have_count(number + 1)
        expect(page).not_to_have_url(re.compile("add="))
    page.goto("/en/resources/")
    expect(page.locator(".basket-bar")).to_contain_text(str(number + 1))
