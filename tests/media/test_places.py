"""The storage API on a disk and in a bucket, and the additional features of a bucket."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from clicksafely.common.files import s3_storage as bucket_module
from clicksafely.common.files.disk_storage import DiskStorage, StorageUnavailable
from clicksafely.common.files.file_store import FileWriter, StorageFull, store_chunks, sync_files
from clicksafely.common.files.storage import media_storage
from tests.live_portal import free_port
from tests.media.conftest import Shared
from tests.mock_services.s3 import HangingService, refusing_service
from tests.waiting import until


def at(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def never() -> None:
    """A deadline for operations without waiting."""


def time_passes() -> None:
    """Wait longer than the patched `REST`."""
    later = time.monotonic() + 0.002
    until(lambda: time.monotonic() > later)


@pytest.fixture(params=["disk", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DiskStorage]:
    if request.param == "bucket":
        request.getfixturevalue("shared")
        yield media_storage()
    else:
        with override_settings(MEDIA_ROOT=tmp_path / "media"):
            yield media_storage()


class TestBoth:
    def test_written_and_read(self, place: DiskStorage) -> None:
        place.write(at("sealed/one"), b"0123456789")
        assert place.read(at("sealed/one")) == b"0123456789"
        assert place.head(at("sealed/one"), 4) == b"0123"
        place.replace(at("sealed/one"), b"abc")
        assert (place.read(at("sealed/one")), place.head(at("sealed/one"), 4)) == (b"abc", b"abc")

    def test_from_a_byte_on(self, place: DiskStorage) -> None:
        place.write(at("one"), b"0123456789")
        with closing(place.open(at("one"), 3, 5)) as content:
            assert content.read(3) == b"345"
        with closing(place.open(at("one"), 8)) as content:
            assert (content.read(9), content.read(9)) == (b"89", b"")

    def test_empty_file(self, place: DiskStorage) -> None:
        place.write(at("empty"), b"")
        with closing(place.open(at("empty"), 0, -1)) as content:
            assert content.read(1) == b""
        assert (place.read(at("empty")), place.head(at("empty"), 4), place.look(at("empty")).size) == (b"", b"", 0)

    @pytest.mark.real_time
    def test_stat(self, place: DiskStorage) -> None:
        place.write(at("library/one"), b"12345")
        found = place.look(at("library/one"))
        assert (found.path, found.size) == (at("library/one"), 5)
        # On a disk the beginning of the hour.
        assert -60 < time.time() - found.modified < 3600 + 60

    def test_missing_and_erased_file(self, place: DiskStorage) -> None:
        place.write(at("one"), b"1")
        assert place.has(at("one"))
        place.erase(at("one"))
        assert not place.has(at("one"))
        for verb in (place.read, place.look, place.open, lambda path: place.head(path, 3)):
            with pytest.raises(FileNotFoundError):
                verb(at("one"))
        place.erase(at("one"))

    def test_all_of_a_folder_and_nothing_of_its_neighbours(self, place: DiskStorage) -> None:
        # More than one page of the service's listing.
        inside = [at(f"library/{number}") for number in range(8)] + [at("library/deeper/лист са именом + ?&#.pdf")]
        for path in [*inside, at("library-covers/one"), at("one")]:
            place.write(path, b"x")
        assert sorted(found.path for found in place.below(at("library"))) == sorted(inside)
        assert len(list(place.below(Path(settings.MEDIA_ROOT)))) == 11
        assert place.read(inside[-1]) == b"x"
        assert list(place.below(at("nowhere"))) == []

    def test_received_file_is_stored_and_fetched(self, place: DiskStorage) -> None:
        stored = store_chunks([b"ab", b"cd"], FileWriter(at("library"), largest=9))
        sync_files(stored.path)
        with place.fetched(stored.path, meanwhile=never) as path:
            assert path.read_bytes() == b"abcd"
        assert place.read(stored.path) == b"abcd"


class TestBucket:
    def test_nothing_stays_on_the_disk(self, shared: Shared) -> None:
        stored = store_chunks([b"abcd"], FileWriter(at("library"), largest=9))
        sync_files(stored.path)
        media_storage().write(at("sealed/one"), b"x")
        with media_storage().fetched(at("sealed/one"), meanwhile=never):
            pass
        assert shared.files() == {f"library/{stored.uuid}": b"abcd", "sealed/one": b"x"}
        assert shared.local_files() == []

    def test_in_parts_where_it_is_large(self, shared: Shared) -> None:
        content = bytes(range(256)) * 4096 * 20
        stored = store_chunks([content], FileWriter(at("library"), largest=len(content)))
        sync_files(stored.path)
        assert shared.service.client.head_object(Bucket=shared.name, Key=f"library/{stored.uuid}")["ETag"].endswith(
            '-3"'
        )
        meanwhile: list[int] = []
        with media_storage().fetched(stored.path, meanwhile=lambda: meanwhile.append(1)) as path:
            assert path.read_bytes() == content
        assert len(meanwhile) == 3

    def test_two_at_once_fetch_the_same_file(self, shared: Shared) -> None:
        media_storage().write(at("one"), b"abc" * 1000)
        gate = threading.Barrier(2)

        def fetch(number: int) -> bytes:
            gate.wait(60)
            with media_storage().fetched(at("one"), meanwhile=never) as path:
                gate.wait(60)
                return path.read_bytes()

        with ThreadPoolExecutor(2) as threads:
            assert list(threads.map(fetch, range(2))) == [b"abc" * 1000] * 2
        assert shared.local_files() == []

    def test_other_files_stay_on_this_machine(self, shared: Shared, tmp_path: Path) -> None:
        (tmp_path / "key-of-the-demonstration").touch()
        assert media_storage().has(tmp_path / "key-of-the-demonstration")
        media_storage().erase(tmp_path / "key-of-the-demonstration")
        assert not media_storage().has(tmp_path / "key-of-the-demonstration")

    def test_leftovers_of_killed_processes_are_listed_for_cleanup(self, shared: Shared) -> None:
        media_storage().write(at("library/kept"), b"x")
        at("library").mkdir(parents=True)
        at("library/left").touch()
        assert [found.path.name for found in media_storage().below(at("library"))] == ["kept"]
        assert [found.path.name for found in media_storage().all_files_below(at("library"))] == ["kept", "left"]

    def test_a_child_process_has_its_own_client(self, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
        parents = media_storage()
        assert media_storage() is parents
        monkeypatch.setattr(os, "getpid", lambda: 1)
        assert media_storage() is not parents


class TestTrouble:
    @pytest.mark.parametrize(("status", "code"), [(403, "AccessDenied"), (404, "NoSuchBucket"), (500, "InternalError")])
    def test_refused(self, shared: Shared, status: int, code: str) -> None:
        with refusing_service(status, code) as endpoint, shared.without_bucket(endpoint):
            for act in (
                lambda: media_storage().write(at("one"), b"x"),
                lambda: media_storage().read(at("one")),
                lambda: media_storage().erase(at("one")),
                lambda: list(media_storage().below(at("library"))),
            ):
                with pytest.raises(StorageUnavailable, match=f"^{code}$"):
                    act()
            stored = store_chunks([b"x"], FileWriter(at("library"), largest=9))
            with pytest.raises(StorageFull) as refused:
                sync_files(stored.path)
        assert str(refused.value.__cause__) == code
        assert shared.local_files() == []
        assert shared.files() == {}

    def test_unreachable_bucket(self, shared: Shared) -> None:
        with shared.without_bucket():
            with pytest.raises(StorageUnavailable, match=r"^EndpointConnectionError$"):
                media_storage().read(at("one"))
            assert not media_storage().answers()
        assert media_storage().answers()

    def test_a_hanging_bucket_times_out_once(self, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bucket_module, "READING", 0.3)
        monkeypatch.setattr(bucket_module, "ASKING", 0.3)
        monkeypatch.setattr(bucket_module, "REST", 600)
        with HangingService() as service, shared.without_bucket(service.endpoint):
            with pytest.raises(StorageUnavailable, match=r"^ReadTimeoutError$"):
                media_storage().write(at("one"), b"x")
            tried = service.connections()
            assert tried
            for _ in range(3):
                with pytest.raises(StorageUnavailable, match=r"^NoAnswerAMomentAgo$"):
                    media_storage().read(at("one"))
            assert service.connections() == tried
            assert not media_storage().answers()

    def test_and_retried_briefly_after_a_pause(self, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bucket_module, "REST", 0.001)
        port = free_port()
        with shared.without_bucket(f"http://127.0.0.1:{port}"):
            for error in ("EndpointConnectionError", "NoAnswerAMomentAgo", "NoAnswerAMomentAgo"):
                with pytest.raises(StorageUnavailable, match=f"^{error}$"):
                    media_storage().read(at("one"))
                time_passes()
            # The object exists again, despite the response.
            with (
                refusing_service(403, "AccessDenied", port=port),
                pytest.raises(StorageUnavailable, match=r"^AccessDenied$"),
            ):
                media_storage().read(at("one"))

    @pytest.mark.parametrize("content", ["only-a-name\n", "name\n\n", "слова\nтајна\n"])
    def test_a_file_without_a_key(self, shared: Shared, tmp_path: Path, content: str) -> None:
        (tmp_path / "other").write_text(content)
        with (
            override_settings(MEDIA_S3_KEY_FILE=str(tmp_path / "other")),
            pytest.raises(StorageUnavailable, match="are invalid"),
        ):
            media_storage().read(at("one"))

    def test_no_key_and_no_address(self, shared: Shared, tmp_path: Path) -> None:
        for wrong in ({"MEDIA_S3_KEY_FILE": str(tmp_path / "none")}, {"MEDIA_S3_ENDPOINT": "not an address"}):
            with override_settings(**wrong), pytest.raises(StorageUnavailable, match="are invalid"):
                media_storage().read(at("one"))

    def test_several_files_are_stored_together_or_not_at_all(self, shared: Shared) -> None:
        first = store_chunks([b"first"], FileWriter(at("library"), largest=9))
        with pytest.raises(StorageFull):
            sync_files(first.path, at("library/was-never-written"))
        assert shared.files() == {}
        assert shared.local_files() == []


@pytest.mark.slow
def test_without_a_bucket_nothing_of_its_client_is_loaded() -> None:
    code = (
        "import django; django.setup(); import sys; from clicksafely.common.files.storage import media_storage; "
        "from clicksafely import urls; from clicksafely.monitoring.management.commands import doctor; media_storage(); "
        "print([name for name in sys.modules if name.startswith(('boto', 's3transfer'))])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
