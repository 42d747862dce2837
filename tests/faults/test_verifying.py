"""The comparison of what was promised with what is kept: each thing that must not be is found where it is."""

import pytest

from clicksafely.common import receipts
from tests.faults.verifying import Kept, compare, marker_of, replay
from tests.load.journal import Acknowledged, Journal

RECEIPT, OTHER = "ABCD1234EFGH5678", "ZZZZ1234EFGH5678"
GOOD = Kept(1, receipts.digest(RECEIPT), 2)


@pytest.fixture
def journal() -> Journal:
    return Journal(acknowledged=[Acknowledged("m1", RECEIPT)])


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ({"m1": [GOOD]}, (0, 0, 0, 0)),
        ({}, (1, 0, 0, 0)),
        ({"m1": [GOOD, Kept(2, receipts.digest(RECEIPT), 2)]}, (0, 1, 0, 0)),
        ({"m1": [Kept(1, receipts.digest(OTHER), 2)]}, (0, 0, 1, 0)),
        ({"m1": [Kept(1, receipts.digest(RECEIPT), 0)]}, (0, 0, 0, 1)),
    ],
)
def test_reports(journal: Journal, kept: dict[str, list[Kept]], found: tuple[int, ...]) -> None:
    assert compare(journal, [], kept) == found


def test_a_report_that_was_given_up_may_be_there_once(journal: Journal) -> None:
    journal.given_up.append("m2")
    assert compare(journal, [], {"m1": [GOOD]}) == (0, 0, 0, 0)
    assert compare(journal, [], {"m1": [GOOD], "m2": [GOOD]}) == (0, 0, 0, 0)
    assert compare(journal, [], {"m1": [GOOD], "m2": [GOOD, GOOD]}) == (0, 1, 0, 0)


def test_messages_count_as_reports(journal: Journal) -> None:
    assert compare(journal, ["m3"], {"m1": [GOOD]}) == (1, 0, 0, 0)
    assert compare(journal, ["m3"], {"m1": [GOOD], "m3": [GOOD]}) == (0, 0, 0, 0)


def test_another_receipt_the_second_time(journal: Journal) -> None:
    journal.two_receipts.append("m1")
    assert compare(journal, [], {"m1": [GOOD]}) == (0, 0, 1, 0)


def test_the_trail_is_replayed() -> None:
    taken, back, over = "report.claimed", "report.released", "report.claim_expired"
    assert replay([(1, taken), (1, back), (1, taken), (2, taken), (1, over), (1, taken)]) == 0
    assert replay([(1, taken), (2, taken), (1, taken)]) == 1


def test_a_marker_is_the_first_part_of_the_host() -> None:
    assert marker_of("https://m1.example.org/") == "m1"
