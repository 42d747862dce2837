"""The night of a tired analyst, by keyboard only; the second reviewer has no scripts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db.models import Max
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from clicksafely.common.crypto.receipts import generate_code
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.models import AuditEvent
from hotline.models import Assessment, DisplayPreference, ExposureCount, Report
from hotline.states import ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, first_in_line, open_everything, own_cases, press
from tests.hotline.review.conftest import make_case
from tests.live_portal import Site
from tests.waiting import until

MY_WORK = "/admin/hotline/desk/"
ADDRESS = "https://night.example.org/t/1"


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads and writes of the site's own database."""
    with own_cases(site):
        yield
        DisplayPreference.objects.all().delete()


def draw_picture(folder: Path, colour: str) -> Path:
    """A picture of a coloured disc."""
    image = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(image).ellipse([(60, 20), (260, 220)], fill=colour)
    image.save(path := folder / f"{colour}.png")
    return path


def reported_case(reporter: Page, *pictures: Path) -> Report:
    """The first case in the queue: a report with these pictures, once they are compared."""
    reporter.goto("/en/report/cyberbullying/")
    reporter.fill("[name=addresses]", ADDRESS)
    reporter.set_input_files("[name=images]", pictures)
    reporter.check("[name=consent]")
    press(reporter, "form [type=submit].btn-primary")
    press(reporter, "main [name=send]")
    waiting = Report.objects.filter(items__canonical=ADDRESS, state=ReportState.TRIAGED)
    until(waiting.exclude(uploads__file_hash__matched_at=None).exists, what="triage")
    report = waiting.get()
    first_in_line(report)
    return report


def key(page: Page, *keys: str) -> None:
    """Press keys, the last of which leads to another page."""
    for each in keys[:-1]:
        page.keyboard.press(each)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def shown_exposure(page: Page) -> int:
    """The exposure of today that the page shows."""
    text = page.locator("#exposure-line b").inner_text()
    return int(text.partition("/")[0])


