"""Triage of received reports."""

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations, product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.categories import CATEGORIES, CSAM, HATE_SPEECH, SEXUAL_ABUSE
from hotline.hosting.site_type_rules import guess_site_type
from hotline.lifecycle.follow_items import update_waiting_reports
from hotline.models import ContentItem, LocationKind, Report
from hotline.priority import CATEGORY_REASONS, URGENT, WEIGHTS, PriorityReason, alert_of, is_urgent, priority_of
from hotline.review.claims import claim_case
from hotline.states import ItemState, Outcome, Queue, ReportState
from hotline.triage.rules import compiled_rules
from hotline.triage.services import sweep_received, triage_report
from hotline.triage.url_normalisation import app_location
from tests.factories.received_reports import NOW, RECEIVED, make_report
from tests.hotline.review.conftest import make_user

pytestmark = pytest.mark.django_db
SHARED = "https://forum.example.org/a"


def _triage(report: Report) -> Report:
    assert triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    return report


def _item(canonical: str = SHARED) -> ContentItem:
    return ContentItem.objects.get(canonical=canonical)


def test_a_new_address_is_queued_for_review_and_recorded_to_the_hour() -> None:
    report = _triage(make_report("https://www.primer.org/a?utm_source=x", danger_now=True))
    assert (report.state, report.queue, report.outcome, report.closed_at) == ("triaged", "review", "", None)
    item = report.items.get()
    assert (item.kind, item.canonical) == (LocationKind.URL, "https://www.primer.org/a")
    assert (item.host, item.registrable_domain) == ("www.primer.org", "primer.org")
    assert (item.state, item.report_count, item.first_reported_at) == (ItemState.UNASSESSED, 1, RECEIVED)
    event = AuditEvent.objects.get(action="report.triaged")
    assert (event.subject_id, event.actor_id, event.at) == (report.pk, None, RECEIVED)
    assert event.data == {"items": [item.pk], "priority": 200}


def test_items_keep_the_order_of_the_reporter() -> None:
    report = make_report("https://c.test/ https://a.test/ https://b.test/")
    report.locations.append(app_location("discord", "@Ana").as_dict())
    report.save()
    _triage(report)
    names = report.items.order_by("report_items__position").values_list("kind", "canonical")
    assert list(names) == [
        ("url", "https://c.test/"),
        ("url", "https://a.test/"),
        ("url", "https://b.test/"),
        ("app", "app:discord/ana"),
    ]


def test_a_report_without_an_address_has_an_item_of_its_own() -> None:
    first, second = _triage(make_report("")), _triage(make_report(""))
    assert first.queue == second.queue == Queue.REVIEW
    assert first.items.get().canonical == f"described:{first.uuid}"
    assert first.items.get() != second.items.get()
    assert first.items.get().kind == LocationKind.DESCRIBED


@pytest.mark.parametrize("state", [ReportState.TRIAGED, ReportState.IN_REVIEW, ReportState.SPAM])
def test_only_received_reports_are_triaged(state: ReportState) -> None:
    report = make_report(state=state)
    assert not triage_report(report_id=report.pk, now=NOW)
    assert not report.items.exists()


@pytest.mark.parametrize(
    ("addresses", "columns", "reasons"),
    [
        ("https://example.org/", {}, []),
        ("https://example.org/", {"danger_now": True}, ["danger_now"]),
        ("https://example.org/", {"category": CSAM.code}, ["csam"]),
        ("https://example.org/", {"category": HATE_SPEECH.code}, []),
        ("https://example.org/ https://primer.rs/", {}, ["serbian_host"]),
        (
            "https://primer.rs/",
            {"category": CSAM.code, "danger_now": True, "about_me": True},
            ["danger_now", "about_me", "csam", "serbian_host"],
        ),
    ],
)
def test_reasons_add_up_to_the_priority(addresses: str, columns: dict[str, object], reasons: list[str]) -> None:
    report = _triage(make_report(addresses, **columns))
    assert report.priority_reasons == reasons
    assert report.priority == sum(WEIGHTS[code] for code in reasons) + URGENT * is_urgent(reasons)


@pytest.mark.parametrize(
    ("columns", "reasons", "priority"),
    [
        ({"category": CSAM.code}, ["csam", "serbian_host", "flood"], 0),
        ({"danger_now": True}, ["danger_now", "serbian_host", "flood"], WEIGHTS[PriorityReason.DANGER_NOW] + URGENT),
        ({"about_me": True}, ["about_me", "serbian_host", "flood"], WEIGHTS[PriorityReason.ABOUT_ME]),
    ],
)
def test_in_a_flood_only_the_ticks_count(columns: dict[str, object], reasons: list[str], priority: int) -> None:
    report = _triage(make_report("https://primer.rs/", priority_reasons=["flood"], **columns))
    assert (report.queue, report.priority_reasons, report.priority) == (Queue.REVIEW, reasons, priority)
    # A later match of a file counts, because a sender cannot invent it. A victim whose picture is known is at risk.
    matched = [*reasons, "hash_match"]
    more = URGENT * (is_urgent(matched) - is_urgent(reasons))
    assert priority_of(matched) == priority + WEIGHTS[PriorityReason.HASH_MATCH] + more


