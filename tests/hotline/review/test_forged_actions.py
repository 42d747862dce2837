"""Forged requests to every action on a case that its holder has not opened: none decides or closes anything."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from hotline.models import Assessment, Channel, Closing, ClosingAct, ClosingState, ContentItem, Report
from hotline.review import close_without_assessment
from hotline.review.claims import claim_case
from hotline.review.openings import UnopenedReason, unopened_by
from hotline.review.reopen_services import ReopenReason, reopen_case
from hotline.states import FINAL, ItemState, Outcome, ReportState
from tests.clients.staff import Person
from tests.factories.openings import open_and_assess, open_everything
from tests.factories.staff_pages import STAFF
from tests.hotline.review.conftest import make_case, make_user
from tests.hotline.review.test_openings import make_full_case

pytestmark = pytest.mark.django_db
HATE = {"classification": "hate_speech"}
CASE = "admin/hotline/case/<int:report_id>/"
# These show something to its holder, by a logged request.
OPENINGS = {"open/", "address/<int:item_id>/", "reveal/", "reveal/<int:upload_id>/", "police-preview/<int:item_id>/"}
FORM = {
    "q-classification": "not_illegal",
    "unopened": UnopenedReason.values,
    "state": "spam",
    "kinds": ["removed"],
    "confirmed": "1",
    "outcome": "removed",
    "routes": ["police", "host"],
    "reason": "mistake",
    "category": "other",
    "site_type": "2",
    "text": "x",
    "note": "x",
}


def new() -> Report:
    return make_full_case()


def second_opinion() -> Report:
    report, first, now = make_full_case(), make_user("first", "analyst"), timezone.now()
    claim_case(report_id=report.pk, actor=first, now=now)
    open_and_assess(report=report, item=report.items.get(), actor=first, answers=HATE, now=now)
    return report


def proposed() -> Report:
    report, first, now = make_full_case(danger_now=True), make_user("first", "analyst"), timezone.now()
    claim_case(report_id=report.pk, actor=first, now=now)
    open_everything(report, by=first, now=now)
    close_without_assessment.propose_closing(report_id=report.pk, end=ReportState.SPAM, actor=first, now=now)
    return report


def reopened() -> Report:
    report = make_full_case(state=ReportState.CLOSED, outcome="not_illegal", closed_at=timezone.now(), queue=None)
    ContentItem.objects.filter(reports=report).update(state=ItemState.ENDED, outcome=Outcome.NOT_ILLEGAL)
    first = make_user("first", "analyst")
    return reopen_case(report_id=report.pk, actor=first, reason=ReopenReason.MISTAKE, now=timezone.now())


def picture_of(report: Report) -> tuple[object, ...]:
    """What a decision changes."""
    report.refresh_from_db()
    return (
        report.state in FINAL,
        report.outcome,
        report.proposed_end,
        list(report.items.values_list("state", "verdict", "outcome")),
        Assessment.objects.count(),
        list(Closing.objects.exclude(state=ClosingState.REFUSED).values_list("act", "state", "second")),
    )


@pytest.mark.parametrize("make", [new, second_opinion, proposed, reopened])
def test_no_action_decides_about_an_unopened_case(make: Callable[[], Report], boris: Person) -> None:
    report, original = make(), make_case()
    claim_case(report_id=report.pk, actor=boris.user, now=timezone.now())
    assert unopened_by(report, boris.user)
    before = picture_of(report)
    found, attempts = {}, 0
    values = {"report_id": report.pk, "item_id": report.items.get().pk}
    actions = [route.removeprefix(CASE) for route in STAFF if route.startswith(CASE)]
    for action in sorted({*actions} - OPENINGS):
        names = set(re.findall(r"<int:(\w+)>", action))
        if not names <= {"item_id"}:
            continue
        path = "/" + re.sub(r"<int:(\w+)>", lambda name: str(values[name[1]]), CASE + action)
        for state in ("spam", "duplicate", "not_assessed", "closed") if action == "set-aside/" else ("spam",):
            with transaction.atomic():
                attempts += 1
                status = boris.client.post(path, {**FORM, "state": state, "original": original.reference}).status_code
                if picture_of(report) != before and action != "set-aside/refuse/":
                    found[action, state] = (status, picture_of(report))
                transaction.set_rollback(True)
    assert attempts > 15
    assert found == {}


def test_a_group_and_the_list_close_nothing_unopened(boris: Person) -> None:
    # The second one has a picture, so the list leaves it out.
    reports = proposed(), make_full_case(channel=Channel.API)
    before = [picture_of(report) for report in reports]
    closing = Closing.objects.get(act=ClosingAct.ASIDE)
    boris.client.post("/admin/hotline/closings/confirm/", {"closing": [closing.pk]})
    page = boris.client.get("/admin/hotline/report/").content.decode()
    actions = re.findall(r'<option value="(close_as_\w+)"', page)
    assert {"close_as_spam", "close_as_outside_remit", "close_as_not_assessed"} <= {*actions}
    for action in actions:
        for across in (0, 1):
            form = {
                "action": action,
                "_selected_action": [report.pk for report in reports],
                "index": 0,
                "select_across": across,
            }
            boris.client.post("/admin/hotline/report/", form)
    assert [picture_of(report) for report in reports] == before
