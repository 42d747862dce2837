"""Operation of a bucket: checks of the settings, the doctor, /readyz, and the move from a disk."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from pytest_django import Settings

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import media_storage
from clicksafely.monitoring.doctor import bucket
from clicksafely.monitoring.doctor.results import CheckResult, Severity
from tests.media.conftest import Shared
from tests.mock_services.s3 import KEY_ID, SECRET, HangingService, refusing_service
from tests.waiting import until


def complaints() -> list[CheckMessage]:
    return [each for each in run_checks(tags=["clicksafely"]) if (each.id or "").startswith("common.")]


def doctor_findings() -> list[CheckResult]:
    """The findings of the doctor. Each problem has a remedy."""
    found = list(bucket.check_bucket(datetime.now(UTC)))
    assert all(bool(one.remedy) == bool(one.level) for one in found)
    return found


class TestChecks:
    def test_no_key_file_is_required_without_a_bucket(self, settings: Settings) -> None:
        settings.MEDIA_S3_BUCKET, settings.MEDIA_S3_KEY_FILE = "", "/there/is/nothing"
        assert complaints() == []

    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("MEDIA_S3_KEY_FILE", "/there/is/nothing", "common.E301"),
            ("MEDIA_S3_ENDPOINT", "ftp://s3.example.org", "common.E303"),
            ("MEDIA_S3_ENDPOINT", "https://key:secret@s3.example.org", "common.E303"),
            ("MEDIA_S3_ENDPOINT", "https://s3.example.org:port", "common.E303"),
            ("MEDIA_S3_ENDPOINT", "http://s3.example.org", "common.W304"),
        ],
    )
    def test_invalid_settings_are_named_without_secrets(
        self, shared: Shared, settings: Settings, name: str, value: str, expected: str
    ) -> None:
        setattr(settings, name, value)
        assert [each.id for each in complaints()] == [expected]
        assert all(SECRET not in str(each) and KEY_ID not in str(each) for each in complaints())

    def test_fine_addresses(self, shared: Shared, settings: Settings) -> None:
        for address in ("", "https://s3.example.org", "https://s3.example.org:9000/", "http://localhost:9000"):
            settings.MEDIA_S3_ENDPOINT = address
            assert complaints() == []

    def test_a_world_readable_key(self, shared: Shared, settings: Settings) -> None:
        Path(settings.MEDIA_S3_KEY_FILE).chmod(0o644)
        assert [(each.id, each.hint) for each in complaints()] == [
            ("common.E302", f"chmod o= {settings.MEDIA_S3_KEY_FILE}")
        ]


@pytest.fixture
def no_client(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket is configured without the extra "s3"."""
    monkeypatch.delitem(sys.modules, "clicksafely.common.files.s3_storage")
    monkeypatch.delattr("clicksafely.common.files.s3_storage")
    monkeypatch.setitem(sys.modules, "boto3", None)


@pytest.mark.usefixtures("no_client")
class TestWithoutClient:
    def test_check_and_doctor_name_the_command(self) -> None:
        (message,) = complaints()
        assert message.id == "common.E305"
        (finding,) = doctor_findings()
        assert finding.level is Severity.BROKEN
        assert "bin/setup s3" in str(message.hint)
        assert "bin/setup s3" in finding.remedy

    def test_media_are_unreachable_instead_of_an_import_error(self) -> None:
        with pytest.raises(StorageUnavailable, match="boto3 is not installed"):
            media_storage()


