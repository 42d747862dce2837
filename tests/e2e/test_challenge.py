"""The small task of a visitor over a limit: done by the device, or by the person without scripts."""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from redis import Redis

from clicksafely.common.http import limits
from clicksafely.common.http.proof_of_work import NUMBER_WORDS
from tests.live_portal import Site

WRONG = "0000 0000 0000 0000"


@pytest.fixture(autouse=True)
def _rate_limits_are_reset(site: Site) -> Iterator[None]:
    """Every visitor of these tests comes from one network: forget the others, and leave nothing to those after."""
    queue = Redis.from_url(site.env["REDIS_URL"])

    def forget() -> None:
        for key in queue.scan_iter("limit:*"):
            queue.delete(key)

    forget()
    yield
    forget()
    queue.close()


def guess(page: Page, times: int) -> None:
    """Ask for a report with a code that does not exist."""
    for _ in range(times):
        page.locator("[name=receipt]").fill(WRONG)
        with page.expect_navigation():
            page.locator("main form:has([name=receipt]) [type=submit]").click()


def test_the_device_does_it(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/report/status/")
    guess(page, limits.WRONG_RECEIPTS.limit + 1)
    box = page.locator("[data-challenge]")
    expect(box).to_be_visible()
    expect(page.locator("#challenge-answer")).to_be_hidden()
    expect(box.get_by_role("status")).to_have_text("Done. You can send now.")
    guess(page, 1)
    # The task was accepted: the code was looked up, and is wrong as before.
    expect(page.locator("main")).to_contain_text("No report has this code")


def test_a_form_sent_before_the_proof_is_ready_is_accepted(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/report/status/")
    guess(page, limits.WRONG_RECEIPTS.limit + 2)
    expect(page.locator("main")).to_contain_text("No report has this code")


@pytest.mark.parametrize("right", [True, False])
def test_without_scripts_the_person_does_it(visit: Callable[..., Page], *, right: bool) -> None:
    page = visit(javascript=False)
    page.goto("/en/report/status/")
    guess(page, limits.WRONG_RECEIPTS.limit + 1)
    expect(page.locator("[data-challenge-progress]")).to_be_hidden()
    question = re.fullmatch(r"How much is (\w+) plus (\w+)\?", page.locator("label[for=challenge-answer]").inner_text())
    assert question is not None
    total = NUMBER_WORDS.index(question[1]) + NUMBER_WORDS.index(question[2])
    page.locator("#challenge-answer").fill(NUMBER_WORDS[total] if right else str(uuid4())[:8])
    guess(page, 1)
    outcome = "No report has this code" if right else "Please do the small task first"
    expect(page.locator("main")).to_contain_text(outcome)


def test_where_no_worker_can_run_the_person_does_it(visit: Callable[..., Page]) -> None:
    page = visit()
    page.add_init_script("window.Worker = class { constructor() { throw new Error('no worker here') } }")
    page.goto("/en/report/status/")
    guess(page, limits.WRONG_RECEIPTS.limit + 1)
    expect(page.locator("#challenge-answer")).to_be_visible()
    expect(page.locator("[data-challenge] [role=status]")).to_contain_text("Please answer the question instead")
