"""Locations that a reporter names later become content of the case."""

import pytest

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.models import ContentItem, Report, TriageRule
from hotline.review import claims
from hotline.review.exceptions import NotClaimHolder
from hotline.states import ItemState, Queue, ReportState
from hotline.triage import location_services
from hotline.triage.location_services import NothingNew, ReviewFinished, TooManyItems, add_locations
from hotline.triage.rules import compiled_rules
from hotline.triage.services import triage_report
from hotline.triage.url_normalisation import extract_locations
from tests.factories.received_reports import NOW, make_report
from tests.hotline.review.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make_user("first", "analyst")


@pytest.fixture
def case(analyst: User) -> Report:
    """A case with two items, in the hands of `analyst`."""
    report = make_report("https://a.test/ https://b.test/")
    triage_report(report_id=report.pk, now=NOW)
    return claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)


def add(case: Report, actor: User, text: str) -> list[int]:
    return add_locations(report=case, locations=extract_locations(text).locations, actor=actor, now=NOW)


def test_new_ones_are_linked_counted_and_come_last(case: Report, analyst: User) -> None:
    other = make_report("https://c.test/")
    triage_report(report_id=other.pk, now=NOW)
    ids = add(case, analyst, "https://d.test/ https://b.test/ https://c.test/ hxxps://D.test")
    items = list(case.items.order_by("report_items__position"))
    assert [item.canonical for item in items] == [f"https://{name}.test/" for name in "abdc"]
    assert [item.pk for item in items[2:]] == ids
    assert [item.report_count for item in items] == [1, 1, 1, 2]
    assert [item.state for item in items] == [ItemState.UNASSESSED] * 4
    case.refresh_from_db()
    assert [entry["canonical"] for entry in case.locations] == [item.canonical for item in items]
    assert (case.state, case.queue, case.claimed_by) == (ReportState.IN_REVIEW, Queue.REVIEW, analyst)
    assert case.priority_reasons == ["repeated"]
    event = AuditEvent.objects.get(action="report.items_added")
    assert (event.actor_id, event.subject_id, event.data) == (analyst.pk, case.pk, {"items": ids})


def test_rules_and_serbian_addresses_count(case: Report, analyst: User) -> None:
    TriageRule.objects.create(
        kind="host",
        value="c.test",
        do_not_fetch=True,
        raise_priority=True,
        author=analyst,
        created_at=NOW,
        changed_at=NOW,
    )
    compiled_rules.clear_rule_cache()
    add(case, analyst, "https://c.test/ https://primer.rs/")
    case.refresh_from_db()
    assert case.priority_reasons == ["rule", "serbian_host"]
    assert ContentItem.objects.get(host="c.test").do_not_fetch


def test_what_is_refused_changes_nothing(case: Report, analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("https://a.test/ https://b.test/", ""):
        with pytest.raises(NothingNew):
            add(case, analyst, text)
    monkeypatch.setattr(location_services, "MAX_ITEMS", 3)
    with pytest.raises(TooManyItems):
        add(case, analyst, "https://c.test/ https://d.test/")
    with pytest.raises(NotClaimHolder):
        add(case, make_user("second", "analyst"), "https://c.test/")
    assert list(case.items.values_list("report_count", flat=True)) == [1, 1]
    assert len(add(case, analyst, "https://c.test/")) == 1
    Report.objects.update(state=ReportState.SECOND_REVIEW)
    monkeypatch.undo()
    with pytest.raises(ReviewFinished):
        add(case, analyst, "https://d.test/")
