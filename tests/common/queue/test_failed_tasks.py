"""Failed tasks as rows and in the staff site."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError
from redis import Redis

from clicksafely.common.models import AuditEvent, FailedTask, FailedTaskState
from clicksafely.common.queue import failed_tasks
from tests.clients.staff import Person, make_group, signed_in

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
LIST = "/admin/common/failedtask/"
TASK = "hotline.triage_report"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue() -> Iterator[Redis]:
    """The queue, emptied before and after."""
    with Redis.from_url(os.environ["REDIS_URL"]) as redis:
        redis.delete("celery")
        yield redis
        redis.delete("celery")


@pytest.fixture
def supervisor() -> Person:
    person = signed_in("lead", "supervisor")
    person.client.cookies["lang"] = "en"
    return person


def fail(task: str = TASK, *, args: Any = (), tries: int = 1, now: datetime = NOW, **kwargs: Any) -> FailedTask:
    error = ValueError("what a reporter wrote")
    failed_tasks.record_failure(task=task, args=args, kwargs=kwargs, error=error, tries=tries, now=now)
    rows = FailedTask.objects.filter(task=task)
    return rows.filter(kwargs=kwargs).first() or rows.get(kwargs__isnull=True)


def act(person: Person, action: str, *chosen: FailedTask) -> None:
    """Run `action` on the chosen rows."""
    form = {"action": action, "_selected_action": [failed.pk for failed in chosen]}
    assert person.client.post(LIST, form, follow=True).status_code == 200


def queued_headers(queue: Redis) -> list[dict[str, Any]]:
    """Return the headers of the queued messages."""
    return [json.loads(message)["headers"] for message in queue.lrange("celery", 0, -1)]


class TestRows:
    def test_the_same_is_counted_up(self) -> None:
        fail(report_id=1, ids=[2, "x-1"], tries=5)
        again = fail(ids=[2, "x-1"], report_id=1, tries=5, now=NOW + timedelta(hours=1))
        assert (again.task, again.kwargs["report_id"], again.error) == (TASK, 1, "builtins.ValueError")
        assert (again.tries, again.first_failed_at, again.failed_at) == (10, NOW, NOW + timedelta(hours=1))
        fail(report_id=2)
        fail("hotline.sweep_received")
        assert FailedTask.objects.count() == 3

    @pytest.mark.parametrize(
        ("args", "kwargs"), [((1,), {}), ((), {"text": "two words"}), ((), {"report_id": 1, "data": {"a": 1}})]
    )
    def test_arguments_with_text_are_not_stored(self, args: Any, kwargs: Any, supervisor: Person) -> None:
        failed = fail(args=args, **kwargs)
        assert failed.kwargs is None
        with pytest.raises(failed_tasks.NotRetryable):
            failed_tasks.retry_failed_task(failed=failed, actor=supervisor.user, now=NOW)
        failed.refresh_from_db()
        assert failed.state == "open"

    def test_resolved_failure_reopens_when_it_recurs(self) -> None:
        failed = fail(report_id=1)
        FailedTask.objects.update(state=FailedTaskState.DONE)
        assert failed_tasks.count_open() == 0
        assert fail(report_id=1) == failed
        assert failed_tasks.count_open() == 1

    def test_success_settles_its_own_row_only(self) -> None:
        first, second, sweep = fail(report_id=1), fail(report_id=2), fail("hotline.sweep_received")
        failed_tasks.resolve_failure(task=TASK, kwargs={"report_id": 1}, number=first.pk)
        failed_tasks.resolve_failure(task="hotline.sweep_received", kwargs={}, number=None)
        states = dict(FailedTask.objects.values_list("pk", "state"))
        assert states == {first.pk: "done", second.pk: "open", sweep.pk: "done"}

    def test_the_database_refuses_invalid_rows(self) -> None:
        failed = fail(report_id=1)
        for change in ({"state": "lost"}, {"digest": bytes(FailedTask.objects.get(pk=fail(report_id=2).pk).digest)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                FailedTask.objects.filter(pk=failed.pk).update(**change)


class TestTryingAgain:
    def test_queued_with_its_arguments_and_its_row(self, supervisor: Person, queue: Redis) -> None:
        failed = fail(report_id=1)
        act(supervisor, "try_again", failed)
        failed.refresh_from_db()
        assert failed.state == "retried"
        (headers,) = queued_headers(queue)
        assert (headers["task"], headers[failed_tasks.FAILED_TASK_HEADER]) == (TASK, failed.pk)
        assert headers["kwargsrepr"] == "{'report_id': 1}"
        event = AuditEvent.objects.get(action="task.retried")
        assert (event.actor_id, event.data) == (supervisor.user.pk, {"task": TASK})
        assert (event.subject_table, event.subject_id) == ("common_failedtask", failed.pk)

    def test_two_supervisors_start_it_once(self, supervisor: Person, queue: Redis) -> None:
        failed, other = fail(report_id=1), fail(report_id=2)
        act(supervisor, "try_again", failed)
        act(supervisor, "try_again", failed, other)
        assert len(queued_headers(queue)) == 2

    def test_a_task_that_is_no_more(self, supervisor: Person, queue: Redis) -> None:
        failed = fail("hotline.of_an_earlier_version", report_id=1)
        act(supervisor, "try_again", failed)
        failed.refresh_from_db()
        assert (failed.state, queued_headers(queue)) == ("open", [])
        act(supervisor, "dismiss", failed)
        failed.refresh_from_db()
        assert failed.state == "done"
        assert AuditEvent.objects.get(action="task.dismissed").actor_id == supervisor.user.pk

    def test_the_broker_is_away(self, supervisor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
        away.conf.update(broker_transport_options=current_app.conf.broker_transport_options, task_publish_retry=False)
        monkeypatch.setattr(failed_tasks, "current_app", away)
        failed = fail(report_id=1)
        with pytest.raises(OperationalError):
            failed_tasks.retry_failed_task(failed=failed, actor=supervisor.user, now=NOW)
        act(supervisor, "try_again", failed)
        failed.refresh_from_db()
        assert failed.state == "open"
        assert not AuditEvent.objects.filter(action="task.retried").exists()


class TestInTheStaffSite:
    def test_listed_without_words(self, supervisor: Person) -> None:
        fail(report_id=4711)
        fail("hotline.triage_reports", report_ids=list(range(100)))
        page = supervisor.client.get(LIST).content.decode()
        assert all(words in page for words in (TASK, "4711", "ValueError", "[0, 1, 2"))
        assert not any(words in page for words in ("what a reporter wrote", "98, 99"))
        desk = supervisor.client.get("/admin/hotline/desk/").content.decode()
        assert f'<a href="{LIST}?state__exact=open">2 ' in desk
        assert LIST not in signed_in("person", "analyst").client.get("/admin/hotline/desk/").content.decode()
        detail = supervisor.client.get(f"{LIST}{FailedTask.objects.get(task=TASK).pk}/change/").content.decode()
        assert "builtins.ValueError" in detail
        assert "what a reporter wrote" not in detail

    def test_view_permission_does_not_allow_a_retry(self, queue: Redis) -> None:
        make_group("reader", "common.view_failedtask")
        person = signed_in("looker", "reader")
        failed = fail(report_id=1)
        assert person.client.get(LIST).status_code == 200
        act(person, "try_again", failed)
        failed.refresh_from_db()
        assert (failed.state, queued_headers(queue)) == ("open", [])
