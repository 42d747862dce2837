"""Tests of the exchange in a real worker, started as in the Procfile without private keys."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.celery import app
from clicksafely.devserver.mock_services.iccam import IccamServer
from hotline.models import IccamContent, Referral
from hotline.referral.iccam.tasks import sync_iccam
from tests.hotline.intake.test_faults import own_database
from tests.hotline.referral.iccam.cases import due_case
from tests.servers import BASE_DIR
from tests.waiting import until

ADDRESS = "https://album.example.org/a/7.jpg"
SETTINGS = ["ICCAM_URL", "ICCAM_CA_FILE", "ICCAM_CERT_FILE"]


class Worker:
    """A worker of the queue `outside` that can be killed and restarted."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self.begin()

    def begin(self) -> None:
        command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--queues", "outside"]
        quiet = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        self.process = subprocess.Popen([*command, *quiet, "--loglevel", "critical"], cwd=BASE_DIR, env=self._env)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def worker(settings: Settings, iccam: IccamServer, tmp_path: Path) -> Iterator[Worker]:
    env = os.environ | {name: str(getattr(settings, name)) for name in SETTINGS}
    env |= {"DATABASE_URL": own_database(), "PORTAL": "public", "PRIVATE_KEYS_DIR": str(tmp_path / "absent")}
    running = Worker(env)
    yield running
    running.kill()
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("outside")


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_call_and_its_answer_it_posts_nothing_twice(
    iccam: IccamServer, worker: Worker, analyst: User
) -> None:
    """ICCAM stores the report but never responds, and the worker is killed.

    The next worker finds the report at ICCAM.
    """
    (referral,) = due_case(ADDRESS, actor=analyst)
    iccam.fail("POST rest/reports", "hang", is_executed=True)
    sync_iccam.delay()
    until(lambda: bool(iccam.reports), what="ICCAM has the report")
    worker.kill()
    content = IccamContent.objects.select_related("iccam_report").get()
    assert (content.iccam_report.iccam_id, content.iccam_report.tried_at is not None) == (None, True)
    # The lease expires and the sweep runs.
    content.iccam_report.due_at = timezone.now() - timedelta(seconds=1)
    content.iccam_report.save()
    worker.begin()
    sync_iccam.delay()
    until(lambda: Referral.objects.get(pk=referral.pk).state == "sent", what="it is with the partner")
    assert len(iccam.reports) == 1
