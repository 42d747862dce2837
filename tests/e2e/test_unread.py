"""An analyst tries to decide about cases unread: alone, in bulk, as second person, in a random check and by a forged request."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.closings import offer_checks
from hotline.models import Assessment, Closing, Report, ReviewSettings
from hotline.review.claims import claim_case
from hotline.states import ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, first_in_line, open_everything, own_cases, press, ten_minutes_later
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import make_case, make_item
from tests.live_portal import Site
from tests.waiting import until

UNOPENED = "нисте све отворили"
serial = count(1)


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads and writes of the site's own database."""
    with own_cases(site):
        yield
        ReviewSettings.objects.update(checked_percent=ReviewSettings._meta.get_field("checked_percent").default)


@pytest.fixture
def report(orm: None, visit: Callable[..., Page], tmp_path: Path) -> Report:
    """A report with text, a picture and an address, in the words for children."""
    image = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(image).ellipse([(60, 20), (260, 220)], fill="teal")
    image.save(picture := tmp_path / "disc.png")
    address = f"https://unread.example.org/t/{next(serial)}"
    page = visit(javascript=False)
    page.goto("/sr/report/cyberbullying/")
    page.fill("[name=addresses]", address)
    page.fill("[name=what]", "Проба, ништа се не дешава.")
    page.set_input_files("[name=images]", picture)
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    press(page, "main [name=send]")
    found = Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED)
    until(found.exclude(uploads__file_hash__matched_at=None).exists, what="triage")
    report = found.get()
    Report.objects.filter(pk=report.pk).update(in_child_words=True)
    return report


def in_bulk(page: Page, report: Report) -> str:
    """Choose the report in the list and close it as spam; return the messages."""
    page.goto(f"/admin/hotline/report/?q={report.pk}")
    page.check(f"[name=_selected_action][value='{report.pk}']")
    page.select_option("[name=action]", "close_as_spam")
    with page.expect_navigation():
        page.locator(".actions button[type=submit]").click()
    if page.locator("[name=confirmed]").count():
        press(page, "main form [type=submit]")
    return page.locator(".messagelist").inner_text()


def forge(page: Page, path: str, form: dict[str, str]) -> int:
    """Post `form` to `path` with the token of the session, past the page; return the status."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        path, form={**form, "csrfmiddlewaretoken": token}, headers={"Referer": page.url}, max_redirects=0
    )
    return answer.status


def test_nothing_is_decided_unread(report: Report, sign_in: Callable[..., Page]) -> None:
    item = report.items.get()
    case = f"/admin/hotline/case/{report.pk}/"
    first = sign_in("analyst1", width=360)

    # In bulk.
    assert "1 предмет је изостављен: пријава детета" in in_bulk(first, report)

    # Alone, by keys.
    first_in_line(report)
    first.goto("/admin/hotline/desk/")
    with first.expect_navigation():
        first.keyboard.press("n")
    assert first.url.endswith(case)
    expect(first.locator("#unopened-box li")).to_have_count(3)
    expect(first.locator("#content-box")).not_to_contain_text(item.canonical)
    assert faults(first, fingers=False) == []
    first.keyboard.press("4")
    with first.expect_navigation():
        first.keyboard.press("Enter")
    expect(first.locator(".errornote")).to_contain_text(UNOPENED)
    expect(first.locator("[name=q-classification]:checked")).to_have_count(1)
    assert faults(first, fingers=False) == []

    # Without a verdict.
    first.click("details:has([name=state]) > summary")
    first.check("[name=state][value=outside_remit]")
    press(first, "form[action$='/set-aside/'] button")
    expect(first.locator(".errornote")).to_contain_text(UNOPENED)

    # By forged requests, also with reasons that do not fit.
    answers = {"q-classification": "not_illegal"}
    assess = f"{case}assess/{item.pk}/"
    for form in (answers, {**answers, "unopened": "text_unreadable"}, {**answers, "unopened": "picture_waiting"}):
        assert forge(first, assess, form) == 422
    assert forge(first, f"{case}set-aside/", {"state": "not_assessed"}) == 422
    assert forge(first, f"{case}set-aside/", {"state": "spam"}) == 422
    assert not Assessment.objects.filter(report=report).exists()

    # The keys open everything in place, and the answer that was chosen stays.
    first.goto(case)
    first.keyboard.press("4")
    first.keyboard.press("o")
    expect(first.locator("#item-address")).to_have_text(item.canonical)
    first.keyboard.press("Shift+Digit1")
    expect(first.locator("#unopened-box li")).to_have_count(0)
    expect(first.locator("[name=q-classification]:checked")).to_have_count(1)
    with first.expect_navigation():
        first.keyboard.press("Enter")
    assert Assessment.objects.filter(report=report).count() == 1
    openings = AuditEvent.objects.filter(subject_id=report.pk, action="address.opened", actor_id__isnull=False)
    assert openings.count() == 1

    # As second person, without scripts.
    second = sign_in("analyst2", javascript=False)
    claim_next(second, report)
    second.check("[name=q-classification][value=hate_speech]")
    press(second, "[data-assessment] [type=submit]")
    expect(second.locator(".errornote")).to_contain_text(UNOPENED)
    expect(second.locator("[name=q-classification][value=hate_speech]")).to_be_checked()
    assert forge(second, assess, {"q-classification": "hate_speech"}) == 422
    assert Assessment.objects.filter(report=report).count() == 1
    open_everything(second)
    second.check("[name=q-classification][value=hate_speech]")
    press(second, "[data-assessment] [type=submit]")
    assert Assessment.objects.filter(report=report).count() == 2


@pytest.mark.usefixtures("orm")
def test_a_random_check_is_not_given_unread(sign_in: Callable[..., Page]) -> None:
    ReviewSettings.objects.update(checked_percent=100)
    item = make_item(f"https://check.example.org/{next(serial)}")
    report, first, now = make_case(item), User.objects.get(username="analyst1"), timezone.now()
    claim_case(report_id=report.pk, actor=first, now=now)
    open_and_assess(report=report, item=item, actor=first, answers={"classification": "not_illegal"}, now=now)
    ten_minutes_later()
    offer_checks(now=timezone.now())

    second = sign_in("analyst2", width=360, javascript=False)
    second.goto("/admin/hotline/desk/")
    case = f"/admin/hotline/case/{report.pk}/"
    expect(second.locator(f"main a[href='{case}']").first).to_be_visible()
    claim_next(second, report)
    expect(second.locator("#unopened-box li")).to_have_count(1)
    second.check("[name=q-classification][value=not_illegal]")
    press(second, "[data-assessment] [type=submit]")
    expect(second.locator(".errornote")).to_contain_text(UNOPENED)
    for reasons in ({}, {"unopened": "text_unreadable"}, {"unopened": "picture_unreadable"}):
        assert forge(second, f"{case}assess/{item.pk}/", {"q-classification": "not_illegal", **reasons}) == 422
    assert Closing.objects.get(report=report).second is None
    open_everything(second)
    second.check("[name=q-classification][value=not_illegal]")
    press(second, "[data-assessment] [type=submit]")
    assert Closing.objects.values_list("second__username", "second_opened").get(report=report) == ("analyst2", True)
