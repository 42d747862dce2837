"""Tests that a suspected picture is in no page, preview, export, log, folder or exception."""

import base64
import logging
from collections.abc import Iterator
from functools import cache
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from clicksafely.common.crypto import sealing
from hotline.models import FileHash, HashOrigin, LegalHold, Report, Upload
from hotline.models.sealed_content import sealed_path
from hotline.referral.quarantine import services
from hotline.review.claims import claim_case
from tests.clients.staff import make_staff, signed_in
from tests.factories.file_hashes import make_file_hash
from tests.hotline.referral.quarantine.conftest import drawn
from tests.test_staff_access import is_login_redirect, passing, paths

pytestmark = pytest.mark.django_db
__all__ = ["paths"]

PUBLIC = [
    f"/{language}/hotline/{page}"
    for language in ("sr", "sr-latn", "en")
    for page in ("statistics/", "statistics.csv", "statistics.json")
]


# Pages of cases with pictures, and one that shows another picture. The slow tests open all pages.
PICTURE_PAGES = (
    *(f"/admin/hotline/{place}" for place in ("case/", "desk/", "police", "report/", "upload")),
    "/admin/second-factors/",
)


@cache
def signs() -> dict[str, bytes]:
    """Byte patterns of the picture and of its derivatives."""
    data = drawn()
    # Base64 of a file at any offset in a group of three.
    encoded = [base64.b64encode(data[shift : shift + 60])[4:-4] for shift in range(3)]
    return {
        "raw": data[12:60],
        "hexadecimal": data[12:40].hex().encode(),
        "a picture in the page": b"data:image",
        "WebP": b"WEBPVP8",
        **{f"base 64, shifted by {shift}": code for shift, code in enumerate(encoded)},
    }


def traces(content: bytes) -> list[str]:
    """The patterns found in `content`."""
    return [name for name, sign in signs().items() if sign in content]


def got(client: Client, path: str) -> Iterator[tuple[str, bytes]]:
    """The responses to GET and POST of an address; their effects are rolled back."""
    for method, call in (("GET", client.get), ("POST", client.post)):
        with passing(client):
            answer = call(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert not is_login_redirect(answer), path
        assert not answer.headers.get("Content-Type", "").startswith(("image/", "video/", "audio/")), path
        yield f"{method} {path}", body


def found_in(client: Client, addresses: list[str]) -> dict[str, list[str]]:
    """{address: traces} of the addresses with any."""
    answers = (answer for path in addresses for answer in got(client, path))
    return {address: found for address, body in answers if (found := traces(body))}


@pytest.fixture
def picture(paths: dict[str, str]) -> Upload:
    """The picture named by the crawled addresses, with its file and hashes."""
    upload, data = Upload.objects.get(), drawn()
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True)
    path.write_bytes(sealing.seal(data, ring="hotline", table="hotline_upload", field="image", row=upload.uuid))
    Upload.objects.update(size=len(data))
    make_file_hash(
        report=upload.report, upload=upload, origin=HashOrigin.UPLOAD, md5=bytes(16), matched_at=timezone.now()
    )
    return upload


def test_the_search_finds_one_that_is_shown(picture: Upload, paths: dict[str, str]) -> None:
    """Control test: the search finds an unsuspected picture shown to its holder."""
    ana = signed_in("ana", "analyst")
    report = Report.objects.get(uploads=picture)
    claim_case(report_id=report.pk, actor=ana.user, now=timezone.now())
    reveal = f"/admin/hotline/case/{report.pk}/reveal/{picture.pk}/"
    assert found_in(ana.client, [reveal]) == {f"POST {reveal}": ["a picture in the page"]}
    data = drawn()
    assert traces(data) == ["raw", "WebP"]
    assert traces(data.hex().encode()) == ["hexadecimal"]
    for shift in range(3):
        assert any("base 64" in found for found in traces(base64.b64encode(b"xyz"[:shift] + data)))


# The accounts with the widest access.
@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("supervisor", PICTURE_PAGES),
        *(pytest.param(role, "/admin/", marks=pytest.mark.slow) for role in ("supervisor", "analyst", "auditor")),
    ],
)
def test_no_address_of_the_staff_side_has_it(
    picture: Upload, paths: dict[str, str], role: str, places: str | tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    services.suspect_upload(upload=picture, actor=make_staff("other", "analyst"), now=timezone.now())
    person = signed_in("person", role)
    report = Report.objects.get(uploads=picture)
    if role != "auditor":
        claim_case(report_id=report.pk, actor=person.user, now=timezone.now())
    with caplog.at_level(logging.DEBUG):
        found = found_in(person.client, [path for path in paths.values() if path.startswith(places)])
    # The QR code of the account's own authenticator app.
    assert found == {"GET /admin/second-factors/app/": ["a picture in the page"]}
    assert traces(caplog.text.encode()) == []


def test_no_public_page_or_export_has_it(picture: Upload) -> None:
    services.suspect_upload(upload=picture, actor=make_staff("other", "analyst"), now=timezone.now())
    assert found_in(Client(), PUBLIC) == {}


def test_a_legal_hold_does_not_prevent_its_erasure(
    picture: Upload, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    now, package = timezone.now(), uuid4()
    report = Report.objects.get(uploads=picture)
    assert LegalHold.objects.filter(report=report, released_at=None).exists()  # one of the crawled addresses
    services.suspect_upload(upload=picture, actor=make_staff("other", "analyst"), now=now)
    (file,) = services.files_for_handover(report=report, package=package, now=now)
    assert (file.data, traces(sealed_path(picture.uuid).read_bytes())) == (drawn(), [])
    output = StringIO()
    call_command("retention", "--dry-run", stdout=output)
    assert traces(output.getvalue().encode()) == []
    with django_capture_on_commit_callbacks(execute=True):
        services.mark_handed_over(package=package, now=now)
    picture.refresh_from_db()
    assert picture.erased_at == now
    assert not sealed_path(picture.uuid).exists()
    assert FileHash.objects.filter(upload=picture).exists()
