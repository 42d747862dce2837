"""The main job, end to end: from the public form to the decision of two people and back to the reporter, and what is left in clear."""

import base64
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from playwright.sync_api import Page, StorageState, expect

from hotline.categories import CATEGORIES, CSAM
from hotline.models import Report
from hotline.states import ReportState
from tests.e2e.review_steps import claim_next, first_in_line, open_everything, press, ten_minutes_later, unfold
from tests.live_portal import Site
from tests.stored_data import file_content
from tests.waiting import until

# Each category and each language; every form in every language is filled in without a browser in tests/hotline/intake.
JOBS = [
    (CSAM.code, "sr"),
    *(
        pytest.param(*job, marks=pytest.mark.slow)
        for job in zip(
            [code for code in CATEGORIES if code != CSAM.code], itertools.cycle(["sr-latn", "en"]), strict=False
        )
    ),
]
CLOSED_WORDS = {
    "sr": "Проценили смо садржај, поступили по томе",
    "sr-latn": "Procenili smo sadržaj, postupili po tome",
    "en": "We assessed the content, took action",
}
WORDS = "МАРКЕР-РЕЧИ-7f3a9c што видех"
CONTACT = "marker-contact-5d21@example.org"
FROM_REPORTER = "marker-dopuna-91be: ima još jedna tema"
FROM_HOTLINE = "marker-odgovor-44c0: хвала, видели смо"

serial = itertools.count(1)


@pytest.fixture
def staff(
    site: Site, sign_in: Callable[..., Page], sessions: dict[tuple[str, str], StorageState]
) -> dict[str, StorageState]:
    """The sessions of two analysts and a supervisor who have signed in with their second factors."""
    names = ("analyst1", "analyst2", "supervisor")
    for name in names:
        if (site.url, name) not in sessions:
            sign_in(name)
    return {name: sessions[site.url, name] for name in names}


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield


def _fill(page: Page, address: str, *, urgent: bool) -> None:
    page.fill("[name=addresses]", f"погледајте {address.replace('https', 'hxxps')} молим вас")
    page.fill("[name=what]", WORDS)
    unfold(page)
    page.fill("[name=contact]", CONTACT)
    # The most urgent case is the next one an analyst takes, whatever else waits.
    page.set_checked("[name=danger_now]", urgent)
    page.check("[name=consent]")


def _report(page: Page, language: str, category: str, *, urgent: bool = True) -> tuple[str, str]:
    """Walk the five steps; returns the receipt and the canonical address."""
    address = f"https://forum.example.org/t/{category}-{language}-{next(serial)}"
    page.goto(f"/{language}/report/")
    press(page, f"a[href='/{language}/report/{category}/']")
    _fill(page, address, urgent=urgent)
    press(page, "form [type=submit].btn-primary")
    assert address in page.content()
    press(page, "main [name=send]")
    receipt = " ".join(page.locator("#receipt").inner_text().split())
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    assert page.url.endswith(f"/{language}/report/sent/")
    return receipt, address


def _triaged_report(address: str) -> Report:
    """The report, once triage has linked its address."""
    found = Report.objects.filter(items__canonical=address, state=ReportState.TRIAGED)
    until(found.exists, what="triage")
    return found.get()


def _assess(page: Page) -> None:
    open_everything(page)
    page.check("[name=q-classification][value=hate_speech]")
    press(page, "[data-assessment] [type=submit]")


@pytest.mark.parametrize(("category", "language"), JOBS)
def test_a_report_is_decided_by_two_and_its_reporter_sees_the_result(
    site: Site,
    orm: None,
    visit: Callable[..., Page],
    staff: dict[str, StorageState],
    language: str,
    category: str,
) -> None:
    reporter = visit(javascript=False, cookies=False, width=360)
    receipt, address = _report(reporter, language, category)
    assert reporter.context.cookies() == []
    report = _triaged_report(address)

    first = visit(javascript=False, storage_state=staff["analyst1"])
    claim_next(first, report)
    assert WORDS not in first.content()
    press(first, "form[action$='/open/'] button")
    assert WORDS in first.content()
    assert CONTACT in first.content()
    first.fill("[name=text]", FROM_HOTLINE)
    press(first, "form[action$='/reply/'] button")
    _assess(first)

    second = visit(javascript=False, storage_state=staff["analyst2"])
    claim_next(second, report)
    _assess(second)
    second.click(".manual-action > summary")
    second.check("[name=kinds][value=police]")
    press(second, "form[action*='/act/'] button")

    ten_minutes_later()
    reporter.goto(f"/{language}/report/status/")
    reporter.fill("[name=receipt]", receipt.lower().replace(" ", "-"))
    press(reporter, "form [type=submit]")
    page = reporter.locator("main").inner_text()
    assert CLOSED_WORDS[language] in page
    assert FROM_HOTLINE in page
    reporter.fill("[name=text]", FROM_REPORTER)
    press(reporter, "[name=act][value=message]")
    assert FROM_REPORTER in reporter.locator("main").inner_text()
    assert reporter.context.cookies() == []

    claim_next(second, report)
    press(second, "form[action$='/open/'] button")
    assert FROM_REPORTER in second.content()
    press(second, "form[action$='/close-again/'] button")
    report.refresh_from_db()
    assert (report.state, report.outcome, report.has_news) == (ReportState.CLOSED, "referred", False)


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus, as a person without a mouse does."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def _press_and_wait(page: Page, key: str, url: str | re.Pattern[str]) -> None:
    """Press a key that leads to another page, and arrive."""
    with page.expect_navigation(url=url):
        page.keyboard.press(key)


