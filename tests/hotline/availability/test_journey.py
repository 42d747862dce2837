"""One content item with a real worker: reported, assessed by two people, handed over, checked, removed, shown to the reporter."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from clicksafely.celery import app
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.devserver.mock_services.dns import DnsServer
from clicksafely.devserver.mock_services.web import Page, WebServer
from hotline.availability.scheduling import CHECK_TASK
from hotline.availability.services import request_check
from hotline.categories import CYBERBULLYING
from hotline.models import AvailabilityCheck, PoliceHold, Referral, Report, Route
from hotline.review.claims import claim_case
from hotline.triage.services import triage_report
from tests.factories.availability_checks import host_at, person, send_referrals
from tests.factories.openings import open_and_assess
from tests.hotline.availability.conftest import PUBLIC
from tests.hotline.intake.journey import Reporter, html, receipt_on
from tests.hotline.intake.test_faults import own_database
from tests.hotline.review.conftest import ILLEGAL
from tests.servers import BASE_DIR
from tests.waiting import until

HOUR = timedelta(hours=1)


@pytest.fixture
def worker(names: DnsServer) -> Iterator[None]:
    """The worker for third-party servers, as the Procfile starts it, without the private keys."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "clicksafely",
        "worker",
        "--queues",
        "outside",
        "--pool",
        "threads",
    ]
    quiet = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "critical"]
    env = os.environ | {
        "DATABASE_URL": own_database(),
        "PORTAL": "public",
        "DNS_RESOLVERS": names.address,
        "AVAILABILITY_CHECKS": "direct",
        "AVAILABILITY_ALLOW_NETWORKS": ",".join(PUBLIC),
    }
    process = subprocess.Popen([*command, *quiet], cwd=BASE_DIR, env=env)
    yield
    process.kill()
    process.wait()
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("outside")


def an_hour_passes() -> None:
    """As far as this content is concerned."""
    Referral.objects.update(ended_at=F("ended_at") - HOUR)
    AvailabilityCheck.objects.update(
        began_at=F("began_at") - HOUR,
        checked_at=F("checked_at") - HOUR,
        last_miss_at=F("last_miss_at") - HOUR,
        unavailable_since=F("unavailable_since") - HOUR,
    )


@pytest.mark.django_db(transaction=True)
@override_settings(AVAILABILITY_CHECKS=True)
def test_from_a_report_to_removed(web: WebServer, worker: None) -> None:
    web.pages["/a/7"] = Page()
    reporter = Reporter("en")
    sent = reporter.send(reporter.state(CYBERBULLYING.code, addresses=web.url("a.test", "/a/7")))
    receipt = receipt_on(sent)
    report, now = Report.objects.get(), timezone.now()
    triage_report(report_id=report.pk, now=now)
    item = report.items.get()
    for username in ("first", "second"):
        claim_case(report_id=report.pk, actor=person(username), now=now)
        open_and_assess(report=report, item=item, actor=person(username), answers=ILLEGAL, now=now)
    host_at("a.test", "NL")
    send_referrals(report, item, Route.ICCAM, now=now)

    def check() -> AvailabilityCheck:
        """An analyst requests a check, and the worker runs it."""
        an_hour_passes()
        checks = AvailabilityCheck.objects.get().checks
        request_check(item=item, report=report, actor=person("first"), now=timezone.now())
        enqueue_task(CHECK_TASK)
        until(lambda: AvailabilityCheck.objects.get().checks > checks, what="a check")
        return AvailabilityCheck.objects.get()

    assert check().result == "available"
    assert "Sent to a partner hotline" in html(reporter.open(receipt))
    web.pages["/a/7"] = Page(404)
    assert (check().misses, check().misses) == (1, 2)
    assert "Removed" not in html(reporter.open(receipt))
    assert check().outcome == "removed"
    report.refresh_from_db()
    assert (report.state, report.outcome) == ("closed", "removed")
    assert "Removed after 2 h" in html(reporter.open(receipt))
    assert {host for host, *_ in web.requests} == {f"a.test:{web.port}"}
    assert not PoliceHold.objects.exists()
