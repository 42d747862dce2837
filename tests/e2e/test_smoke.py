"""The portal answers as a whole: every process of it, to a browser."""

from collections.abc import Callable
from typing import cast

import pytest
from playwright.sync_api import Page

from clicksafely.common.queue import heartbeat
from tests.waiting import until


def test_the_portal_is_ready(visit: Callable[..., Page]) -> None:
    page = visit()

    def state() -> dict[str, str]:
        return cast(dict[str, str], page.request.get("/readyz").json())

    until(lambda: set(state().values()) == {"ok"}, what="each part's sign of life")
    assert set(state()) == {"database", "broker", "key_ring", "migrations", "disk", *heartbeat.HEARTBEATS}


@pytest.mark.parametrize(("cookies", "expected"), [(True, "planted=1"), (False, "")])
def test_a_browser_with_blocked_cookies_stores_none(visit: Callable[..., Page], cookies: bool, expected: str) -> None:
    page = visit(cookies=cookies)
    page.goto("/sr/")
    page.evaluate("document.cookie = 'planted=1'")
    assert page.evaluate("document.cookie") == expected


def test_a_browser_without_scripts_runs_none(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/sr/")
    assert page.locator("h1").count() == 1
