"""A child in danger who has no link: from the start page to the status, and what an analyst can do with such a report."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from hotline.models import LocationKind, Referral, Report, Route
from hotline.states import ReportState
from tests.e2e.audit.keyboard import walk
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, open_everything, press
from tests.live_portal import Site
from tests.waiting import until

WORDS = "Неко ми прети да ће послати моју слику целом разреду."
APP = "Било је на Дискорду, у групи са игрицама."
TITLES = {"sr": "Моја пријава", "sr-latn": "Moja prijava", "en": "My report"}
RECEIVED = {"sr": "Твоја пријава је стигла", "sr-latn": "Tvoja prijava je stigla", "en": "Your report has arrived"}
NO_LINK = {
    "sr": "Немаш линк? У реду је",
    "sr-latn": "Nemaš link? U redu je",
    "en": "No link? That is fine",
}
FORMAL = re.compile(r"\b(Вам|Вас|Ваш\w*|Vam|Vas|Vaš\w*|\w+ите|\w+ite)\b")


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


def arrive(page: Page, language: str) -> None:
    """Come from the portal's start page to the form, without a link, by the first choice at each step."""
    page.goto(f"/{language}/")
    press(page, f"main a[href='/{language}/report/?about=me']")
    press(page, f"main a[href='/{language}/report/csam/?about=me']")


def send_report(page: Page, language: str) -> str:
    """Walk from the portal's start page to the receipt with words alone, and return the receipt."""
    arrive(page, language)
    page.fill("[name=what]", WORDS)
    page.check("[name=danger_now]")
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    assert WORDS in page.locator("main").inner_text()
    assert page.locator(".invalid-feedback").count() == 0
    press(page, "main [name=send]")
    receipt = " ".join(page.locator("#receipt").inner_text().split())
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    return receipt


@pytest.mark.parametrize(("language", "javascript"), [("sr", False), ("sr-latn", True), ("en", True)])
def test_a_child_can_report_without_a_link(visit: Callable[..., Page], language: str, javascript: bool) -> None:
    page = visit(javascript=javascript, cookies=False, width=360)
    receipt = send_report(page, language)
    main = page.locator("main")
    # The numbers to call come before the code, and what would help after it.
    first = main.locator(".call-button").first
    expect(first).to_have_attribute("href", "tel:192")
    expect(main).to_contain_text(NO_LINK[language])
    assert first.bounding_box()["y"] < page.locator("#receipt").bounding_box()["y"]  # type: ignore[index]

    press(page, "main .btn-primary")
    page.fill("[name=receipt]", receipt)
    press(page, "main form [type=submit]")
    expect(main.locator("h1")).to_have_text(TITLES[language])
    expect(main).to_contain_text(RECEIVED[language])
    expect(main).to_contain_text(NO_LINK[language])
    expect(main.locator(".call-line a[href='tel:116111']").first).to_be_visible()
    assert language == "en" or not FORMAL.search(main.inner_text())

    page.fill("[name=text]", APP)
    press(page, "[name=act][value=message]")
    expect(main).to_contain_text(APP)
    expect(main).not_to_contain_text(NO_LINK[language])
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["sr", "en"])
def test_each_step_of_the_child_is_clean_by_keyboard_and_axe(visit: Callable[..., Page], language: str) -> None:
    page = visit(width=360)
    steps = []

    def examine() -> None:
        steps.append(page.locator("h1").inner_text())
        assert (faults(page), walk(page)[0]) == ([], []), page.url

    page.goto(f"/{language}/report/")
    examine()
    arrive(page, language)
    examine()
    press(page, "form [type=submit].btn-primary")
    expect(page.locator(".error-summary")).to_be_visible()
    examine()
    page.fill("[name=what]", WORDS)
    page.check("[name=danger_now]")
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    examine()
    press(page, "main [name=send]")
    examine()
    assert len(set(steps)) == 4


def test_the_form_is_usable_by_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=360)
    arrive(page, "sr")
    page.focus("[name=what]")
    page.keyboard.type(WORDS)
    fold = page.locator("details.fold").last
    expect(fold.locator("[name=contact]")).not_to_be_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("neko@example")
    page.focus("[name=consent]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # The fold with the error is open.
    expect(page.locator("[name=contact]")).to_be_visible()
    expect(page.locator("#id_contact_error")).to_be_visible()
    expect(page.locator("[name=what]")).to_have_value(WORDS)


def test_an_analyst_sends_it_to_the_police_and_adds_an_address(
    orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    earlier_ids = set(Report.objects.values_list("pk", flat=True))
    send_report(visit(javascript=False, width=360), "sr")
    found = Report.objects.exclude(pk__in=earlier_ids).filter(state=ReportState.TRIAGED, danger_now=True, locations=[])
    until(found.exists, what="triage")
    report = found.get()
    staff_page = sign_in("analyst1", javascript=False)
    claim_next(staff_page, report)
    [described] = report.items.all()
    assert described.kind == LocationKind.DESCRIBED
    press(staff_page, "form[action$='/open/'] button")
    assert WORDS in staff_page.content()

    staff_page.click("details:has(form[action*='/danger/']) > summary")
    staff_page.fill("[name=reason]", "Претња траје.")
    press(staff_page, "form[action*='/danger/'] button")
    referral = Referral.objects.get(report=report)
    assert (referral.route, referral.urgent, referral.item) == (Route.POLICE, True, described)

    address = "https://forum.example.org/t/added-by-the-analyst"
    staff_page.click("details:has(#id_addresses) > summary")
    staff_page.fill("#id_addresses", address)
    press(staff_page, "details:has(#id_addresses) button")
    assert list(report.items.order_by("report_items__position").values_list("canonical", flat=True))[1] == address
    # Both are assessed, each by itself, and the case ends.
    for place in (1, 2):
        staff_page.goto(f"/admin/hotline/case/{report.pk}/?item={place}")
        open_everything(staff_page)
        staff_page.check("[name=q-classification][value=hate_speech]")
        staff_page.check("[name=q-age][value=not_determined]")
        staff_page.check("[name=q-gender][value=undetermined]")
        press(staff_page, "[data-assessment] [type=submit]")
    report.refresh_from_db()
    assert report.state == ReportState.SECOND_REVIEW
