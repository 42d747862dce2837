"""Closed reports with all data that retention has to erase."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from hotline.models import (
    Channel,
    Digests,
    Direction,
    HashOrigin,
    IncomingMail,
    MailThread,
    Note,
    OutgoingMail,
    Report,
    TextField,
    Upload,
)
from hotline.models.sealed_content import sealed_path
from hotline.outbox import queue
from hotline.triage.hash_lists.own_pictures import store_own_pictures
from tests.factories.file_hashes import make_file_hash
from tests.factories.hotline import ReportFactory, make_message, seal_text
from tests.hotline.review.conftest import NOW, make_item, make_user

ENDED_AT = NOW - timedelta(days=400)


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAIL_SECRET = "a secret of the tests"
    settings.MAIL_ADDRESS = "prijava@hotline.example.org"


@pytest.fixture
def supervisor(db: None) -> User:
    return make_user("lead", "supervisor")


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("first", "analyst")


def ended(days: int = 400, **columns: Any) -> Report:
    """A report closed `days` ago, with a text and a contact; its only item is removed."""
    at = NOW - timedelta(days=days)
    defaults = {"state": "closed", "outcome": "removed", "closed_at": at, "contact": "pera@example.org"}
    report = ReportFactory(**defaults | columns)
    report.report_items.create(item=make_item(state="ended", outcome="removed"), position=0)
    return Report.objects.get(pk=report.pk)


def fill(report: Report, author: User, *, marker: str = "marker") -> Upload:
    """Attach all kinds of data to a report; return its picture."""
    at = report.closed_at or NOW
    seal_text(report, TextField.HEADERS, {"from": f"{marker}-headers@example.org"})
    seal_text(report, TextField.ATTACHED, {"names": [f"{marker}-file.png"]})
    make_message(report, f"{marker} from the reporter", direction=Direction.REPORTER, at=at)
    make_message(report, f"{marker} from us", at=at)
    row = uuid4()
    sealed = sealing.seal(f"{marker} note".encode(), ring="hotline", table="hotline_note", field="text", row=row)
    Note.objects.create(report=report, uuid=row, author=author, sealed=sealed, written_at=at)
    for kind in ("report", "auto_reply"):
        sealed = secrets.token_bytes(64)
        IncomingMail.objects.create(
            report=report, kind=kind, identity=secrets.token_bytes(32), received_at=at, size=1, sealed=sealed
        )
    MailThread.objects.create(report=report, tag="".join(secrets.choice("0123456789ABCDEF") for _ in range(16)))
    queue.queue_mail(report=report, kind="news", to=f"{marker}-mail@example.org", now=at)
    OutgoingMail.objects.create(report=report, kind="answer", state="sent", queued_at=at, attempts=1)
    store_own_pictures(report=report, codes=[Digests(sha256=secrets.token_bytes(32))])
    return add_picture(report, at=at)


def add_picture(report: Report, *, at: datetime = ENDED_AT, **columns: Any) -> Upload:
    """A sealed picture with its file and hash."""
    upload = Upload.objects.create(report=report, size=1, mime_type="image/webp", stored_at=at, **columns)
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealing.seal(b"p", ring="hotline", table="hotline_upload", field="image", row=upload.uuid))
    make_file_hash(report=report, upload=upload, origin=HashOrigin.UPLOAD, md5=secrets.token_bytes(16))
    return upload


@pytest.fixture
def everything(analyst: User) -> Callable[..., Report]:
    """A report by e-mail, closed long ago, with all kinds of data."""

    def make(**columns: Any) -> Report:
        report = ended(**{"channel": Channel.EMAIL, **columns})
        fill(report, analyst)
        return report

    return make
