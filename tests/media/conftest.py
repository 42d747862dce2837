"""A bucket in a real S3 service, and machines that share it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import botocore.session
import pytest
from botocore.loaders import create_loader
from django.test import override_settings
from pytest_django import Settings

from tests.mock_services.s3 import S3Service, s3_service, write_key


@dataclass
class Shared:
    """A bucket that machines share. Each machine has its own media folder."""

    service: S3Service
    name: str
    folder: Path

    def files(self) -> dict[str, bytes]:
        """All objects of the bucket, by key."""
        return self.service.files(self.name)

    def machine(self, name: str) -> AbstractContextManager[None]:
        """Switch to another machine inside the block."""
        return override_settings(MEDIA_ROOT=self.folder / name)

    def local_files(self) -> list[str]:
        """The files on the disks of all machines."""
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())

    @contextmanager
    def without_bucket(self, endpoint: str = "http://127.0.0.1:9") -> Iterator[None]:
        """Inside the block another server, or none, answers in place of the bucket."""
        with override_settings(MEDIA_S3_ENDPOINT=endpoint):
            yield


@pytest.fixture(autouse=True, scope="session")
def _s3_service_model_is_cached() -> Iterator[None]:
    """Cache the S3 service model: a client parses megabytes of JSON, and each test creates its own clients."""
    loader = create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lambda _path: loader)
        yield


@pytest.fixture(scope="session")
def service() -> Iterator[S3Service]:
    with s3_service() as running:
        yield running


@pytest.fixture
def shared(service: S3Service, settings: Settings, tmp_path: Path) -> Shared:
    """An empty bucket, configured in the settings."""
    one = Shared(service, service.make_bucket(), tmp_path / "machines")
    settings.MEDIA_ROOT = one.folder / "first"
    settings.MEDIA_S3_BUCKET, settings.MEDIA_S3_ENDPOINT = one.name, service.endpoint
    settings.MEDIA_S3_KEY_FILE = str(write_key(tmp_path / "key"))
    settings.PANEL_ERASURE_LOG = tmp_path / "erasures.txt"
    return one
