"""Fixtures: pictures of a case, drawn shapes sealed like received ones."""

from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import sealing
from hotline.models import HashList, HashMatch, HashOrigin, ListMeaning, Report, Upload
from hotline.models.sealed_content import sealed_path
from tests.factories.file_hashes import make_file_hash
from tests.hotline.review.conftest import NOW, analyst, case, colleague, supervisor

__all__ = ["analyst", "case", "colleague", "supervisor"]

HOUR = NOW.replace(minute=0)


@pytest.fixture(autouse=True)
def _media_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def drawn(colour: str = "orange") -> bytes:
    """A WebP picture of a coloured triangle."""
    image = Image.new("RGB", (160, 120), "white")
    ImageDraw.Draw(image).polygon([(10, 110), (80, 10), (150, 110)], fill=colour)
    out = BytesIO()
    image.save(out, "WEBP", lossless=True)
    return out.getvalue()


def make_picture(report: Report, *, colour: str = "orange") -> Upload:
    """A sealed picture that was matched against the lists and is on none."""
    row, data = uuid4(), drawn(colour)
    path = sealed_path(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sealing.seal(data, ring="hotline", table="hotline_upload", field="image", row=row))
    upload = Upload.objects.create(report=report, uuid=row, size=len(data), mime_type="image/webp", stored_at=HOUR)
    make_file_hash(
        report=report,
        upload=upload,
        origin=HashOrigin.UPLOAD,
        md5=row.bytes,
        sha256=row.bytes * 2,
        media_type="image/png",
        size=2048,
        matched_at=HOUR,
    )
    return upload


def name_on_list(upload: Upload, *, meaning: str = ListMeaning.CSAM) -> None:
    """Record a list match; the test decides about the lock."""
    hash_list = HashList.objects.create(
        name=f"Drawn shapes {uuid4()}",
        source="Example hotline",
        label="baseline",
        meaning=meaning,
        layout="md5",
        file_size=1,
        file_digest=bytes(32),
        arrived_at=NOW,
    )
    HashMatch.objects.create(file_hash=upload.file_hash, hash_list=hash_list, algorithm=1, matched_at=HOUR)
