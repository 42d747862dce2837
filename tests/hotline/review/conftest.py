"""Cases, analysts and supervisors for the tests of review."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import override_settings
from PIL import Image

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.reporter_keys import key_tag
from hotline.models import ContentItem, LocationKind, Report, ReportItem, Upload
from hotline.models.sealed_content import sealed_path
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


def make_answerable_case(*items: ContentItem, **columns: Any) -> Report:
    """A case whose reporter can be answered."""
    key = sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)
    return make_case(*items, reporter_salt=b"s" * 16, reporter_public_key=key.public_bytes, **columns)


def add_picture(report: Report, **columns: object) -> Upload:
    """Add a sealed red square."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "#d22").save(drawn, "PNG")
    upload = Upload.objects.create(report=report, size=1, mime_type="image/png", stored_at=NOW, **columns)
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        sealing.seal(drawn.getvalue(), ring="hotline", table="hotline_upload", field="image", row=upload.uuid)
    )
    return upload


def address(case: Report, act: str = "") -> str:
    """The address of the case page or of an action on it."""
    return f"/admin/hotline/case/{case.pk}/{act}"


def page(person: Person, place: str | Report) -> str:
    """The page at an address or of a case."""
    response = person.client.get(address(place) if isinstance(place, Report) else place)
    assert response.status_code == 200, place
    return response.content.decode()


def send(person: Person, case: Report, act: str, **form: object) -> tuple[int, str]:
    """The status and page of the response to an action."""
    response = person.client.post(address(case, act), form)
    return response.status_code, response.content.decode()


@pytest.fixture(autouse=True)
def _media_folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


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
