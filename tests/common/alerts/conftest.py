"""Fixtures: a real mail server and a real webhook receiver on loopback, and a night."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from clicksafely.common.alerts.models import WebhookHost
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer

# 03:07:41 in Belgrade on a Tuesday.
NIGHT = datetime(2026, 5, 5, 1, 7, 41, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _mail_settings(settings: Settings) -> None:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_SMTP_URL = ""
    settings.MAIL_CA_FILE = ""
    settings.SITE_URL = "https://portal.example.org"


@pytest.fixture
def sink(settings: Settings, _mail_settings: None) -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture
def receiver(settings: Settings, db: None) -> Iterator[WebServer]:
    """A receiver on a permitted host."""
    settings.WEBHOOK_ALLOW_NETWORKS = [f"{LOOPBACK}/32"]
    with WebServer(fallback=Page(204, b"")) as server:
        WebhookHost.objects.create(host=f"{LOOPBACK}:{server.port}")
        yield server
