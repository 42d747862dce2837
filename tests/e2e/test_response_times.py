"""Promised times: an edit is public within a second, a report of danger is on open staff pages within five seconds."""

import secrets
import time
from collections.abc import Callable
from http.client import HTTPConnection

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from awareness.pages.models import FixedPage
from awareness.publishing.services import save_record
from clicksafely.accounts.models import User
from tests.e2e.test_alerts import end_alerts, send_danger
from tests.live_portal import Site
from tests.timing import seconds
from tests.waiting import until

pytestmark = pytest.mark.timing

PUBLIC_SECONDS = 1.0
ALERT_SECONDS = 5.0
# A page asks every four seconds. On a slow machine the bar is that pause and this many times the time of a short staff page.
POLL_SECONDS, ALERT_RATIO = 4.0, 20
SHORT_PAGE = "/admin/password_change/"


def test_a_fixed_page_that_an_editor_publishes_is_public_within_a_second(site: Site) -> None:
    def public() -> str:
        connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
        connection.request("GET", "/sr/accessibility/")
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    durations = []
    with site.orm():
        page, editor = FixedPage.objects.get(slug="accessibility"), User.objects.get(username="editor")
        before = page.lead_sr  # type: ignore[attr-defined]
        # The server asks for the version twice a second: several edits meet it at different moments.
        for words in (*(f"Увод {secrets.token_hex(8)}" for _ in range(5)), before):
            public()
            page.lead_sr = words  # type: ignore[attr-defined]
            save_record(record=page, actor=editor, now=timezone.now())
            published = time.monotonic()
            until(lambda words=words: words in public(), what="the new text")
            durations.append(time.monotonic() - published)
    assert max(durations) < PUBLIC_SECONDS, durations


def test_a_report_of_danger_is_on_an_open_staff_page_within_five_seconds(
    site: Site, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    analyst = sign_in("analyst1")
    analyst.goto("/admin/hotline/desk/")
    child = visit(javascript=False, cookies=False, width=360)
    line = analyst.locator(".alert-line")

    def short_page() -> float:
        return seconds(lambda: analyst.request.get(SHORT_PAGE, max_redirects=0), clock=time.monotonic)

    before, durations = short_page(), []
    with site.orm():
        end_alerts()
        # Reports meet the pauses of the page at different moments.
        for _report in range(3):
            expect(line).to_have_count(0)
            send_danger(child)
            sent_at = time.monotonic()
            expect(line).to_have_count(1)
            durations.append(time.monotonic() - sent_at)
            end_alerts()
    bar = max(ALERT_SECONDS, POLL_SECONDS + ALERT_RATIO * max(before, short_page()))
    assert max(durations) < bar, (bar, durations)
