"""Tests of the priority of a report."""

import pytest

from hotline.lifecycle.transitions import update_priority
from hotline.models import Report
from hotline.priority import PriorityReason, priority_of
from hotline.states import FINAL
from tests.factories.received_reports import make_report

pytestmark = pytest.mark.django_db
CSAM, REPEATED, RULE = "csam", PriorityReason.REPEATED.value, PriorityReason.RULE.value


def stored(report: Report) -> tuple[list[str], int]:
    return Report.objects.values_list("priority_reasons", "priority").get(pk=report.pk)


def test_reasons_are_added_and_removed_with_the_priority() -> None:
    report = make_report()
    assert update_priority(report, add=[RULE, CSAM])
    # By descending weight, whatever the order of the arguments.
    assert stored(report) == ([CSAM, RULE], priority_of([CSAM, RULE])) == (report.priority_reasons, report.priority)
    assert update_priority(report, add=[REPEATED], remove=[RULE, CSAM])
    assert stored(report) == ([REPEATED], priority_of([REPEATED]))
    assert not update_priority(report, add=[REPEATED], remove=[REPEATED])
    report.danger_now = True
    update_priority(report, add=[RULE])
    assert not Report.objects.get(pk=report.pk).danger_now


def test_a_final_report_keeps_its_reasons() -> None:
    report = make_report()
    for state in FINAL:
        report.state = state
        assert not update_priority(report, add=[RULE])
    assert stored(report) == ([], 0)
