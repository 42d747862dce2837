"""Tests of lease, back-off, rest and give-up of outgoing queues, on rows of e-mail to reporters."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from clicksafely.celery import app
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded
from hotline.models import OutgoingKind, OutgoingMail
from hotline.outbox import queue
from tests.factories.hotline import RECEIVED, ReportFactory

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Every task that sends rows of a queue.
TASKS = (
    *("hotline.send_mail", "hotline.send_notices", "hotline.send_police_packages", "hotline.sync_iccam"),
    "events.send_emails",
)


def waiting() -> OutgoingMail:
    """A message due at RECEIVED."""
    return queue.queue_mail(report=ReportFactory(), kind=OutgoingKind.NEWS, to="ana@sender.example", now=RECEIVED)


def claim(now: object = RECEIVED) -> OutgoingMail | None:
    return outgoing.claim(OutgoingMail.objects.all(), now=now)  # type: ignore[arg-type]


def columns(row: OutgoingMail) -> tuple[object, ...]:
    row.refresh_from_db()
    return row.due_at, row.attempts, row.failing_since, row.error


def test_no_lease_expires_while_its_task_may_run() -> None:
    app.loader.import_default_modules()
    for name in TASKS:
        assert timedelta(seconds=app.tasks[name].time_limit) < outgoing.LEASE, name


def test_pauses_double_up_to_an_hour_and_are_shortened_by_chance() -> None:
    for attempts, minutes in ((1, 2), (2, 4), (5, 32), (6, 60), (30_000, 60)):
        delays = {outgoing.retry_delay(attempts) for _ in range(20)}
        assert all(0.8 * minutes * MINUTE <= pause <= minutes * MINUTE for pause in delays)
        assert len(delays) > 1


@pytest.mark.django_db
def test_a_claimed_row_is_leased_and_claimed_again_after_the_lease() -> None:
    row = waiting()
    assert claim(RECEIVED - MINUTE) is None
    assert claim() == row
    assert columns(row) == (RECEIVED + outgoing.LEASE, 1, None, "interrupted")
    assert claim(RECEIVED + outgoing.LEASE - MINUTE) is None
    assert claim(RECEIVED + outgoing.LEASE) == row


@pytest.mark.django_db
def test_a_late_result_of_a_row_that_was_claimed_again_is_not_stored() -> None:
    waiting()
    first = claim()
    second = claim(RECEIVED + outgoing.LEASE)
    assert first
    assert second
    before = columns(OutgoingMail.objects.get())
    assert not outgoing.finish(first, state="sent", sealed=None)
    assert not outgoing.retry(first, SendError("deferred"), now=RECEIVED)
    assert columns(OutgoingMail.objects.get()) == before
    assert outgoing.finish(second, state="sent", sealed=None)
    assert columns(second) == (None, 2, None, "")


@pytest.mark.django_db
def test_a_row_that_is_requeued_during_an_attempt_starts_anew() -> None:
    row = waiting()
    attempt = claim()
    assert attempt
    assert outgoing.requeue(OutgoingMail.objects.filter(pk=row.pk), now=RECEIVED + MINUTE)
    again = claim(RECEIVED + MINUTE)
    assert again
    # The new attempt has the same number as the superseded one.
    assert again.attempts == attempt.attempts
    assert not outgoing.finish(attempt, state="failed", error="deferred", sealed=None)
    assert outgoing.finish(again, state="sent", sealed=None)


@pytest.mark.django_db
def test_the_server_may_request_a_longer_pause() -> None:
    row = waiting()
    attempt = claim()
    assert attempt
    assert outgoing.retry(attempt, SendError("busy", server=True, wait=3600), now=RECEIVED)
    assert columns(row) == (RECEIVED + timedelta(hours=1), 1, RECEIVED, "busy")


@pytest.mark.django_db
def test_errors_of_the_server_rest_the_queue_and_others_do_not() -> None:
    waiting(), waiting()
    rows = OutgoingMail.objects.all()

    def resting(now: object) -> bool:
        return outgoing.is_resting(rows, server_errors=["unreachable"], now=now)  # type: ignore[arg-type]

    assert not resting(RECEIVED)
    attempt = claim()
    assert attempt
    assert resting(RECEIVED)
    outgoing.retry(attempt, SendError("deferred"), now=RECEIVED)
    assert not resting(RECEIVED)
    attempt = claim()
    assert attempt
    outgoing.retry(attempt, SendError("unreachable", server=True), now=RECEIVED)
    assert resting(RECEIVED + 4 * MINUTE)
    assert not resting(RECEIVED + 5 * MINUTE)


def run(send: object, *, now: object = RECEIVED, counts: bool = True) -> tuple[int, list[str]]:
    """(sent rows, errors of rows given up)."""
    given_up: list[str] = []

    def give_up(row: OutgoingMail, error: SendError) -> None:
        given_up.append(error.error)
        outgoing.finish(row, state="failed", error=error.error, sealed=None)

    result = outgoing.send_due(
        claim=lambda: claim(now),
        send=send,  # type: ignore[arg-type]
        give_up=give_up,
        server_errors_count=counts,
        now=now,  # type: ignore[arg-type]
        seconds=300,
    )
    return result, given_up


def failing(error: BaseException) -> object:
    def send(row: OutgoingMail) -> bool:
        raise error

    return send


@pytest.mark.django_db
@pytest.mark.parametrize("error", [SendError("deferred"), RuntimeError("bug")])
def test_a_row_fails_finally_three_days_after_its_first_failure(error: Exception) -> None:
    row = waiting()
    code = "deferred" if isinstance(error, SendError) else "unforeseen"
    for now in (RECEIVED, RECEIVED + DAY, RECEIVED + 3 * DAY - MINUTE):
        assert run(failing(error), now=now) == (0, [])
        assert columns(row)[2:] == (RECEIVED, code)
    assert run(failing(error), now=RECEIVED + 3 * DAY + 2 * MINUTE) == (0, [])
    assert run(failing(error), now=RECEIVED + 3 * DAY + outgoing.MAX_PAUSE_LENGTH) == (0, [code])
    assert columns(row)[0] is None


@pytest.mark.django_db
def test_a_final_error_is_not_retried_and_the_run_continues() -> None:
    waiting(), waiting()
    assert run(failing(SendError("recipient", final=True))) == (0, ["recipient"] * 2)


@pytest.mark.django_db
@pytest.mark.parametrize("counts", [True, False])
def test_an_error_of_the_server_ends_the_run(counts: bool) -> None:
    first, second = waiting(), waiting()
    down = failing(SendError("unreachable", server=True))
    assert run(down, counts=counts) == (0, [])
    assert columns(second) == (RECEIVED, 0, None, "")
    assert columns(first)[1:] == ((1, RECEIVED, "unreachable") if counts else (0, None, "unreachable"))
    OutgoingMail.objects.filter(pk=second.pk).delete()
    for days in (2, 4):
        assert run(down, now=RECEIVED + days * DAY, counts=counts) == (
            0,
            ["unreachable"] if counts and days == 4 else [],
        )


@pytest.mark.django_db
def test_a_superseded_row_is_left_alone() -> None:
    row = waiting()
    assert run(failing(Superseded())) == (0, [])
    assert columns(row) == (RECEIVED + outgoing.LEASE, 1, None, "interrupted")


@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_claim_different_rows() -> None:
    rows = {waiting().pk for _ in range(6)}
    start = Barrier(6)

    def one() -> int:
        try:
            start.wait()
            row = claim()
            assert row
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: one(), range(6))) == rows
    assert claim() is None
