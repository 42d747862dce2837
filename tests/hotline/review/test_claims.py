"""Holding cases. An account that holds a case cannot be deleted."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import ProtectedError
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Report, ReviewSettings
from hotline.review import claims
from hotline.review.exceptions import CaseTaken, FourEyes, NotClaimHolder
from hotline.review.tasks import release_expired_claims
from hotline.states import Queue, ReportState
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user


def test_take_next_gives_the_most_urgent_then_the_oldest(analyst: User) -> None:
    older = make_case(priority=10)
    make_case(priority=10)
    urgent = make_case(priority=200)
    assert claims.take_next(actor=analyst, now=NOW) == urgent
    claimed = claims.take_next(actor=analyst, now=NOW)
    assert claimed == older
    event = AuditEvent.objects.get(action="report.claimed", subject_id=older.pk)
    assert (event.actor_id, event.data) == (analyst.pk, {})
    older.refresh_from_db()
    assert (older.state, older.claimed_by, older.claimed_until) == (
        ReportState.IN_REVIEW,
        analyst,
        NOW + timedelta(minutes=30),
    )


def test_a_flood_comes_last_and_its_ticks_do_not(analyst: User) -> None:
    flood = make_case(priority=0, priority_reasons=["flood"])
    later = make_case(priority=0)
    danger = make_case(priority=100, priority_reasons=["danger_now", "flood"])
    ReviewSettings.objects.update(claim_limit=4)
    assert [claims.take_next(actor=analyst, now=NOW) for _case in range(4)] == [danger, later, flood, None]


def test_an_expired_claim_is_free_even_before_the_beat_finds_it(analyst: User, colleague: User, case: Report) -> None:
    claims.take_next(actor=analyst, now=NOW)
    assert claims.take_next(actor=colleague, now=NOW + timedelta(minutes=29)) is None
    assert claims.take_next(actor=colleague, now=NOW + timedelta(minutes=30)) == case


def test_a_claim_survives_a_fast_server_clock(case: Report) -> None:
    claims.claim_case(report_id=case.pk, actor=make_user("first", "analyst"), now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        second = signed_in("second", "analyst")
        assert second.client.post("/admin/hotline/desk/take/").headers["Location"] == "/admin/hotline/desk/"
        assert second.client.post(f"/admin/hotline/case/{case.pk}/claim/").status_code == 422
        release_expired_claims.apply()
    case.refresh_from_db()
    assert case.claimed_by is not None
    assert case.claimed_by.username == "first"


def test_expired_claims_return_to_the_queue(analyst: User, case: Report) -> None:
    claims.take_next(actor=analyst, now=NOW)
    assert claims.release_expired_claims(now=NOW + timedelta(minutes=29)) == 0
    assert claims.release_expired_claims(now=NOW + timedelta(minutes=30)) == 1
    case.refresh_from_db()
    assert (case.state, case.queue, case.claimed_by) == (ReportState.TRIAGED, Queue.REVIEW, None)


def test_activity_extends_a_claim(analyst: User, case: Report) -> None:
    claims.take_next(actor=analyst, now=NOW)
    later = NOW + timedelta(minutes=20)
    assert claims.extend_claim(report=case, actor=analyst, now=later)
    claim = (case.claimed_by, case.claimed_until)
    case.refresh_from_db()
    assert claim == (case.claimed_by, case.claimed_until) == (analyst, later + timedelta(minutes=30))
    assert not claims.extend_claim(report=case, actor=analyst, now=later + timedelta(minutes=31))


def test_taking_over_needs_a_reason(analyst: User, colleague: User, case: Report) -> None:
    claims.take_next(actor=analyst, now=NOW)
    for reason in ("", "because"):
        with pytest.raises(CaseTaken):
            claims.claim_case(report_id=case.pk, actor=colleague, now=NOW, reason=reason)
    claims.claim_case(report_id=case.pk, actor=colleague, now=NOW, reason="urgent")
    case.refresh_from_db()
    assert case.claimed_by == colleague
    event = AuditEvent.objects.get(action="report.taken_over")
    assert event.data == {"reason": "urgent", "previous": analyst.pk}


def test_a_case_without_work_cannot_be_claimed(analyst: User) -> None:
    with pytest.raises(WrongState):
        claims.claim_case(report_id=make_case(queue=None).pk, actor=analyst, now=NOW)
    assert claims.take_next(actor=analyst, now=NOW) is None


def test_only_the_holder_or_a_supervisor_can_release(
    analyst: User, colleague: User, supervisor: User, case: Report
) -> None:
    claims.take_next(actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        claims.release_case(report=case, actor=colleague, now=NOW)
    claims.release_case(report=case, actor=supervisor, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.claimed_by) == (ReportState.TRIAGED, None)
    with pytest.raises(NotClaimHolder):
        claims.release_case(report=case, actor=analyst, now=NOW)


def test_take_next_skips_cases_decided_meanwhile(analyst: User) -> None:
    decided = make_case(make_item(state="ended", outcome="removed"), priority=50)
    open_case = make_case()
    assert claims.take_next(actor=analyst, now=NOW) == open_case
    decided.refresh_from_db()
    assert (decided.state, decided.queue) == (ReportState.TRIAGED, None)
    assert decided.earliest_end_at


def test_arbitration_is_for_supervisors(analyst: User, supervisor: User) -> None:
    case = make_case(make_item(state="disputed"), state="second_review", queue=Queue.ARBITRATION)
    assert claims.take_next(actor=analyst, now=NOW) is None
    with pytest.raises(FourEyes):
        claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_twenty_concurrent_claims_never_share_a_case() -> None:
    cases = {make_case().pk for _ in range(12)}
    people = [make_user(f"analyst{number}", "analyst") for number in range(20)]
    start = threading.Barrier(len(people))

    def work(person: User) -> tuple[int, int] | None:
        start.wait()
        try:
            report = claims.take_next(actor=person, now=NOW)
            return (report.pk, person.pk) if report else None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        claimed = [each for each in pool.map(work, people) if each]
    assert sorted(case for case, _person in claimed) == sorted(cases)
    assert dict(claimed) == dict(Report.objects.values_list("pk", "claimed_by_id"))


@pytest.fixture
def chief(db: None) -> Person:
    """An administrator."""
    person = signed_in("chief")
    User.objects.filter(pk=person.user.pk).update(is_superuser=True)
    return person


@pytest.fixture
def held(analyst: User) -> Report:
    case = make_case()
    return claims.claim_case(report_id=case.pk, actor=analyst, now=timezone.now())


def test_an_account_is_closed_not_deleted(chief: Person, analyst: User, held: Report) -> None:
    address = f"/admin/accounts/user/{analyst.pk}/delete/"
    assert address not in chief.client.get(f"/admin/accounts/user/{analyst.pk}/change/").content.decode()
    assert chief.client.get(address).status_code == chief.client.post(address, {"post": "yes"}).status_code == 403
    chief.client.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [analyst.pk], "post": "yes"}
    )
    held.refresh_from_db()
    assert held.claimed_by == analyst


def test_a_claim_that_has_run_out_counts_until_it_is_taken_back(analyst: User, held: Report) -> None:
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(ProtectedError):
        analyst.delete()
    claims.release_expired_claims(now=later)
    analyst.delete()
    held.refresh_from_db()
    assert (held.claimed_by, held.claimed_until) == (None, None)
