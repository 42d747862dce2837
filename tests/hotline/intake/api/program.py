"""The client program of a partner."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from hotline.intake.api.partner_services import make_key
from hotline.models import Partner
from tests.clients.public import PublicClient

REPORT = {
    "category": "cyberbullying",
    "addresses": ["https://forum.example.org/topic/17"],
    "words": "Прете другу из разреда.",
}
XARF = {
    "xarf_version": "4.2.0",
    "report_id": "f7a8b9c0-d1e2-3456-abcd-ef0123456789",
    "timestamp": "2026-01-15T10:30:00Z",
    "reporter": {"org": "Safety", "contact": "safety@example.org", "domain": "example.org"},
    "sender": {"org": "Safety", "contact": "safety@example.org", "domain": "example.org"},
    "source_identifier": "198.51.100.42",
    "category": "content",
    "type": "csam",
    "url": "https://album.example.org/a/1",
    "classification": "A1",
    "detection_method": "hash_match",
    "description": "Found by a scan.",
    "hash_values": {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
}
PATH = "/api/v1/reports/"


def make_partner(name: str = "Пример партнер", **columns: Any) -> Partner:
    return Partner.objects.create(name=name, created_at=timezone.now(), **columns)


@dataclass
class Program:
    """`key` is the API key it sends. The client does not raise exceptions of the server."""

    key: str

    @classmethod
    def of(cls, partner: Partner) -> "Program":
        return cls(make_key(partner=partner, label="tests", actor=None, now=timezone.now()))

    def send(self, body: object, **headers: str) -> HttpResponse:
        """POST a value as JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request_headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        content_type = request_headers.pop("Content-Type")
        return self.client.post(PATH, content, content_type=content_type, headers=request_headers)

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.key}"})

    @property
    def client(self) -> PublicClient:
        return PublicClient(raise_request_exception=False, enforce_csrf_checks=True)


def faults(answer: HttpResponse) -> dict[str, str]:
    """The errors of a problem document: {pointer: message}."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return {fault["pointer"]: fault["detail"] for fault in json.loads(answer.content).get("errors", [])}


def detail(answer: HttpResponse) -> str:
    """The message of a problem document."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code
    return str(problem["detail"])