@pytest.mark.usefixtures("orm")
def test_by_keyboard_from_the_claim_to_the_limit_and_the_second_review(
    visit: Callable[..., Page], sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    report = reported_case(visit(javascript=False), draw_picture(tmp_path, "orange"), draw_picture(tmp_path, "purple"))
    case = f"/admin/hotline/case/{report.pk}/"
    page = sign_in("analyst1", dark=True)
    page.goto(MY_WORK)
    key(page, "n")
    assert page.url.endswith(case)
    before = shown_exposure(page)

    # Look and hide; the exposure grows where the analyst is.
    shown, blurred = page.locator("img.revealed"), page.locator("img.revealed.blurred")
    page.keyboard.press("o")
    expect(page.locator("#exposure-line b")).to_contain_text(re.compile(rf"^{before + 1} /"))
    page.keyboard.press("Shift+Digit1")
    expect(blurred).to_have_count(1)
    assert shown_exposure(page) == before + 2
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    page.keyboard.press("Shift+Digit0")
    expect(blurred).to_have_count(2)
    assert shown_exposure(page) == before + 4
    page.keyboard.press("Shift+Digit2")
    expect(blurred).to_have_count(1)
    expect(shown).to_have_count(2)
    assert shown_exposure(page) == before + 4
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    assert page.locator(".image-cover:visible button").count() == 2
    page.keyboard.press("Shift+O")
    expect(page.locator("#exposure-line b")).to_contain_text(re.compile(rf"^{before + 5} /"))
    assert AuditEvent.objects.filter(action="item.opened_elsewhere", subject_id=report.pk).count() == 1
    assert faults(page, fingers=False) == []

    # Decide: without an answer the focus is on the first error; age and gender are for abuse material.
    key(page, "Enter")
    expect(page.locator("[name=q-classification]").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator("[name=q-age]").first).to_be_visible()
    page.keyboard.press("4")
    expect(page.locator("[name=q-age]").first).to_be_hidden()
    key(page, "Enter")
    assert page.url.endswith(MY_WORK)

    # Next, and again, up to the limit.
    # Other tests leave urgent cases behind.
    highest = Report.objects.aggregate(highest=Max("priority"))["highest"]
    cases = [make_case(priority=highest + 10 - number) for number in range(4)]
    key(page, "n")
    assert page.url.endswith(f"/case/{cases[0].pk}/")
    key(page, "n")
    expect(page.locator(f"a[href$='/case/{cases[0].pk}/']")).to_be_focused()
    assert faults(page, fingers=False) == []
    key(page, "Enter")
    assert page.url.endswith(f"/case/{cases[0].pk}/")
    for held in (1, 2):
        key(page, "n")
        key(page, *["Tab"] * held, "Enter")
        assert page.url.endswith(f"/case/{cases[held].pk}/")
    key(page, "n")
    key(page, *["Tab"] * 3, "Enter")
    for each in cases[:3]:
        expect(page.locator(f".cases a[href$='/case/{each.pk}/']")).to_have_count(1)
    assert faults(page, fingers=False) == []
    assert Report.objects.get(pk=cases[3].pk).claimed_by is None

    # The second reviewer, on a phone without scripts, sees who and what only after the answer.
    second = sign_in("analyst2", javascript=False, width=360)
    Report.objects.filter(pk=report.pk).update(priority=highest + 20)
    second.goto(MY_WORK)
    press(second, "form[action='/admin/hotline/desk/take/'] button")
    assert second.url.endswith(case)
    assert "analyst1" not in second.content()
    press(second, "form[action*='/reveal/'] button[data-key^='r']")
    expect(second.locator("img.revealed.blurred")).to_have_count(1)
    press(second, "[data-hide]")
    expect(second.locator("img.revealed")).to_have_count(0)
    open_everything(second)
    second.check("[name=q-classification][value=cyberbullying]")
    press(second, "[data-assessment] [type=submit]")
    second.goto(case)
    expect(second.locator("#timeline-box")).to_contain_text("analyst1")
    # The accessibility check needs scripts.
    phone = sign_in("analyst2", width=360)
    phone.goto(case)
    assert faults(phone, fingers=False) == []
    assert Assessment.objects.get(report=report, round="second").agreed == 2
    assert ExposureCount.objects.filter(user__username="analyst2", pictures__gte=1).exists()


@pytest.mark.usefixtures("orm")
def test_an_open_case_shows_changes_by_others(sign_in: Callable[..., Page]) -> None:
    key_pair = ReporterKey.derive(generate_code(), b"s" * 16)
    report = make_case(reporter_salt=b"s" * 16, reporter_public_key=key_pair.public_bytes)
    case = f"/admin/hotline/case/{report.pk}/"
    page = sign_in("analyst1")
    claim_next(page, report)
    page.fill("#id_text", "Polovina rečenice")
    supervisor = sign_in("supervisor", javascript=False)
    supervisor.goto(case)
    supervisor.locator("#notes-box summary").click()
    supervisor.fill("#id_note", "Proveriti sutra.")
    press(supervisor, "form[action$='/note/'] button")
    expect(page.locator("#case-changed")).to_contain_text("supervisor")
    expect(page.locator("#timeline-box")).to_contain_text("supervisor")
    expect(page.locator("#id_text")).to_have_value("Polovina rečenice")
    assert faults(page, fingers=False) == []
    # Said once more before anything is sent, and the text is kept.
    press(page, "form[action$='/reply/'] button")
    expect(page.locator(".errornote")).to_contain_text("supervisor")
    expect(page.locator("#id_text")).to_have_value("Polovina rečenice")
    press(page, "form[action$='/reply/'] button")
    expect(page.locator("#id_text")).to_have_value("")
    # Taken over: the page no longer offers to decide.
    supervisor.goto(case)
    supervisor.check("form.claim [name=reason][value=urgent]")
    press(supervisor, "form.claim button")
    expect(page.locator("form.claim")).to_contain_text("supervisor")
    expect(page.locator("[data-assessment]")).to_have_count(0)


@pytest.mark.usefixtures("orm")
def test_single_key_shortcuts_can_be_switched_off(sign_in: Callable[..., Page]) -> None:
    report = make_case()
    page = sign_in("analyst1", width=360)
    claim_next(page, report)
    expect(page.locator("#content kbd").first).to_be_visible()
    page.goto("/admin/hotline/welfare/")
    page.uncheck("[name=single_keys]")
    press(page, "form[action$='/pictures/'] button")
    assert faults(page, fingers=False) == []
    page.goto(f"/admin/hotline/case/{report.pk}/")
    expect(page.locator("#content kbd:visible")).to_have_count(0)
    page.keyboard.press("5")
    page.keyboard.press("o")
    page.keyboard.press("x")
    expect(page.locator("[name=q-classification]:checked")).to_have_count(0)
    # Enter sends the answers, as in any form.
    key(page, "Enter")
    expect(page.locator("#error-classification")).to_be_visible()
    assert Report.objects.get(pk=report.pk).claimed_by is not None
