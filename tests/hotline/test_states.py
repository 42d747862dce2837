"""Every pair of states: what the table says, and that a forbidden step changes nothing."""

from itertools import product

import pytest

from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.transitions import move_item, move_report
from hotline.models import ContentItem, Report
from hotline.states import (
    ItemState,
    Outcome,
    ReportState,
    item_may,
    report_may,
    report_outcome,
)
from tests.cases import failed_cases, rolled_back
from tests.hotline.review.conftest import NOW, make_case, make_item

# Written anew here, a line for each state: where a report may go from it.
REPORTS = """
    received: triaged
    triaged: in_review assessed second_review action_pending referred monitoring closed duplicate \
        spam outside_remit cannot_assess not_assessed
    in_review: triaged assessed second_review action_pending referred monitoring closed duplicate \
        spam outside_remit cannot_assess not_assessed
    assessed: second_review action_pending referred monitoring closed
    second_review: triaged action_pending referred monitoring closed duplicate spam outside_remit cannot_assess
    action_pending: referred monitoring closed
    referred: action_pending monitoring closed
    monitoring: action_pending closed
    closed: triaged anonymised
    duplicate: triaged anonymised
    spam: triaged anonymised
    outside_remit: triaged anonymised
    cannot_assess: triaged anonymised
    not_assessed: triaged anonymised
    anonymised:
"""
ITEMS = """
    unassessed: in_second_review ended
    in_second_review: assessed disputed ended
    disputed: assessed ended
    assessed: actioned
    actioned: assessed ended
    ended: assessed unassessed actioned
"""


def _pairs(table: str) -> set[tuple[str, str]]:
    lines = [line.strip().split(":") for line in table.strip().splitlines()]
    return {(old, new) for old, news in lines for new in news.split()}


REPORT_PAIRS, ITEM_PAIRS = _pairs(REPORTS), _pairs(ITEMS)
# What the database asks of a row in this state.
REPORT_COLUMNS = {
    ReportState.CLOSED: {"closed_at": NOW, "outcome": Outcome.REMOVED},
    ReportState.ANONYMISED: {"anonymised_from": "spam"},
}
ITEM_COLUMNS = {ItemState.ENDED: {"outcome": Outcome.REMOVED}}


@pytest.mark.django_db
def test_reports() -> None:
    def check(pair: tuple[ReportState, ReportState]) -> None:
        old, new = pair
        report = make_case(state=old, queue=None, **REPORT_COLUMNS.get(old, {}))
        allowed = pair in REPORT_PAIRS
        assert report_may(old, new) == allowed
        if allowed:
            move_report(report=report, to=new, actor=None, now=NOW, **REPORT_COLUMNS.get(new, {}))
        else:
            with pytest.raises(WrongState):
                move_report(report=report, to=new, actor=None, now=NOW)
        assert Report.objects.get().state == (new if allowed else old)
        events = list(AuditEvent.objects.values_list("action", "data"))
        assert events == ([("report.state", {"from": old.value, "to": new.value})] if allowed else [])

    assert failed_cases(rolled_back(check), product(ReportState, ReportState)) == {}


@pytest.mark.django_db
def test_items() -> None:
    def check(pair: tuple[ItemState, ItemState]) -> None:
        old, new = pair
        item = make_item(state=old, **ITEM_COLUMNS.get(old, {}))
        report = make_case(item)
        allowed = pair in ITEM_PAIRS
        assert item_may(old, new) == allowed
        if allowed:
            move_item(item=item, report=report, to=new, actor=None, now=NOW, **ITEM_COLUMNS.get(new, {}))
        else:
            with pytest.raises(WrongState):
                move_item(item=item, report=report, to=new, actor=None, now=NOW)
        assert ContentItem.objects.get().state == (new if allowed else old)
        events = list(AuditEvent.objects.values_list("action", "data"))
        expected = [("item.state", {"item": item.pk, "from": old.value, "to": new.value})]
        assert events == (expected if allowed else [])

    assert failed_cases(rolled_back(check), product(ItemState, ItemState)) == {}


@pytest.mark.django_db
def test_stale_transition_is_refused() -> None:
    report = make_case()
    stale = Report.objects.get()
    move_report(report=report, to=ReportState.SPAM, actor=None, now=NOW)
    with pytest.raises(WrongState):
        move_report(report=stale, to=ReportState.IN_REVIEW, actor=None, now=NOW)
    assert Report.objects.get().state == ReportState.SPAM
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ({"not_illegal"}, "not_illegal"),
        ({"not_illegal", "referred", "removed"}, "referred"),
        ({"moved", "unavailable"}, "unavailable"),
        ({"moved", "removed", "unavailable"}, "removed"),
        ({"outside_remit", "cannot_assess"}, "outside_remit"),
        ({"moved", "not_illegal"}, "moved"),
    ],
)
def test_most_informative_outcome_is_shown(outcomes: set[str], expected: str) -> None:
    assert report_outcome(outcomes) == expected