def test_the_priority_separates_urgent_cases_from_others() -> None:
    """All sets of reasons that a case can have: it is urgent if it raises an alert, and only then its priority reaches URGENT."""
    assert set(WEIGHTS) == set(PriorityReason) | {category.code for category in CATEGORIES.values() if category.weight}
    assert list(WEIGHTS.values()) == sorted(WEIGHTS.values(), reverse=True)
    for category, size in product(["", *CATEGORY_REASONS], range(len(PriorityReason) + 1)):
        for others in map(set[str], combinations(PriorityReason, size)):
            reasons = others | ({category} - {""})
            # What is reported as abuse needs no suspicion of a picture.
            if category in SEXUAL_ABUSE and PriorityReason.SUSPECTED in reasons:
                continue
            assert is_urgent(reasons) == (alert_of(reasons) != "") == (priority_of(reasons) >= URGENT), reasons
            if PriorityReason.DANGER_NOW not in reasons:
                assert priority_of(reasons) < priority_of([PriorityReason.DANGER_NOW]), (
                    f"Reduce the weight of {category!r} in hotline/categories.py: {sorted(reasons)} come before a child in danger."
                )


def test_the_second_report_of_an_item_raises_both() -> None:
    first = _triage(make_report(category=CSAM.code))
    second = _triage(make_report("hxxps://FORUM.example[.]org/a#x https://other.test/"))
    first.refresh_from_db()
    assert _item().report_count == 2
    assert (first.priority_reasons, first.priority) == (["csam", "repeated"], 32)
    assert (second.priority_reasons, second.priority) == (["repeated"], 10)
    third = _triage(make_report())
    first.refresh_from_db()
    assert (third.priority_reasons, first.priority, _item().report_count) == (["repeated"], 32, 3)


def test_claimed_case_keeps_its_priority() -> None:
    first = _triage(make_report())
    claim_case(report_id=first.pk, actor=make_user("first", "analyst"), now=NOW)
    _triage(make_report())
    first.refresh_from_db()
    assert first.priority_reasons == []


@pytest.mark.parametrize(
    ("state", "follows"),
    [
        ("in_second_review", ReportState.TRIAGED),
        ("assessed", ReportState.TRIAGED),
        ("actioned", ReportState.MONITORING),
    ],
)
def test_a_report_with_an_undecided_item_has_no_queue(state: str, follows: ReportState) -> None:
    _triage(make_report())
    ContentItem.objects.update(state=state)
    report = _triage(make_report())
    assert (report.state, report.queue, report.outcome) == (follows, None, "")


@pytest.mark.parametrize("outcome", [Outcome.REMOVED, Outcome.NOT_ILLEGAL])
def test_a_decided_item_ends_the_report_with_its_outcome_on_a_date_of_its_own(outcome: Outcome) -> None:
    _triage(make_report())
    ContentItem.objects.update(state=ItemState.ENDED, outcome=outcome)
    report = _triage(make_report())
    assert (report.state, report.queue, report.outcome) == (ReportState.TRIAGED, None, "")
    end = report.earliest_end_at
    assert end
    assert end > RECEIVED + timedelta(minutes=90)
    assert update_waiting_reports(now=end - timedelta(minutes=1)) == 0
    assert update_waiting_reports(now=end) == 1
    report.refresh_from_db()
    assert (report.state, report.queue, report.outcome) == (ReportState.CLOSED, None, outcome)
    assert (report.closed_at, report.earliest_end_at) == (end, None)
    events = AuditEvent.objects.filter(subject_id=report.pk).order_by("id").values_list("action", "at", "data__to")
    assert list(events) == [("report.triaged", RECEIVED, None), ("report.state", end, "closed")]


