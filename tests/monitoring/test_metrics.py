"""Metrics for Prometheus: correct, parseable, protected by the token, and without personal data."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from django.test import Client
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings
from redis import Redis

from clicksafely.accounts.models import User
from clicksafely.celery import app
from clicksafely.common.audit import audit_log, chain
from clicksafely.common.queue import failed_tasks, heartbeat
from clicksafely.monitoring.metrics import MetricsCollector
from clicksafely.monitoring.request_latency import counts
from hotline.models import MailboxError, MailboxState, OutgoingMail
from hotline.states import Queue, ReportState
from tests.factories.alerts import alerting_works, raise_and_plan
from tests.factories.hotline import ReportFactory
from tests.monitoring.conftest import TOKEN

BASE_DIR = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
RULES = yaml.safe_load((BASE_DIR / "deploy" / "alerts.yml").read_text())["groups"][0]["rules"]
PANELS = json.loads((BASE_DIR / "deploy" / "grafana" / "dashboard.json").read_text())["panels"]

pytestmark = pytest.mark.django_db


def figures(now: datetime = NOW) -> dict[tuple[str, ...], float]:
    """Return every sample by its name and label values, as parsed by Prometheus's own parser."""
    return {
        (sample.name.removeprefix("clicksafely_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(generate_latest(MetricsCollector(now)).decode())
        for sample in family.samples
    }


class TestAccess:
    @pytest.fixture(autouse=True)
    def _token(self, settings: Settings) -> None:
        settings.METRICS_TOKEN = TOKEN

    def test_with_the_token(self, client: Client, broker: Redis) -> None:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer["Content-Type"]) == (200, CONTENT_TYPE_PLAIN_0_0_4)
        assert answer["Cache-Control"] == "no-store"
        assert 'clicksafely_up{part="database"} 1' in answer.content.decode()
        assert not answer.cookies

    @pytest.mark.parametrize("header", ["", f"Bearer {TOKEN}x", "Bearer ", "Bearer ж", f"Basic {TOKEN}"])
    def test_metrics_require_the_token(self, client: Client, header: str) -> None:
        answer = client.get("/metrics", headers={"Authorization": header} if header else {})
        assert answer.status_code == 404
        assert b"clicksafely_" not in answer.content

    def test_empty_token_is_refused_if_none_is_configured(self, client: Client, settings: Settings) -> None:
        settings.METRICS_TOKEN = ""
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.slow
    def test_public_process_has_no_metrics_url(self) -> None:
        code = "import django; django.setup(); from django.urls import resolve; print(resolve('/metrics').view_name)"
        found = {}
        for portal in ("staff", "public"):
            env = os.environ | {"PORTAL": portal, "DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
            result = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
            found[portal] = (result.stdout.strip(), "Resolver404" in result.stderr)
        assert found == {"staff": ("metrics", False), "public": ("", True)}


class TestFigures:
    def test_reports(self, broker: Redis) -> None:
        old = NOW - timedelta(hours=5)
        ReportFactory(received_at=old)
        held = ReportFactory(state=ReportState.TRIAGED, queue=Queue.REVIEW, received_at=old)
        ReportFactory(state=ReportState.TRIAGED, queue=Queue.REVIEW, received_at=NOW - timedelta(hours=2))
        claim(held, until=NOW + timedelta(minutes=5))
        found = figures()
        assert (found["reports_waiting", "triage"], found["reports_oldest_seconds", "triage"]) == (1, 5 * 3600)
        assert (found["reports_waiting", "review"], found["reports_oldest_seconds", "review"]) == (1, 2 * 3600)
        assert (found["reports_waiting", "second"], found["reports_oldest_seconds", "second"]) == (0, 0)
        claim(held, until=NOW - timedelta(minutes=5))
        assert figures()["reports_oldest_seconds", "review"] == 5 * 3600

    def test_mail(self, broker: Redis) -> None:
        for minutes in (10, 30, -20):
            due = NOW - timedelta(minutes=minutes)
            OutgoingMail.objects.create(report=ReportFactory(), kind="news", queued_at=due, due_at=due, sealed=b"x")
        MailboxState.objects.create(pk=1, failing_since=NOW - timedelta(hours=1), error=MailboxError.LOGIN)
        found = figures()
        assert found["mail_lag_seconds", "reporters"] == 1800
        assert (found["mail_lag_seconds", "bookings"], found["mail_lag_seconds", "notices"]) == (0, 0)
        assert found["mailbox_failing_seconds",] == 3600

    def test_faults_of_the_alerting_and_no_number_of_alerts(self, broker: Redis) -> None:
        raise_and_plan(1, now=NOW)
        assert {key[1]: value for key, value in figures().items() if key[0] == "alerting_fault"} == {
            "not_planned": 1,
            "not_sent": 1,
            "overdue": 0,
        }
        alerting_works(NOW)
        before = figures()
        assert before["alerting_fault", "not_sent"] == 0
        raise_and_plan(2, 3, now=NOW)
        after = figures()
        changed = {key[0] for key in {*before, *after} if before.get(key) != after.get(key)}
        assert changed <= {"audit_unlinked", "audit_lag_seconds", "disk_free_bytes"}

    def test_failed_tasks_audit_and_backup(self, broker: Redis) -> None:
        assert ("backup_age_seconds",) not in figures()
        failed_tasks.record_failure(task="x", args=(), kwargs={}, error=ValueError(), tries=1, now=NOW)
        audit_log.record(action="backup.created", subject=None, actor=None, now=NOW - timedelta(hours=3))
        found = figures()
        assert found["failed_tasks",] == 1
        assert (found["audit_unlinked",], found["audit_lag_seconds",]) == (chain.count_unlinked()[0], 3 * 3600)
        assert found["backup_age_seconds",] == 3 * 3600

    def test_queues_and_signs_of_life(self, broker: Redis, settings: Settings) -> None:
        app.loader.import_default_modules()
        app.send_task("hotline.fetch_mail")
        app.send_task("common.clear_sessions")
        heartbeat.record_heartbeat(settings.REDIS_URL, "outside")
        found = figures()
        assert (found["queue_messages", "outside"], found["queue_messages", "celery"]) == (1, 1)
        assert found["queue_messages", "sealed"] == found["queue_oldest_seconds", "sealed"] == 0
        assert found["queue_oldest_seconds", "outside"] < 60
        message = json.loads(broker.lindex("outside", -1))
        message["headers"]["queued_at"] = int(time.time()) - 700
        broker.lset("outside", -1, json.dumps(message))
        assert 700 <= figures()["queue_oldest_seconds", "outside"] < 760
        assert [found["up", sign] for sign in ("worker", "outside", "sealed", "beat")] == [0, 1, 0, 0]

    def test_requests(self, broker: Redis, client: Client) -> None:
        client.get("/healthz")
        client.get("/marker-7712/")
        client.get("/sr/report/")
        client.post("/sr/report/case/", {"receipt": "marker-7712"})
        client.get("/admin/")
        counts.flush()
        text = generate_latest(MetricsCollector(NOW)).decode()
        found = figures()
        assert found["requests_total", "all", "public", "2xx"] >= 1
        assert found["requests_total", "all", "none", "4xx"] == 1
        assert found["requests_total", "all", "admin", "3xx"] == 1
        assert found["request_seconds_count", "all", "public"] == 2
        assert found["request_seconds_bucket", "+Inf", "all", "public"] == 2
        assert found["request_seconds_sum", "all", "public"] > 0
        assert "healthz" not in text
        assert "marker-7712" not in text

    def test_counts_are_stored_after_valkey_returns(self, broker: Redis, settings: Settings) -> None:
        good, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
        counts.add("report", 500, 0.02)
        counts.flush()
        counts.add("report", 503, 20)
        settings.REDIS_URL = good
        counts.flush()
        counts.flush()
        found = figures()
        assert found["requests_total", "all", "report", "5xx"] == 2
        assert found["request_seconds_bucket", "0.025", "all", "report"] == 1
        assert found["request_seconds_bucket", "10.0", "all", "report"] == 1
        assert found["request_seconds_count", "all", "report"] == 2
        assert found["request_seconds_sum", "all", "report"] == pytest.approx(20.02)

    def test_without_a_broker_the_other_metrics_are_exported(self, settings: Settings, tmp_path: Path) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        settings.MEDIA_ROOT = tmp_path / "not" / "there"
        found = figures()
        assert 0 < found["disk_free_bytes", "media"] <= found["disk_bytes", "media"]
        assert (found["up", "broker"], found["up", "database"]) == (0, 1)
        assert ("up", "worker") not in found
        assert ("failed_tasks",) in found


@pytest.mark.usefixtures("broker")
def test_rules_and_panels_name_existing_metrics_and_runbooks() -> None:
    counts.add("report", 200, 0.02)
    counts.flush()
    audit_log.record(action="backup.created", subject=None, actor=None, now=NOW)
    known_names = {name for name, *_labels in figures()} | {"requests_total", "up"}
    shown = [target["expr"] for panel in PANELS for target in panel["targets"]]
    for expression in (*shown, *(rule["expr"] for rule in RULES)):
        used = selectors(promql_parser.parse(expression))
        assert used, expression
        assert {name.removeprefix("clicksafely_") for name in used} <= known_names, expression
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "work", "people"}, rule["alert"]
        path, _, anchor = rule["annotations"]["runbook"].partition("#")
        headings = [line.lstrip("# ") for line in (BASE_DIR / path).read_text().splitlines() if line.startswith("#")]
        words = [one.lower().replace(" ", "-") for one in headings]
        assert anchor in {"".join(c for c in one if c.isalnum() or c == "-") for one in words}, rule["alert"]


def selectors(node: Any) -> set[str]:
    """The names of all vectors in an expression."""
    if isinstance(node, promql_parser.VectorSelector):
        return {node.name}
    inner = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "vector_selector", "args", "param")]
    flat = [part for one in inner for part in (one if isinstance(one, list) else [one]) if part is not None]
    return {name for part in flat for name in selectors(part)}


def claim(report: Any, *, until: datetime) -> None:
    report.claimed_by, _created = User.objects.get_or_create(username="analyst")
    report.claimed_until = until
    report.save()
