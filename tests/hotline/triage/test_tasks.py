"""Triage's tasks as the worker knows them."""

import pytest
from django.conf import settings

from clicksafely.celery import app
from hotline.models import Report
from hotline.triage import tasks
from tests.factories.received_reports import make_report

pytestmark = pytest.mark.django_db


def test_reports_that_came_together_are_triaged_though_one_of_them_cannot_be() -> None:
    reports = [make_report(f"https://{number}.test/") for number in range(3)]
    reports[1].locations = [{"kind": "url", "canonical": "no address"}]
    reports[1].save()
    for _ in range(2):
        tasks.triage_reports.apply(kwargs={"report_ids": [report.pk for report in reports]}, throw=True)
        states = Report.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["triaged", "received", "triaged"]


def test_a_lost_task_is_delivered_again_before_its_message_expires() -> None:
    triage = app.tasks["hotline.triage_report"]
    assert (triage.acks_late, triage.reject_on_worker_lost) == (True, True)
    assert triage.soft_time_limit < triage.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_the_sweep_triages_received_reports() -> None:
    report = make_report()
    tasks.sweep_received.apply(throw=True)
    report.refresh_from_db()
    assert report.state == "triaged"
