"""The command and the task."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from clicksafely.celery import app
from clicksafely.common.models import AuditEvent
from hotline.models import LegalHold, Report
from hotline.retention import tasks
from tests.hotline.retention.conftest import ended
from tests.hotline.retention.test_traces import database_text
from tests.hotline.review.conftest import NOW, make_user

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("retention", *args, stdout=out)
    return out.getvalue()


def test_a_dry_run_prints_counts_and_writes_nothing(everything: Callable[..., Report]) -> None:
    everything()
    held = ended()
    LegalHold.objects.create(report=held, reason="police", set_by=make_user("lead", "supervisor"), set_at=NOW)
    before = database_text()
    output = run("--dry-run")
    assert database_text() == before
    assert [line.split()[-2:] for line in output.splitlines()[1:4]] == [["90", "1"], ["365", "1"], ["365", "1"]]
    assert "Kept: 1 (a legal hold is in force)" in output
    assert output.endswith("Dry run: nothing was erased.\n")


def test_a_run_and_another(everything: Callable[..., Report]) -> None:
    everything()
    assert run().endswith("Erased: contact 1, words 1, identity 1, outside reports 0. Left: 0.\n")
    count = AuditEvent.objects.count()
    assert run().splitlines() == [
        "Nothing is due.",
        "Erased: contact 0, words 0, identity 0, outside reports 0. Left: 0.",
    ]
    assert AuditEvent.objects.count() == count


def test_a_limit(everything: Callable[..., Report]) -> None:
    everything()
    assert run("--limit", "1").endswith("Left: 0.\nMore data is due: run the command again.\n")
    assert Report.objects.get().text_erased_at is None


def test_the_task_continues_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.erase_due, "apply_async", lambda **options: enqueued.append(options))
    with time_machine.travel(NOW, tick=False):
        ended()
        monkeypatch.setattr(tasks, "SECONDS", 0)
        tasks.erase_due()
        assert (enqueued, Report.objects.get().state) == ([{"countdown": tasks.PAUSE_SECONDS}], "closed")
        monkeypatch.setattr(tasks, "SECONDS", 45)
        tasks.erase_due()
    assert (len(enqueued), Report.objects.get().state) == (1, "anonymised")


def test_beat_sends_it_once_a_day() -> None:
    entry = app.conf.beat_schedule["hotline.erase_due"]
    assert (entry["task"], entry["schedule"]) == (tasks.erase_due.name, timedelta(days=1))
    assert tasks.erase_due.name in app.tasks
