"""The library in a real browser, with the real worker: an editor publishes, an educator finds, bundles and downloads."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.awareness.library.making import pdf
from tests.e2e.looking import faults

SLUG = "radni-list-iz-pregledaca"


def publish(page: Page, slug: str, kind: str) -> None:
    """What an editor fills in: no more than has to be."""
    page.goto("/admin/library/resource/add/")
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
    page.locator("[name=_save]").click()
    expect(page.locator("li.success")).to_be_visible()


@pytest.fixture
def shelf(sign_in: Callable[..., Page]) -> str:
    """Two resources that an editor has made; the slug of one."""
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
    card.get_by_role("link", name="Into the basket").click()
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator(".basket-bar")).to_contain_text("1 in the basket")
    page.locator(".card", has_text=f"Sheet {shelf}-2").get_by_role("link", name="Into the basket").click()
    page.get_by_role("link", name="Open the basket").click()
    page.get_by_role("button", name="Make one zip").click()
    # The page looks again by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text("Your zip is ready", timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "klikni-bezbedno.zip"
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert archive.namelist() == ["LICENCES.txt", f"{shelf}/Лист.pdf", f"{shelf}-2/Лист.pdf"]
    assert archive.read(f"{shelf}/Лист.pdf") == pdf(2)
    assert page.context.cookies() == []


def test_the_button_knows_how_many_before_it_is_pressed(visit: Callable[..., Page], shelf: str) -> None:
    page = visit(width=1280)
    page.goto("/en/resources/")
    page.locator("summary", has_text="Kind").click()
    choice = page.locator("label.choice", has=page.locator("[value=poster]"))
    number = int(choice.locator(".choice-count").inner_text().split()[-1])
    assert number >= 1
    choice.locator("input").check()
    words = f"{number} resource" if number == 1 else f"{number} resources"
    button = page.locator("form.facets button[type=submit]")
    expect(button).to_have_text(f"Show {words}")
    button.click()
    expect(page.locator("#found")).to_have_text(words)


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
