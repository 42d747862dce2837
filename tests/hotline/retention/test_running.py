"""The command and the task."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from clicksafely.common.models import AuditEvent
from hotline.models import LegalHold, Report
from hotline.retention import tasks
from tests.hotline.retention.conftest import ended
from tests.hotline.review.conftest import NOW, make_user
from tests.stored_data import database_text

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
    assert "Kept: 1" in output


def test_a_run_with_a_limit_and_another(everything: Callable[..., Report]) -> None:
    everything()
    run("--limit", "1")
    assert Report.objects.get().text_erased_at is None
    run()
    assert Report.objects.get().state == "anonymised"
    count = AuditEvent.objects.count()
    run()
    assert AuditEvent.objects.count() == count


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
