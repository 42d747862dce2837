"""A report of danger while staff have pages open: bar, title and sound, the claim, and the bar without scripts."""

import re
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from clicksafely.common.alerts.models import Alert, AlertState
from clicksafely.devserver.procfile import running_processes
from clicksafely.healthcheck import is_ready
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import press
from tests.live_portal import Site
from tests.waiting import until

WORDS = "marker-words Неко ми прети."
MY_WORK = "/admin/hotline/desk/"
POLL = re.compile("/admin/alerts/open/$")
COUNT_TONES = """
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """The site's own database, without the open alerts of other tests."""
    with site.orm():
        end_alerts()
        yield
        end_alerts()


def end_alerts() -> None:
    open_alerts = Alert.objects.filter(state=AlertState.OPEN)
    open_alerts.update(state=AlertState.ENDED, next_step_at=None, ended_at=timezone.now())


def send_danger(page: Page) -> None:
    """Report danger through the portal, up to the receipt."""
    page.goto("/sr/report/csam/?about=me")
    page.fill("[name=what]", WORDS)
    page.check("[name=danger_now]")
    page.check("[name=consent]")
    press(page, "form [type=submit].btn-primary")
    press(page, "main [name=send]")
    expect(page.locator("#receipt")).to_be_visible()


def report_danger(page: Page) -> Alert:
    """Report danger; return the alert as soon as the worker has opened it."""
    send_danger(page)
    until(Alert.objects.filter(state=AlertState.OPEN).exists, what="the alert")
    return Alert.objects.get(state=AlertState.OPEN)


def test_an_alert_on_an_open_page_is_shown_sounded_and_claimed(
    orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    ana = sign_in("analyst1")
    ana.add_init_script(COUNT_TONES)
    ana.goto(MY_WORK)
    title = ana.title()
    expect(ana.locator(".alert-line")).to_have_count(0)
    # A click allows the sound.
    ana.locator("h1").first.click()
    boris = sign_in("analyst2", width=360, dark=True)
    boris.goto("/admin/hotline/report/")

    alert = report_danger(visit(javascript=False, cookies=False, width=360))
    polls: list[Response] = []
    ana.on("response", lambda answer: polls.append(answer) if POLL.search(answer.url) else None)
    line = ana.locator(".alert-line")
    expect(line).to_have_count(1)
    # The bar comes with the first poll that begins after the alert, and a page polls every four seconds.
    assert len(polls) <= 2
    expect(ana).to_have_title(re.compile(r"^\(1\) .+ · "))
    expect(line).to_contain_text("чека 1, после")
    assert "marker-words" not in ana.content()
    until(lambda: ana.evaluate("window.tones > 0"), what="a tone")
    expect(boris.locator(".alert-line")).to_have_count(1)
    for page in (ana, boris):
        assert faults(page, fingers=False) == []
    # Without scripts, each page load shows it.
    vera = sign_in("supervisor", javascript=False, width=360)
    vera.goto("/admin/hotline/contentitem/")
    expect(vera.locator(".alert-line")).to_be_visible()

    # The claim leaves what is half written on the page.
    ana.goto("/admin/hotline/enter/")
    field = ana.locator("main textarea:visible").first
    field.fill("half written")
    ana.locator(".alert-line button").focus()
    ana.keyboard.press("Enter")
    expect(ana.locator(".alert-line")).to_have_count(0)
    expect(ana.locator("#alert-taken a")).to_have_attribute("href", re.compile(f"{MY_WORK}$"))
    expect(ana.locator("#alert-taken a")).to_be_focused()
    expect(field).to_have_value("half written")
    expect(boris.locator(".alert-line")).to_have_count(0)
    alert.refresh_from_db()
    assert alert.claimed_by is not None
    assert alert.claimed_by.username == "analyst1"
    ana.goto(MY_WORK)
    expect(ana).to_have_title(title)
    vera.reload()
    expect(vera.locator(".alert-line")).to_have_count(0)


def test_a_claim_without_a_network_leaves_the_page_open(
    orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    ana = sign_in("analyst1")
    ana.goto("/admin/hotline/enter/")
    field = ana.locator("main textarea:visible").first
    field.fill("half written")
    alert = report_danger(visit(javascript=False, cookies=False, width=360))
    ana.route("**/admin/alerts/*/claim/", lambda route: route.abort())
    ana.locator(".alert-line button").click()
    expect(ana.locator("#alert-offline")).to_be_visible()
    expect(field).to_have_value("half written")
    ana.unroute_all()
    ana.locator(".alert-line button").click()
    expect(ana.locator("#alert-taken a")).to_be_visible()
    alert.refresh_from_db()
    assert alert.state != AlertState.OPEN


def kill_staff_web(site: Site) -> None:
    """Kill the serving processes of the staff site; their main process starts new ones."""
    staff = [process for process in running_processes(site.var_dir) if process.environ().get("PART") == "staff"]
    serving = [process for process in staff if process.parent() in staff]
    assert serving
    for process in serving:
        process.kill()
    psutil.wait_procs(serving)


def test_an_alert_and_its_bar_survive_a_crash_of_the_staff_site(
    site: Site, orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    ana = sign_in("analyst1")
    ana.goto(MY_WORK)
    kill_staff_web(site)
    alert = report_danger(visit(javascript=False, cookies=False, width=360))
    expect(ana.locator(".alert-line")).to_have_count(1, timeout=30_000)
    kill_staff_web(site)
    expect(ana.locator(".alert-line")).to_have_count(1)
    until(lambda: is_ready(site.staff_port), what="the staff site")
    ana.locator(".alert-line button").click()
    expect(ana.locator(".alert-line")).to_have_count(0)
    alert.refresh_from_db()
    assert alert.claimed_by is not None
    assert alert.claimed_by.username == "analyst1"


def test_the_sound_is_switched_off_for_this_browser(
    orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    sign_in("analyst1")
    # A browser in which nothing was clicked yet.
    ana = sign_in("analyst1")
    ana.add_init_script(COUNT_TONES)
    ana.goto(MY_WORK)
    silent = ana.locator("#alert-silent")
    expect(silent).to_be_visible()
    silent.get_by_role("button").click()
    expect(silent).to_be_hidden()

    ana.locator(".account summary").click()
    toggle = ana.locator(".account [data-alert-sound]")
    expect(toggle).to_have_accessible_name("Звук узбуне: укључен")
    toggle.click()
    expect(toggle).to_have_accessible_name("Звук узбуне: искључен")
    ana.reload()
    expect(silent).to_be_hidden()

    report_danger(visit(javascript=False, cookies=False, width=360))
    expect(ana.locator(".alert-line")).to_have_count(1)
    bar_toggle = ana.locator("#alert-sound [data-alert-sound]")
    expect(bar_toggle).to_have_accessible_name("Звук: искључен")
    assert ana.evaluate("window.tones") == 0
    bar_toggle.click()
    expect(bar_toggle).to_have_accessible_name("Звук: укључен")


def test_a_signed_out_page_shows_a_message(orm: None, sign_in: Callable[..., Page]) -> None:
    ana = sign_in("analyst1", anew=True)
    ana.goto(MY_WORK)
    ana.context.clear_cookies()
    expect(ana.locator("#alert-signed-out")).to_be_visible()
    expect(ana.locator("#alert-signed-out a")).to_have_attribute("href", "/admin/login/")
