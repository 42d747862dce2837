"""The journal detects violations; a check that detects none would prove nothing."""

import pytest

from tests.clients.page_values import hidden_field, receipt_on
from tests.load.caller import outcome_of
from tests.load.journal import Answer, Hold, Journal, Outcome, double_holds

HTML = {"content-type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("holds", "doubles"),
    [
        ([], 0),
        ([Hold(1, "ana", 0, 2), Hold(1, "boris", 2, 3)], 0),
        ([Hold(1, "ana", 0, 2), Hold(2, "boris", 1, 3)], 0),
        ([Hold(1, "ana", 0, 2), Hold(1, "ana", 1, 3)], 0),
        ([Hold(1, "ana", 0, 2), Hold(1, "boris", 1, 3)], 1),
        ([Hold(1, "ana", 0, 9), Hold(2, "vera", 0, 9), Hold(1, "boris", 1, 2), Hold(1, "vera", 1, 2)], 3),
    ],
)
def test_holds_of_one_case_by_two_that_overlap(holds: list[Hold], doubles: int) -> None:
    assert double_holds(holds) == doubles


@pytest.mark.parametrize(
    ("status", "headers", "content", "outcome"),
    [
        (200, HTML, b"<main>", Outcome.FINE),
        (422, HTML, b"<html><main>", Outcome.REFUSED),
        (503, HTML, b"<html><main>", Outcome.REFUSED),
        (503, HTML, b"Service Unavailable", Outcome.BARE),
        (502, {}, b"", Outcome.BARE),
        (500, HTML, b"<html><main>", Outcome.BARE),
    ],
)
def test_designed_page_differs_from_a_bare_one(
    status: int, headers: dict[str, str], content: bytes, outcome: Outcome
) -> None:
    assert outcome_of(status, headers, content, (200,)) == outcome


def test_trouble_ends_with_the_last_request_that_was_not_served() -> None:
    journal = Journal()
    assert journal.troubled_until(7) == 7
    journal.answers += [Answer(at, "x", "/", outcome) for at, outcome in ((6, Outcome.BROKEN), (8, Outcome.FINE))]
    assert journal.troubled_until(7) == 7
    journal.answers += [Answer(9, "x", "/", Outcome.REFUSED), Answer(10, "x", "/", Outcome.FINE)]
    assert journal.troubled_until(7) == 9
    assert journal.count(Outcome.BROKEN, Outcome.REFUSED) == 2


def test_fields_of_a_page_are_read() -> None:
    assert hidden_field('<input type="hidden" name="state" value="a&amp;b">', "state") == "a&b"
    assert hidden_field("<main>", "state") is None
    assert receipt_on('<p class="receipt" id="receipt"><span>AB12</span> <span>CD34</span></p>') == "AB12CD34"
    assert receipt_on("<main>") == ""
