"""A partner with a webhook at a receiver on loopback, and a supervisor."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook

from clicksafely.accounts.models import User
from clicksafely.common.alerts.models import WebhookHost
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer
from hotline.intake.api.webhooks import services
from hotline.models import Partner, PartnerWebhook
from tests.hotline.review.conftest import make_user

SECRET = "a secret of thirty-two characters"


class Receiver:
    """The partner's server: verifies each message with the library of the standard."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.secret = ""

    def answer(self, status: int, **more: Any) -> None:
        self.server.fallback = Page(status, b"", **more)

    @property
    def url(self) -> str:
        return self.server.url(path="/hook")

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self.server.port}"

    def events(self) -> list[dict[str, Any]]:
        """The verified events so far, repetitions included."""
        found = []
        for (_host, _path, headers), body in zip(self.server.requests, self.server.bodies, strict=True):
            event = Webhook(self.secret).verify(body, headers)
            assert event == json.loads(body)
            assert event["id"] == headers["webhook-id"]
            found.append(event)
        return found


@pytest.fixture
def receiver(settings: Settings, db: None) -> Iterator[Receiver]:
    settings.MAIL_SECRET = SECRET
    settings.WEBHOOK_ALLOW_NETWORKS = [f"{LOOPBACK}/32"]
    with WebServer(fallback=Page(204, b"")) as server:
        receiver = Receiver(server)
        WebhookHost.objects.create(host=receiver.host)
        yield receiver


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead", "supervisor")


@pytest.fixture
def webhook(partner: Partner, receiver: Receiver, lead: User) -> PartnerWebhook:
    receiver.secret = services.set_webhook(partner=partner, url=receiver.url, actor=lead, now=timezone.now())
    return partner.webhook
