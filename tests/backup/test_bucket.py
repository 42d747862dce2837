"""Backups of media in a bucket, and restores: from disk to bucket and back."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings

from tests.backup.conftest import REPORTS
from tests.backup.systems import System
from tests.mock_services.s3 import S3Service, refusing_service, s3_service, write_key


@pytest.fixture(scope="module")
def service() -> Iterator[S3Service]:
    with s3_service() as running:
        yield running


@pytest.fixture
def name(service: S3Service) -> str:
    return service.make_bucket()


@contextmanager
def in_bucket(name: str, endpoint: str, folder: Path) -> Iterator[None]:
    key = str(write_key(folder / "bucket.key"))
    with override_settings(MEDIA_S3_BUCKET=name, MEDIA_S3_ENDPOINT=endpoint, MEDIA_S3_KEY_FILE=key):
        yield


def test_from_a_disk_into_a_bucket_and_back(
    backup: Path, bare: System, filled: System, service: S3Service, name: str, tmp_path: Path
) -> None:
    with in_bucket(name, service.endpoint, tmp_path):
        assert f"{REPORTS + 3:,} files" in bare.manage("restore", backup)
        assert service.files(name) == filled.files()
        assert bare.files() == {}
        service.client.put_object(Bucket=name, Key="pictures/made-again", Body=b"x")
        service.client.put_object(Bucket=name, Key="library-bundles/made-again.zip", Body=b"x")
        second = tmp_path / "second.tar"
        bare.manage("backup", second)
    with tarfile.open(second) as tar:
        members = {one.name.removeprefix("media/"): one for one in tar.getmembers() if one.name.startswith("media/")}
    assert sorted(members) == sorted(filled.files())
    bare.manage("restore", "--replace", second)
    assert bare.files() == filled.files()


def test_restore_replaces_the_content_of_the_bucket(
    backup: Path, bare: System, filled: System, service: S3Service, name: str, tmp_path: Path
) -> None:
    service.client.put_object(Bucket=name, Key="sealed/of-before", Body=b"x")
    with in_bucket(name, service.endpoint, tmp_path):
        assert "not empty" in bare.refuses("restore", backup)
        assert list(service.files(name)) == ["sealed/of-before"]
        bare.manage("restore", "--replace", backup)
    assert service.files(name) == filled.files()


def test_a_bucket_that_does_not_answer(backup: Path, bare: System, filled: System, name: str, tmp_path: Path) -> None:
    with in_bucket(name, "http://127.0.0.1:9", tmp_path):
        assert "(EndpointConnectionError)" in bare.refuses("restore", backup)
        assert "(NoAnswerAMomentAgo)" in filled.refuses("backup", tmp_path / "one.tar")
    with refusing_service(403, "AccessDenied") as endpoint, in_bucket(name, endpoint, tmp_path):
        assert "(AccessDenied)" in filled.refuses("backup", tmp_path / "one.tar")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["bucket.key"]