@pytest.mark.slow
def test_the_same_by_keyboard_with_scripts(
    site: Site, orm: None, visit: Callable[..., Page], staff: dict[str, StorageState]
) -> None:
    address = f"https://forum.example.org/t/keyboard-{next(serial)}"
    reporter = visit()
    reporter.goto("/sr/report/")
    _tab_to(reporter, "a[href='/sr/report/cyberbullying/']")
    _press_and_wait(reporter, "Enter", "**/report/cyberbullying/")
    for name, text in (("addresses", address), ("what", WORDS), ("contact", CONTACT)):
        if name == "contact":
            _tab_to(reporter, "details:has([name=contact]) > summary")
            reporter.keyboard.press("Enter")
        _tab_to(reporter, f"[name={name}]")
        reporter.keyboard.type(text)
        if name == "what":
            _tab_to(reporter, "[name=danger_now]")
            reporter.keyboard.press("Space")
    _tab_to(reporter, "[name=consent]")
    reporter.keyboard.press("Space")
    _tab_to(reporter, "main [type=submit].btn-primary")
    _press_and_wait(reporter, "Enter", "**/report/cyberbullying/")
    _tab_to(reporter, "main [name=send]")
    _press_and_wait(reporter, "Enter", "**/report/sent/")
    receipt = " ".join(reporter.locator("#receipt").inner_text().split())
    report = _triaged_report(address)

    for username, last in (("analyst1", False), ("analyst2", True)):
        staff_page = visit(storage_state=staff[username])
        first_in_line(report)
        staff_page.goto("/admin/hotline/desk/")
        _press_and_wait(staff_page, "n", f"**/case/{report.pk}/")
        staff_page.keyboard.press("o")
        expect(staff_page.locator("#words-box")).to_contain_text(WORDS)
        for key in "4qa":
            staff_page.keyboard.press(key)
        _press_and_wait(staff_page, "Enter", re.compile(r"/admin/hotline/"))
        if last:
            staff_page.keyboard.press("0")
            _tab_to(staff_page, "[name=kinds][value=host]")
            staff_page.keyboard.press("Space")
            _press_and_wait(staff_page, "Enter", "**/admin/hotline/desk/")

    ten_minutes_later()
    reporter.goto("/sr/report/status/")
    _tab_to(reporter, "[name=receipt]")
    reporter.keyboard.type(receipt)
    _press_and_wait(reporter, "Enter", "**/report/case/")
    assert "тражили" in reporter.locator("main").inner_text()
    report.refresh_from_db()
    assert report.state == ReportState.CLOSED


def _spellings(marker: str) -> set[bytes]:
    """A marker as it might lie in a file: UTF-8, UTF-16, escaped as JSON, in hex; base64 at each of its three offsets."""
    raw = marker.encode()
    forms = {raw, marker.encode("utf-16-le"), marker.encode("unicode_escape"), raw.hex().encode()}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        forms.add(encoded[4 if offset else 0 : len(encoded) - 4])
    return forms


def _everything_stored(site: Site) -> Iterator[tuple[str, bytes]]:
    """Each table as text, each file of the site, each key of the queue, all that was logged."""
    with psycopg2.connect(site.env["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(stored)::text FROM {table} AS stored")  # noqa: S608 - the database's own names
            yield f"table {table}", "\n".join(row for (row,) in cursor.fetchall()).encode()
    queue = redis.Redis.from_url(site.env["REDIS_URL"])
    for key in queue.scan_iter():
        yield f"key {key!r}", key + (queue.dump(key) or b"")
    for path in Path(site.var_dir).rglob("*"):
        if "static" not in path.relative_to(site.var_dir).parts:
            yield f"file {path}", file_content([path])
    yield "log", site.log.getvalue().encode()


def test_nothing_of_the_reporter_is_stored_in_clear(site: Site, orm: None, visit: Callable[..., Page]) -> None:
    reporter = visit(javascript=False, cookies=False)
    receipt, address = _report(reporter, "sr", "other", urgent=False)
    _triaged_report(address)
    reporter.goto("/sr/report/status/")
    reporter.fill("[name=receipt]", receipt)
    press(reporter, "form [type=submit]")
    reporter.fill("[name=text]", FROM_REPORTER)
    press(reporter, "[name=act][value=message]")

    letters = receipt.replace(" ", "")
    markers = [WORDS[:18], CONTACT, FROM_REPORTER[:18], FROM_HOTLINE[:18], letters, receipt, "-".join(receipt.split())]
    stored = dict(_everything_stored(site))
    found = [
        (place, marker)
        for place, content in stored.items()
        for marker in markers
        for spelling in _spellings(marker)
        if spelling in content or spelling.upper() in content
    ]
    assert found == []
    # The search itself works: what is clear by design is found.
    assert [place for place, content in stored.items() if address.encode() in content] != []


@pytest.mark.slow
def test_keys_work_on_a_cyrillic_layout(visit: Callable[..., Page], staff: dict[str, StorageState]) -> None:
    staff_page = visit(storage_state=staff["supervisor"])
    staff_page.goto("/admin/hotline/desk/")
    with staff_page.expect_navigation():
        staff_page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'н', code: 'KeyN', bubbles: true}))"
        )
    assert "/admin/hotline/" in staff_page.url
