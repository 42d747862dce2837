"""Cases, analysts and supervisors for the tests of review."""

import secrets
import uuid
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import Group

from clicksafely.accounts.models import User
from clicksafely.common.crypto.reporter_keys import key_tag
from hotline.models import ContentItem, LocationKind, Report, ReportItem
from hotline.states import Queue, ReportState
from tests.clients.staff import Person, signed_in

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
ILLEGAL = {"classification": "baseline_csam", "age": "infant", "gender": "female"}
NOT_ILLEGAL = {"classification": "not_illegal"}


def make_user(username: str, role: str) -> User:
    user = User.objects.create(username=username, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_item(canonical: str = "", **columns: object) -> ContentItem:
    canonical = canonical or f"https://{uuid.uuid4().hex}.example.org/"
    defaults = {
        "kind": LocationKind.URL,
        "canonical": canonical,
        "digest": sha256(f"url:{canonical}".encode()).digest(),
        "host": "www.example.org",
        "registrable_domain": "example.org",
        "first_reported_at": NOW,
    }
    return ContentItem.objects.create(**(defaults | columns))


def make_case(*items: ContentItem, **columns: Any) -> Report:
    defaults: dict[str, Any] = {
        "channel": "web",
        "category": "hate-speech",
        "language": "sr",
        "state": ReportState.TRIAGED,
        "queue": Queue.REVIEW,
        "received_at": NOW.replace(minute=0),
        "receipt_digest": secrets.token_bytes(32),
        "reporter_salt": secrets.token_bytes(16),
        "reporter_public_key": b"",
        "state_digest": secrets.token_bytes(32),
    }
    columns = {"uuid": uuid.uuid4()} | defaults | columns
    columns.setdefault("reporter_key_tag", key_tag(columns["reporter_public_key"], columns["uuid"]))
    report = Report.objects.create(**columns)
    for position, item in enumerate(items or [make_item()]):
        ReportItem.objects.create(report=report, item=item, position=position)
    return report


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("first", "analyst")


@pytest.fixture
def colleague(db: None) -> User:
    return make_user("second", "analyst")


@pytest.fixture
def supervisor(db: None) -> User:
    return make_user("lead", "supervisor")


@pytest.fixture
def case(db: None) -> Report:
    return make_case()


@pytest.fixture
def ana() -> Person:
    return signed_in("ana", "analyst")


@pytest.fixture
def boris() -> Person:
    return signed_in("boris", "analyst")


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


@pytest.fixture
def auditor() -> Person:
    return signed_in("auditor", "auditor")
