"""Triage's tasks as the worker knows them."""

from datetime import timedelta

import pytest
from django.conf import settings

from clicksafely.celery import app
from hotline.models import Report
from hotline.triage import tasks
from tests.factories.received_reports import make_report


@pytest.mark.django_db
def test_the_task_triages_and_may_run_again() -> None:
    report = make_report()
    for _ in range(2):
        tasks.triage_report.apply(kwargs={"report_id": report.pk}, throw=True)
        report.refresh_from_db()
        assert (report.state, report.items.get().report_count) == ("triaged", 1)


@pytest.mark.django_db
def test_reports_that_came_together_are_triaged_though_one_of_them_cannot_be() -> None:
    reports = [make_report(f"https://{number}.test/") for number in range(3)]
    reports[1].locations = [{"kind": "url", "canonical": "no address"}]
    reports[1].save()
    for _ in range(2):
        tasks.triage_reports.apply(kwargs={"report_ids": [report.pk for report in reports]}, throw=True)
        states = Report.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["triaged", "received", "triaged"]


@pytest.mark.django_db
def test_the_sweep_triages_received_reports() -> None:
    report = make_report()
    tasks.sweep_received.apply(throw=True)
    report.refresh_from_db()
    assert report.state == "triaged"


def test_the_tasks_keep_their_names_and_bounds() -> None:
    triage = app.tasks["hotline.triage_report"]
    assert (triage.acks_late, triage.reject_on_worker_lost) == (True, True)
    assert triage.soft_time_limit < triage.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert (triage.max_retries, triage.retry_jitter, triage.retry_backoff_max) == (4, True, 8)
    for name in ("hotline.triage_reports", "hotline.sweep_received"):
        assert tasks.SECONDS < app.tasks[name].soft_time_limit < app.tasks[name].time_limit


def test_beat_sweeps_every_fifteen_seconds_and_sweeps_do_not_pile_up() -> None:
    entry = app.conf.beat_schedule["hotline.sweep_received"]
    assert entry["schedule"] == timedelta(seconds=15)
    assert entry["options"] == {"expires": 15}
    assert entry["task"] == tasks.sweep_received.name