class TestDoctor:
    def test_well(self, shared: Shared) -> None:
        assert [one.level for one in doctor_findings()] == [Severity.OK]
        assert (shared.files(), shared.local_files()) == ({}, [])

    def test_without_one(self, settings: Settings) -> None:
        settings.MEDIA_S3_BUCKET = ""
        assert [one.level for one in doctor_findings()] == [Severity.OK]

    @pytest.mark.parametrize(
        ("status", "code", "remedy"),
        [
            (404, "NoSuchBucket", "MEDIA_S3_BUCKET"),
            (403, "AccessDenied", "permissions"),
            (403, "SignatureDoesNotMatch", "MEDIA_S3_KEY_FILE"),
            (507, "XMinioStorageFull", "service"),
        ],
    )
    def test_refused(self, shared: Shared, status: int, code: str, remedy: str) -> None:
        with refusing_service(status, code) as endpoint, shared.without_bucket(endpoint):
            (finding,) = doctor_findings()
        assert (finding.level, code in finding.what, remedy in finding.remedy) == (Severity.BROKEN, True, True)

    def test_doctor_reports_an_unreachable_bucket_and_a_missing_key(self, shared: Shared) -> None:
        with shared.without_bucket():
            (finding,) = doctor_findings()
        assert (finding.level, "EndpointConnectionError" in finding.what) == (Severity.BROKEN, True)
        with override_settings(MEDIA_S3_KEY_FILE="/there/is/nothing"):
            (finding,) = doctor_findings()
        assert (finding.level, "MEDIA_S3" in finding.remedy) == (Severity.BROKEN, True)

    def test_a_versioned_bucket(self, shared: Shared) -> None:
        shared.service.client.put_bucket_versioning(Bucket=shared.name, VersioningConfiguration={"Status": "Enabled"})
        (finding,) = (one for one in doctor_findings() if one.level is Severity.BROKEN)
        assert "old versions" in finding.what

    def test_a_publicly_readable_bucket(self, shared: Shared) -> None:
        shared.service.client.put_bucket_policy(
            Bucket=shared.name,
            Policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", '
            f'"Resource": "arn:aws:s3:::{shared.name}/*"}}]}}',
        )
        (finding,) = (one for one in doctor_findings() if one.level is Severity.BROKEN)
        assert "publicly readable" in finding.what

    @pytest.mark.real_time
    def test_files_left_on_the_local_disk(self, shared: Shared) -> None:
        folder = Path(settings.MEDIA_ROOT) / "library"
        folder.mkdir(parents=True)
        (folder / "young").touch()
        assert len(doctor_findings()) == 1
        (folder / "old").touch()
        os.utime(folder / "old", (time.time() - 7200,) * 2)
        (Path(settings.MEDIA_ROOT) / "pictures").mkdir()
        (Path(settings.MEDIA_ROOT) / "pictures" / "drawn.png").touch()
        os.utime(Path(settings.MEDIA_ROOT) / "pictures" / "drawn.png", (0, 0))
        (finding,) = (one for one in doctor_findings() if one.level is Severity.LOOK)
        assert finding.what.startswith("1 files")


class TestReadyz:
    @pytest.fixture(autouse=True)
    def _database(self, db: None, shared: Shared) -> None:
        """`/readyz` also checks the database."""

    def disk_state(self) -> str:
        answer = Client().get("/readyz")
        assert answer.status_code == 200
        return str(answer.json()["disk"])

    def test_unavailable_bucket_stops_no_process(self, shared: Shared) -> None:
        assert self.disk_state() == "ok"
        with shared.without_bucket():
            assert self.disk_state() == "bucket unreachable"
        with override_settings(MEDIA_S3_KEY_FILE="/there/is/nothing"):
            assert self.disk_state() == "bucket unusable"

    def test_a_hanging_bucket_causes_no_long_wait(self, shared: Shared) -> None:
        with ThreadPoolExecutor(1) as pool, HangingService() as service, shared.without_bucket(service.endpoint):
            reading = pool.submit(media_storage().read, Path(settings.MEDIA_ROOT) / "one")
            until(service.connections, what="the first request")
            assert self.disk_state() == "bucket unreachable"
            # The request that began before still waits.
            assert not reading.done()
        with pytest.raises(StorageUnavailable):
            reading.result()


class TestMoving:
    @pytest.fixture(autouse=True)
    def _lying(self, shared: Shared) -> None:
        """Files from the time before the bucket."""
        for name in ("sealed/one", "library/two", ".restoring/three", "pictures/four.png"):
            path = Path(settings.MEDIA_ROOT) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())

    def move(self) -> str:
        call_command("move_media", stdout=(out := StringIO()))
        return out.getvalue()

    def test_moves_all_files_except_local_caches(self, shared: Shared) -> None:
        assert self.move() == f"2 files moved into {shared.name}.\n"
        assert shared.files() == {"sealed/one": b"sealed/one", "library/two": b"library/two"}
        assert shared.local_files() == ["four.png", "three"]
        assert self.move() == f"0 files moved into {shared.name}.\n"

    def test_existing_file_in_the_bucket_is_not_overwritten(self, shared: Shared) -> None:
        media_storage().write(Path(settings.MEDIA_ROOT) / "sealed" / "one", b"sealed anew")
        assert self.move() == f"1 files moved into {shared.name}.\n"
        assert shared.files()["sealed/one"] == b"sealed anew"

    def test_refused_files_stay_on_the_disk(self, shared: Shared) -> None:
        before = shared.local_files()
        with (
            refusing_service(403, "AccessDenied") as endpoint,
            shared.without_bucket(endpoint),
            pytest.raises(CommandError, match="403"),
        ):
            self.move()
        assert shared.local_files() == before

    def test_without_a_bucket(self) -> None:
        with override_settings(MEDIA_S3_BUCKET=""), pytest.raises(CommandError, match="MEDIA_S3_BUCKET is not set"):
            self.move()
