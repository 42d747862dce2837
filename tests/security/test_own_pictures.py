"""Codes of own pictures leave the hotline in no package, exchange, page or export, and raise nothing but priorities."""

import base64
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from psycopg2.errors import InsufficientPrivilege
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.iccam import IccamServer
from hotline.models import Digests, PoliceRecipient, Report
from hotline.referral.iccam.sync import sync_due_reports
from hotline.review.claims import claim_case
from hotline.triage.hash_lists.own_pictures import store_own_pictures
from tests.clients.staff import signed_in
from tests.database import connected_as
from tests.hotline.referral.iccam.cases import due_case
from tests.hotline.referral.police.conftest import NOW as PACKED_AT
from tests.hotline.referral.police.conftest import assessed_case, due, files_of, make_keys, make_recipient, pack
from tests.hotline.review.conftest import NOW, make_user
from tests.test_staff_access import paths

pytestmark = pytest.mark.django_db
__all__ = ["paths"]

CODE = Digests(sha256=bytes(range(32)), pdq=bytes(range(100, 132)), pdq_quality=91)
HOTLINE = Path(__file__).parents[2] / "hotline"
# Packages that hand something over, count, or answer partners. They do not know of the codes.
OUTWARD = ("referral", "statistics", "availability", "outbox", "hosting", "complaints", "intake/api", "intake/iccam")


def traces(content: bytes) -> list[str]:
    """The digests that are in `content`, raw, in hexadecimal digits or in base64."""
    return [
        name
        for name, digest in (("sha256", CODE.sha256), ("pdq", CODE.pdq))
        if digest
        and any(
            sign in content
            for sign in (digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)[:40])
        )
    ]


def with_code(report: Report) -> Report:
    store_own_pictures(report=report, codes=[CODE])
    return report


@pytest.fixture
def analyst() -> User:
    return make_user("first", "analyst")


@pytest.fixture
def iccam(tmp_path: Path, settings: Settings) -> Iterator[IccamServer]:
    """A running server, named by the settings."""
    server, ours = (
        make_certificate(tmp_path / "server"),
        make_certificate(tmp_path / "ours", host="hotline.test", client=True),
    )
    with IccamServer(server, ours.ca) as running:
        settings.ICCAM_URL = running.url_with_password
        settings.ICCAM_CA_FILE = str(server.ca)
        settings.ICCAM_CERT_FILE = str(ours.identity)
        yield running


def test_a_police_package_has_none(analyst: User, tmp_path: Path) -> None:
    keys = make_keys(tmp_path)
    assert isinstance(make_recipient(keys.pem), PoliceRecipient)
    report = with_code(assessed_case(author=analyst))
    due(report, reason="A child is in danger.", author=analyst)
    files = files_of(pack(PACKED_AT), keys)
    assert json.loads(files["case.json"])["cases"][0]["reference"] == report.reference
    assert {name: traces(content) for name, content in files.items() if traces(content)} == {}
    assert b"own_picture" not in files["case.json"]


def test_iccam_gets_none(iccam: IccamServer, analyst: User) -> None:
    referral = due_case("https://album.example.org/a/7.jpg", actor=analyst)[0]
    with_code(referral.report)
    assert sync_due_reports(now=NOW, seconds=300) == 1
    exchanged_data = json.dumps([iccam.reports, iccam.content_of("https://album.example.org/a/7.jpg")], default=str)
    assert referral.report.reference in exchanged_data
    assert traces(exchanged_data.encode()) == []


@pytest.mark.parametrize("part", ["outside", "public"])
def test_no_part_that_reaches_third_parties_can_read_one(part: str) -> None:
    with closing(connected_as(part)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, report_id FROM hotline_ownpicture")
        with pytest.raises(InsufficientPrivilege):
            cursor.execute("SELECT sealed FROM hotline_ownpicture")


def test_no_referral_package_uses_own_pictures() -> None:
    modules = [module for folder in OUTWARD for module in (HOTLINE / folder).rglob("*.py")]
    assert modules
    found = [str(module) for module in modules if re.search("own_?picture", module.read_text(), re.IGNORECASE)]
    assert found == []


def test_no_page_of_the_staff_shows_one(paths: dict[str, str]) -> None:
    person = signed_in("person", "supervisor")
    report = Report.objects.order_by("pk").first()
    assert report is not None
    with_code(report)
    claim_case(report_id=report.pk, actor=person.user, now=NOW)
    found = {}
    for path in (path for path in paths.values() if "/hotline/" in path):
        answer = person.client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        if traces(body):
            found[path] = traces(body)
    assert found == {}


def test_no_public_export_has_one(analyst: User) -> None:
    with_code(assessed_case(author=analyst))
    for page in ("statistics/", "statistics.csv", "statistics.json"):
        assert traces(Client().get(f"/en/hotline/{page}").content) == []
    out = io.StringIO()
    call_command("data_inventory", stdout=out)
    assert "OwnPicture" in out.getvalue()
