"""The S3 service can hang, be killed and restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from clicksafely.common.files.s3_storage import S3Storage
from tests.mock_services.s3 import S3Service, s3_service, write_key


@pytest.fixture
def service() -> Iterator[S3Service]:
    """A separate service, because the test kills it."""
    with s3_service() as running:
        yield running


@pytest.mark.slow
def test_it_can_hang_continue_be_killed_and_restart_empty(
    service: S3Service, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, name = tmp_path, service.make_bucket()
    settings.MEDIA_S3_ENDPOINT, settings.MEDIA_S3_KEY_FILE = service.endpoint, str(write_key(tmp_path / "key"))
    bucket = S3Storage(name)
    bucket.write(tmp_path / "one", b"kept")
    service.hang()
    assert not bucket.answers()
    service.go_on()
    assert bucket.answers()
    assert service.files(name) == {"one": b"kept"}
    service.kill()
    assert not bucket.answers()
    service.start()
    assert not bucket.answers()
    service.make_bucket(name)
    assert bucket.answers()
    assert service.files(name) == {}
