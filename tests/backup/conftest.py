"""A system with reports, pictures and panel members, and a backup of it, both created once."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from pytest_django import DjangoDbBlocker

from clicksafely.accounts import enrolment
from clicksafely.common.alerts.secret_encryption import encrypt
from clicksafely.common.audit import audit_log, chain
from clicksafely.common.crypto import sealing, secret_fingerprints
from hotline.models import Digests, Direction, PartnerWebhook, Upload, WebhookMessage
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.own_pictures import store_own_pictures
from tests.backup.systems import System, system
from tests.factories.alerts import SECRET, give_shift, give_webhook, make_person, raise_and_plan
from tests.factories.hotline import ReportFactory, make_message
from tests.factories.youthpanel import NOW as TODAY
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from tests.hotline.intake.api.program import make_partner
from tests.youthpanel.member_auth.slips import MINE
from youthpanel.member_auth import services

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
REPORTS = 12
MEMBER = UUID("5a1d9a4e-8f0f-4a57-9a43-6d3c0f5b7a11")
MARKER = "МАРКЕР-РЕЗЕРВА-7719"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key rings of these systems."""
    folder = tmp_path_factory.mktemp("keys")
    sealing.generate_rings(folder)
    return folder


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory, keys: Path
) -> Iterator[System]:
    """The system that is backed up."""
    folder = tmp_path_factory.mktemp("filled")
    with system("filled", folder, keys=keys, blocker=django_db_blocker, empty=False) as one:
        with one.here():
            fill(one)
        yield one


@pytest.fixture(scope="module")
def backup(filled: System, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backups") / "one.tar"
    filled.manage("backup", path)
    return path


@pytest.fixture(scope="module")
def _bare(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory, keys: Path
) -> Iterator[System]:
    with system("bare", tmp_path_factory.mktemp("bare"), keys=keys, blocker=django_db_blocker) as one:
        yield one


@pytest.fixture
def bare(_bare: System, tmp_path: Path) -> System:
    """An empty system with the same keys."""
    one = dataclasses.replace(_bare, folder=tmp_path / "bare")
    one.folder.mkdir()
    one.be_emptied()
    return one


@pytest.fixture
def altered_backup(backup: Path, tmp_path: Path) -> Callable[[Callable[[bytearray], None]], Path]:
    """A copy of the backup with altered bytes."""

    def change(how: Callable[[bytearray], None]) -> Path:
        content = bytearray(backup.read_bytes())
        how(content)
        path = tmp_path / "changed.tar"
        path.write_bytes(content)
        return path

    return change


def fill(one: System) -> None:
    """Record the secrets, and create reports with texts, messages and pictures, a panel member, a session, an audit chain, and editors'
    files.
    """
    secret_fingerprints.record_fingerprints(now=NOW)
    for number in range(REPORTS):
        report = ReportFactory(what=f"{MARKER} {number}", contact="child@example.org")
        message = make_message(report, f"порука {number}", direction=Direction.REPORTER)
        upload = Upload.objects.create(
            report=report,
            # Every second picture came with a message.
            message=message if number % 2 else None,
            uuid=uuid4(),
            size=100,
            mime_type="image/webp",
            stored_at=NOW,
        )
        path = sealed_path(upload.uuid)
        path.parent.mkdir(parents=True, exist_ok=True)
        place = {"table": "hotline_upload", "field": "image", "row": upload.uuid}
        path.write_bytes(sealing.seal(f"picture {number}".encode() * 5000, ring="hotline", **place))
        path.chmod(0o640)
        audit_log.record(action="report.received", subject=report, actor=None, now=NOW)
        store_own_pictures(
            report=report, codes=[Digests(sha256=bytes([number]) * 32, pdq=b"\x01" * 32, pdq_quality=80)]
        )
    roster_and_alert()
    partner_webhook()
    make_member(uuid=MEMBER)
    invite_three(one)
    get_user_model().objects.create_user("analyst", password="a long password 5")
    one.enrolled.append(enrolment.enrol_staff(username="mira", role="analyst", now=NOW))
    session = SessionStore()
    session["who"] = "analyst"
    session.save()
    chain.link_events(everything=True)
    (one.media / "library").mkdir()
    (one.media / "library" / "лист са именом.pdf").write_bytes(b"%PDF " + bytes(3_000_000))
    (one.media / "library" / "empty").touch()
    (one.media / ("n" * 120)).write_bytes(b"long")


def roster_and_alert() -> None:
    """Create a shift, a webhook with its secret, and an open alert whose messages are not sent."""
    person = make_person("on-duty")
    give_shift(person)
    give_webhook(person, "https://alerts.example.org/")
    # In the night of the shift.
    assert raise_and_plan(1, 2, now=NOW.replace(hour=1)) == 1


def partner_webhook() -> None:
    """Create the webhook of a partner with one delivered message and one that waits."""
    webhook = PartnerWebhook.objects.create(
        partner=make_partner(),
        url="https://hooks.example.org/",
        encrypted_secret=encrypt(SECRET),
        set_at=NOW,
        due_at=NOW,
    )
    for delivered in (True, False):
        WebhookMessage.objects.create(webhook=webhook, hour=NOW, delivered=delivered)


def invite_three(one: System) -> None:
    """Create members with slips: one unused, one with pictures, one with pictures and a current session.

    Write the codes, and the key of that browser, to `papers`.
    """
    members = [make_member(cohort) for cohort in [make_cohort()] for _ in range(3)]
    for member in members:
        give_consent(member)
    coordinator = get_user_model().objects.create_user("coordinator")
    codes = {
        each.member: each.code for each in services.create_invitations(members=members, actor=coordinator, now=TODAY)
    }
    unused, used, working = (codes[member] for member in members)
    services.end_session(key=services.choose_pictures(code=used, chosen=MINE, now=TODAY))
    key = services.choose_pictures(code=working, chosen=MINE, now=TODAY)
    (one.folder / "papers").write_text("\n".join([unused, used, working, key]))
