"""A program generated from the OpenAPI document of a running portal, as a partner's engineer makes one, sends and follows reports."""

import importlib
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook

from clicksafely.common.alerts.models import WebhookHost
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer
from hotline.intake.api.webhooks import services
from hotline.models import Partner, PartnerReport, Report
from tests.hotline.intake.api.program import XARF, Program, make_partner
from tests.hotline.review.conftest import make_user
from tests.live_portal import Site
from tests.waiting import until

PACKAGE = "generated_netpatrola"


class Generated:
    """The generated package, with a client for each key."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __getattr__(self, name: str) -> Any:
        """A model by the name of its class."""
        return getattr(self.module("models"), name)

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{PACKAGE}.{name}")

    def client(self, key: str) -> Any:
        return self.module("client").AuthenticatedClient(base_url=f"{self.site.url}/api/v1", token=key)

    def send(self, key: str, body: Any, **more: Any) -> Any:
        return self.module("api.default.send_reports").sync_detailed(client=self.client(key), body=body, **more)

    def read(self, key: str, report_id: UUID) -> Any:
        return self.module("api.default.read_report").sync_detailed(client=self.client(key), id=report_id)


@pytest.fixture(scope="module")
def generated(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    folder = tmp_path_factory.mktemp("generated")
    config = folder / "config.yaml"
    config.write_text("post_hooks: []\n")
    generator = [str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none"]
    where = [
        "--url",
        f"{site.url}/api/v1/openapi.json",
        "--output-path",
        str(folder / PACKAGE),
        "--config",
        str(config),
    ]
    run = subprocess.run([*generator, *where, "--fail-on-warning"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "WARNING" not in run.stdout
    sys.path.insert(0, str(folder))
    return Generated(site)


@pytest.fixture(scope="module")
def partner_id(site: Site) -> int:
    with site.orm():
        return make_partner(f"Партнер {uuid4().hex[:8]}").pk


@pytest.fixture(scope="module")
def key(site: Site, partner_id: int) -> str:
    with site.orm():
        return Program.of(Partner.objects.get(pk=partner_id)).key


def test_a_report_with_arrays_is_sent_triaged_and_followed(site: Site, generated: Generated, key: str) -> None:
    report = generated.Report(
        category=generated.ReportCategory.CSAM,
        addresses=["https://album.example.org/a/1", "https://album.example.org/a/2"],
        hashes=[generated.Hash(md5="0" * 32, size=17), generated.Hash(sha256="1" * 64)],
        words="Found by a scan.",
        reference="2026-000417",
    )
    answer = generated.send(key, report)
    assert answer.status_code == 201
    assert isinstance(answer.parsed, generated.Taken)
    assert answer.parsed.reference == "2026-000417"
    standing = generated.read(key, answer.parsed.id)
    assert standing.status_code == 200
    assert standing.parsed.state in {generated.StandingState.RECEIVED, generated.StandingState.IN_PROGRESS}
    assert standing.parsed.told[0].title

    def triaged() -> bool:
        with site.orm():
            stored = Report.objects.get(partner_report__uuid=answer.parsed.id)
            return stored.items.count() == 2 and stored.file_hashes.count() == 2

    until(triaged, what="triage of the addresses and hashes")


def test_a_batch_in_each_form(generated: Generated, key: str) -> None:
    own = generated.Report(category=generated.ReportCategory.OTHER, words="Први.")
    xarf = generated.XarfReport.from_dict(XARF)
    for body in ([own, xarf], generated.Batch(reports=[own, xarf])):
        answer = generated.send(key, body)
        assert (answer.status_code, [each.status.value for each in answer.parsed.reports]) == (201, [201, 201])


def test_errors_are_typed(generated: Generated, key: str) -> None:
    empty = generated.send(key, generated.Report(category=generated.ReportCategory.OTHER))
    assert (empty.status_code, type(empty.parsed)) == (422, generated.Problem)
    assert [fault.pointer for fault in empty.parsed.errors] == [""]
    half = generated.send(
        key,
        [
            generated.Report(category=generated.ReportCategory.OTHER, words="x"),
            generated.Report.from_dict({"category": "other"}),
        ],
    )
    assert (half.status_code, [each.status.value for each in half.parsed.reports]) == (207, [201, 422])
    assert half.parsed.reports[1].errors[0].pointer == "/1"
    unknown = generated.send(
        f"npk_aaaaaaaa_{'a' * 32}", generated.Report(category=generated.ReportCategory.OTHER, words="x")
    )
    assert (unknown.status_code, unknown.parsed.title) == (401, "Unauthorized")
    missing = generated.read(key, uuid4())
    assert (missing.status_code, missing.parsed.status) == (404, 404)


def test_a_webhook_sends_the_polled_status(site: Site, generated: Generated, settings: Settings) -> None:
    """From the generated client's report to the partner's server: planned by the worker, sent by `outside`, each with its own role."""
    settings.WEBHOOK_ALLOW_NETWORKS, now = [f"{LOOPBACK}/32"], timezone.now()
    with WebServer(fallback=Page(204, b"")) as server:
        with site.orm():
            partner = make_partner(f"Партнер {uuid4().hex[:8]}")
            key, actor = Program.of(partner).key, make_user(f"lead-{uuid4().hex[:8]}", "supervisor")
            WebhookHost.objects.create(host=f"{LOOPBACK}:{server.port}")
            secret = services.set_webhook(partner=partner, url=server.url(path="/hook"), actor=actor, now=now)
        taken = generated.send(
            key, generated.Report(category=generated.ReportCategory.OTHER, words="Порука.", reference="42")
        ).parsed
        with site.orm():
            report = Report.objects.get(partner_report__uuid=taken.id)
            audit_log.record(action="report.claimed", subject=report, actor=actor, now=timezone.now())
            # As of the hour before: the worker checks a report once an hour.
            PartnerReport.objects.filter(report=report, status_checked_at__isnull=False).update(
                status_checked_at=hour_of(now) - timedelta(hours=1)
            )
            services.send_test(webhook=partner.webhook, actor=actor, now=now)
        until(lambda: len(server.bodies) >= 2, what="two messages to the webhook")
        events = [
            Webhook(secret).verify(body, headers)
            for (_host, _path, headers), body in zip(server.requests, server.bodies, strict=False)
        ]
    data = {"report": str(taken.id), "reference": "42", "state": "in_progress"}
    assert data in [event["data"] for event in events]
    assert {event["type"] for event in events} == {"report.state", "test"}
    assert generated.read(key, taken.id).parsed.state.value == "in_progress"
