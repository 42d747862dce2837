"""A picture in the dialogue in a real browser: a reporter on a phone sends it, and an analyst sees it in the case."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from hotline.models import Message, Report
from hotline.states import ReportState
from tests.e2e.page_checks import DISPLAYS, LANGUAGES, faults, set_display
from tests.e2e.review_steps import press
from tests.live_portal import Site
from tests.waiting import until

WORDS = "Ево и слике екрана."


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    """A picture of a coloured circle."""
    image = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(image).ellipse([(60, 20), (260, 220)], fill="purple")
    image.save(path := tmp_path / "krug.png")
    return path


def report(page: Page, *, language: str = "sr", category: str = "cyberbullying", danger: bool = False) -> str:
    """Send a report with words alone, and return its code."""
    page.goto(f"/{language}/report/{category}/")
    page.fill("[name=what]", "Вређају ме у групи.")
    page.set_checked("[name=danger_now]", danger)
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    press(page, "main [name=send]")
    return " ".join(page.locator("#receipt").inner_text().split())


def open_case(page: Page, receipt: str, *, language: str = "sr") -> None:
    page.goto(f"/{language}/report/status/")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
def test_a_picture_is_sent_in_the_dialogue_and_seen_by_an_analyst(
    site: Site,
    orm: None,
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
    picture_file: Path,
    tmp_path: Path,
    javascript: bool,
) -> None:
    earlier_ids = set(Report.objects.values_list("pk", flat=True))
    page = visit(javascript=javascript, cookies=False, width=360)
    receipt = report(page)
    # As it is typed from paper: small letters, spaces, one character forgotten.
    open_case(page, receipt.lower()[:-1])
    expect(page.locator("#id_receipt_error")).to_contain_text("15")
    assert page.input_value("[name=receipt]") == receipt.lower()[:-1]
    page.fill("[name=receipt]", receipt.lower())
    press(page, "main form [type=submit]")

    # A file that is no picture is refused, and the words stay.
    (tmp_path / "beleska.png").write_text("no picture")
    page.fill("[name=text]", WORDS)
    page.set_input_files("[name=images]", [picture_file, tmp_path / "beleska.png"])
    press(page, "[name=act][value=message]")
    expect(page.locator("#id_images_error")).to_contain_text("beleska.png")
    expect(page.locator(".stored-uploads")).to_contain_text("krug.png")
    assert page.input_value("[name=text]") == WORDS
    assert faults(page) == [] if javascript else True
    press(page, "[name=act][value=message]")
    expect(page.locator(".message-mine")).to_contain_text(WORDS)
    expect(page.locator(".message-mine")).to_contain_text("Ова слика је стигла.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360 if javascript else True

    message = Message.objects.exclude(report__in=earlier_ids).get()
    case = message.report
    until(Report.objects.filter(pk=case.pk, state=ReportState.TRIAGED).exists, what="triage")
    until(message.uploads.filter(file_hash__matched_at__isnull=False).exists, what="its comparison with the lists")
    staff_page = sign_in("analyst1", javascript=javascript)
    staff_page.goto(f"/admin/hotline/case/{case.pk}/")
    press(staff_page, "form.claim button")
    staff_page.locator("form[action$='/open/'] button").first.click()
    expect(staff_page.locator("#thread-box")).to_contain_text(WORDS)
    staff_page.locator("#thread-box a[href^='#picture-box-']").click()
    assert re.search(r"#picture-box-\d+$", staff_page.url)
    staff_page.locator("form[action*='/reveal/'] button").first.click()
    expect(staff_page.locator("img.revealed")).to_have_attribute("src", re.compile("^data:image/"))
    assert faults(staff_page, fingers=False) == [] if javascript else True
    if javascript:
        # The next test takes its own case.
        staff_page.goto(f"/admin/hotline/case/{case.pk}/")
    press(staff_page, "form[action$='/release/'] button")


def test_where_the_form_forbids_pictures_the_dialogue_does(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=360)
    open_case(page, report(page, category="csam"))
    assert page.locator("[type=file]").count() == 0
    expect(page.locator("main")).to_contain_text("Овде не шаљите слике")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_break_no_rule_and_are_used_with_the_keyboard(
    visit: Callable[..., Page], picture_file: Path, language: str
) -> None:
    page = visit(width=360)
    receipt = report(page, language=language, danger=True)
    open_case(page, "7K3M", language=language)
    found = []
    for width, dark in DISPLAYS:
        set_display(page, width=width, dark=dark)
        found += faults(page)
    page.fill("[name=receipt]", receipt)
    page.press("[name=receipt]", "Enter")
    expect(page.locator(".call-line").first).to_be_visible()
    page.set_input_files("[name=images]", picture_file)
    page.focus("[name=images]")
    # From the picture to the button with the tabulator, and on.
    with page.expect_navigation():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.locator(".message-picture")).to_be_visible()
    page.locator(".contact-change > summary").focus()
    page.keyboard.press("Enter")
    page.fill("[name=contact]", "ana@localhost")
    with page.expect_navigation():
        page.press("[name=contact]", "Enter")
    expect(page.locator("#id_contact_error")).to_be_visible()
    for width, dark in DISPLAYS:
        set_display(page, width=width, dark=dark)
        found += faults(page)
    assert found == []
