"""Tests of the delivery task in the worker."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from clicksafely.celery import app
from clicksafely.common.queue import outgoing
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.outbox import tasks
from tests.factories.outgoing_mail import delivery_state, waiting


@pytest.mark.django_db
def test_the_task_sends_and_may_run_again(sink: SmtpSink) -> None:
    mail = waiting()
    for _ in range(2):
        tasks.send_mail.apply(throw=True)
        assert (delivery_state(mail), len(sink.letters)) == (("sent", "", 1), 1)


def test_it_runs_in_the_queue_for_external_servers(settings: Settings) -> None:
    assert settings.CELERY_TASK_ROUTES["hotline.send_mail"] == {"queue": "outside"}
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] / 2 > outgoing.RUN_SECONDS
    assert app.tasks["hotline.send_mail"].acks_late


def test_beat_sends_every_fifteen_seconds_and_runs_do_not_pile_up() -> None:
    entry = app.conf.beat_schedule["hotline.send_mail"]
    assert (entry["task"], entry["schedule"]) == (tasks.send_mail.name, timedelta(seconds=15))
    assert entry["options"] == {"expires": 15}


@pytest.mark.django_db
def test_without_a_server_it_does_nothing(settings: Settings) -> None:
    mail = waiting()
    settings.MAIL_SMTP_URL = ""
    tasks.send_mail.apply(throw=True)
    assert delivery_state(mail) == ("due", "", 0)