@pytest.mark.parametrize(
    ("state", "tick"),
    [
        (ItemState.IN_SECOND_REVIEW, "danger_now"),
        (ItemState.ASSESSED, "about_me"),
        (ItemState.ENDED, "danger_now"),
        (ItemState.ENDED, "about_me"),
    ],
)
def test_the_words_of_a_person_in_distress_are_read_although_the_address_is_decided(state: str, tick: str) -> None:
    _triage(make_report())
    ContentItem.objects.update(state=state, outcome=Outcome.REMOVED if state == ItemState.ENDED else "")
    report = _triage(make_report(**{tick: True}))
    assert (report.state, report.queue) == (ReportState.TRIAGED, Queue.REVIEW)
    kinds = report.report_items.order_by("position").values_list("item__kind", "item__state")
    assert list(kinds) == [(LocationKind.URL, state), (LocationKind.DESCRIBED, ItemState.UNASSESSED)]


def test_the_strongest_outcome_counts_when_all_items_are_decided() -> None:
    _triage(make_report("https://a.test/ https://b.test/"))
    ContentItem.objects.filter(host="a.test").update(state=ItemState.ENDED, outcome=Outcome.NOT_ILLEGAL)
    waiting = _triage(make_report("https://a.test/ https://b.test/"))
    assert (waiting.state, waiting.queue, waiting.outcome) == (ReportState.TRIAGED, Queue.REVIEW, "")
    ContentItem.objects.filter(host="b.test").update(state=ItemState.ENDED, outcome=Outcome.REMOVED)
    report = _triage(make_report("https://a.test/ https://b.test/"))
    update_waiting_reports(now=NOW + timedelta(days=21))
    report.refresh_from_db()
    assert (report.state, report.outcome) == (ReportState.CLOSED, Outcome.REMOVED)


def test_the_number_of_queries_does_not_grow() -> None:
    report = make_report(" ".join(f"https://{number}.example.org/" for number in range(3)))
    guess_site_type("example.org", "https://example.org/")  # has the hints read, which every process does now and then
    compiled_rules.current_rules()  # and the rules
    with CaptureQueriesContext(connection) as captured:
        triage_report(report_id=report.pk, now=NOW)
    statements = [query["sql"].split()[0] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert statements == ["SELECT", "INSERT", "WITH", "WITH"]


def test_a_report_that_cannot_be_read_stays_whole_and_does_not_stop_the_sweep(caplog: pytest.LogCaptureFixture) -> None:
    good, bad, better = make_report("https://a.test/"), make_report(), make_report("https://b.test/")
    Report.objects.filter(pk=bad.pk).update(locations=[{"kind": "url", "canonical": "no address"}])
    with caplog.at_level(logging.ERROR, logger="hotline.triage.services"):
        assert sweep_received(now=NOW, seconds=300) == 2
    states = Report.objects.order_by("pk").values_list("pk", "state")
    assert list(states) == [(good.pk, "triaged"), (bad.pk, "received"), (better.pk, "triaged")]
    assert [record.report_id for record in caplog.records] == [bad.pk]
    assert not bad.items.exists()


def test_the_sweep_takes_the_oldest_first_and_ends_in_time() -> None:
    reports = [make_report(f"https://{number}.test/") for number in range(3)]
    assert sweep_received(now=NOW, seconds=0) == 1
    states = Report.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["triaged", "received", "received"]
    assert sweep_received(now=NOW, seconds=300) == len(reports) - 1
    assert sweep_received(now=NOW, seconds=300) == 0


@pytest.mark.django_db(transaction=True)
def test_locked_report_is_skipped() -> None:
    report = make_report()
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Report.objects.select_for_update().get(pk=report.pk)
        assert not pool.submit(_in_thread, report.pk).result()
    assert triage_report(report_id=report.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_on_the_same_report_are_one() -> None:
    report = make_report()
    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(_in_thread, [report.pk] * 20))
    assert sum(results) == 1
    assert (_item().report_count, AuditEvent.objects.filter(action="report.triaged").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_reports_of_the_same_items_in_any_order_never_block_each_other() -> None:
    hosts = [f"https://{number}.test/" for number in range(12)]
    reports = []
    for _ in range(40):
        random.shuffle(hosts)
        reports.append(make_report(" ".join(hosts)).pk)
    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(_in_thread, reports))
    assert set(ContentItem.objects.values_list("report_count", flat=True)) == {40}


@pytest.mark.django_db(transaction=True)
def test_triage_does_not_deadlock_with_a_review() -> None:
    """Review locks a case and then its item. Triage locks the item and then needs the case."""
    case = make_report()
    triage_report(report_id=case.pk, now=NOW)
    later = make_report()
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Report.objects.select_for_update().get(pk=case.pk)
        assert pool.submit(_in_thread, later.pk).result(timeout=60)
        ContentItem.objects.select_for_update().get(canonical=SHARED)
    case.refresh_from_db()
    assert (case.priority_reasons, _item().report_count) == ([], 2)


def _in_thread(report_id: int) -> bool:
    try:
        return triage_report(report_id=report_id, now=timezone.now())
    finally:
        connection.close()
