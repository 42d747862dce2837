"""A list is imported whole or not at all, whatever happens on the way."""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from clicksafely.common.files.file_store import FileTooBig, StorageFull
from clicksafely.common.models import AuditEvent
from hotline.models import FileHash, HashList, ListedHash, ListedPdq, ListState
from hotline.states import ReportState
from hotline.triage.hash_lists import files, list_import, list_parser
from hotline.triage.hash_lists import list_import as hash_lists_list_import
from hotline.triage.hash_lists.files import store_file, sweep_files
from hotline.triage.hash_lists.list_import import erase_list, import_list
from hotline.triage.hash_lists.list_services import NameTaken, SameFile, UnderWay, remove_list
from tests.factories.received_reports import make_report
from tests.hotline.review.conftest import make_user
from tests.hotline.triage.hash_lists.lists import (
    NOW,
    added,
    file_of,
    imported,
    keyed,
    md5,
    sha256,
    stored,
    stored_hashes,
    written,
)
from tests.stored_data import database_text

pytestmark = pytest.mark.django_db


def run(hash_list: HashList, **options: Any) -> bool:
    is_finished = import_list(list_id=hash_list.pk, clock=lambda: NOW, **options)
    hash_list.refresh_from_db()
    return is_finished


def events(action: str) -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("data", flat=True))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_parser, "BATCH_ROWS", 10)
    monkeypatch.setattr(hash_lists_list_import, "MAX_DIGESTS_IN_MEMORY", 15)
    monkeypatch.setattr(list_import, "STORED_AT_ONCE", 10)


@pytest.fixture
def on_copy(monkeypatch: pytest.MonkeyPatch, small_batches: None) -> Iterator[list[Callable[[], object] | None]]:
    """What happens right before the first batch is stored, before the second one, and so on."""
    steps: list[Callable[[], object] | None] = []
    real = list_import._copy

    def copy(*args: Any) -> None:
        step = steps.pop(0) if steps else None
        if step:
            step()
        real(*args)

    monkeypatch.setattr(list_import, "_copy", copy)
    yield steps
    assert steps == []


class TestImport:
    def test_all_of_it_once_with_progress(self, small_batches: None) -> None:
        digests = [md5(str(number)) for number in range(35)]
        hash_list = added(written([*digests, digests[0], digests[34], digests[34]]))
        percentages: list[int] = []
        assert run(hash_list, progress=percentages.append)
        assert not run(hash_list)
        assert percentages == sorted(percentages)
        assert (len(percentages) > 5, percentages[-1]) == (True, 100)
        assert stored_hashes(hash_list) == keyed(*((1, digest) for digest in digests))
        assert (hash_list.state, hash_list.imported_at) == (ListState.ACTIVE, NOW)
        assert (hash_list.entries, hash_list.counts, hash_list.duplicates) == (35, {"md5": 35}, 3)
        assert (hash_list.percent, hash_list.lease, hash_list.lease_until) == (100, None, None)
        assert events("hashlist.imported") == [{"entries": 35, "duplicates": 3, "replaced": None}]
        assert [path.name for path in files.lists_folder().iterdir()] == []

    def test_pdq_is_sealed_in_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(list_import, "PDQ_AT_ONCE", 4)
        digests = [sha256(str(number)) for number in range(11)]
        hash_list = imported([*digests, digests[0]], "pdq")
        assert (hash_list.entries, hash_list.counts, stored_hashes(hash_list)) == (11, {"pdq": 11}, set())
        blocks = [ListedPdq.HASHES.open(block) for block in hash_list.pdq_blocks.order_by("pk")]
        assert [len(block) for block in blocks] == [128, 128, 96]
        assert b"".join(blocks) == b"".join(sorted(digests))

    def test_the_database_shows_no_hash_of_a_list(self) -> None:
        columns = {"md5": md5("a"), "sha1": sha256("a")[:20], "sha256": sha256("b"), "pdq": sha256("c")}
        content = f"{','.join(columns)}\n{','.join(digest.hex() for digest in columns.values())}\n".encode()
        hash_list = imported(content, "csv")
        assert (hash_list.entries, hash_list.counts) == (4, dict.fromkeys(columns, 1))
        assert stored_hashes(hash_list) == keyed((1, md5("a")), (2, sha256("a")[:20]), (3, sha256("b")))
        text = database_text()
        assert [name for name, digest in columns.items() if digest.hex() in text] == []

    def test_without_the_key_nothing_is_imported(self, settings: Settings) -> None:
        hash_list, settings.HASH_LIST_KEY = added(written([md5("a")])), ""
        with pytest.raises(ImproperlyConfigured):
            run(hash_list)
        assert (ListedHash.objects.count(), hash_list.file.exists()) == (0, True)


class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "layout", "problems", "count"),
        [
            (written([md5("a")]) + b"short\n" + written([md5("b")]) + b"zz" * 16, "md5", [[2, "length"], [4, "characters"]], 2),
            (written([sha256("a")]) * 30, "md5", [[line, "length"] for line in range(1, 21)], 30),
            (b"", "md5", [[0, "empty"]], 1),
        ],
    )  # fmt: skip
    def test_nothing_of_a_wrong_file(self, content: bytes, layout: str, problems: list[list[Any]], count: int) -> None:
        hash_list = added(content, layout)
        assert run(hash_list)
        assert (hash_list.state, hash_list.problems, hash_list.problem_count) == (ListState.REFUSED, problems, count)
        assert (ListedHash.objects.count(), hash_list.lease, hash_list.file.exists()) == (0, None, False)
        assert events("hashlist.refused") == [{"problem": problems[0][1], "problems": count}]

    def test_a_wrong_new_version_leaves_the_old_one_in_use(self) -> None:
        old = imported([md5("a")])
        new = added(b"wrong\n", replaces=True)
        run(new)
        old.refresh_from_db()
        assert (old.state, new.state, stored_hashes(old)) == (ListState.ACTIVE, ListState.REFUSED, keyed((1, md5("a"))))

    @pytest.mark.parametrize("damage", ["gone", "shorter"])
    def test_a_file_that_was_lost(self, damage: str) -> None:
        hash_list = added(written([md5("a"), md5("b")]))
        if damage == "shorter":
            hash_list.file.write_bytes(written([md5("a")]))
        else:
            hash_list.file.unlink()
        assert run(hash_list)
        assert (hash_list.state, hash_list.problems) == (ListState.REFUSED, [[0, "lost"]])

    def test_no_space_in_the_database(self, on_copy: list[Any]) -> None:
        """The server's own refusal, of a class of errors that it has for a full disk too."""

        def full() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE 'no space left on device' USING ERRCODE = '53100'; END $$")

        hash_list = added(written(md5(str(number)) for number in range(35)))
        on_copy += [None, None, full]
        assert run(hash_list)
        assert (hash_list.state, hash_list.problems) == (ListState.REFUSED, [[0, "no_room"]])
        assert ListedHash.objects.count() == 0

    def test_no_space_to_sort(self) -> None:
        hash_list = added(written([md5("a")]))
        hash_list.file.with_suffix(".sorting").write_bytes(b"no folder can be here")
        assert run(hash_list)
        assert (hash_list.state, hash_list.problems) == (ListState.REFUSED, [[0, "no_room"]])


class TestBrokenOff:
    def test_from_the_start_again(self, on_copy: list[Any]) -> None:
        digests = [md5(str(number)) for number in range(35)]
        hash_list = added(written([*digests, digests[0]]))

        def killed() -> None:
            raise KeyboardInterrupt

        on_copy += [None, None, killed]
        with pytest.raises(KeyboardInterrupt):
            run(hash_list)
        hash_list.refresh_from_db()
        assert (hash_list.state, 0 < ListedHash.objects.count() < 35) == (ListState.IMPORTING, True)
        # The lease of the killed process has not expired yet.
        assert not run(hash_list)
        HashList.objects.update(lease_until=Now() - timedelta(seconds=1))
        assert run(hash_list)
        assert (hash_list.state, hash_list.entries, hash_list.duplicates) == (ListState.ACTIVE, 35, 1)
        assert stored_hashes(hash_list) == keyed(*((1, digest) for digest in digests))

    def test_of_two_at_work_the_later_one_wins(self, on_copy: list[Any]) -> None:
        hash_list = added(written(md5(str(number)) for number in range(35)))
        on_copy += [None, lambda: HashList.objects.update(lease=uuid4())]
        assert not run(hash_list)
        assert (hash_list.state, hash_list.entries) == (ListState.IMPORTING, 0)

    def test_removed_while_it_is_imported(self, on_copy: list[Any]) -> None:
        hash_list, lead = added(written(md5(str(number)) for number in range(35))), make_user("lead", "supervisor")
        on_copy += [None, lambda: remove_list(list_id=hash_list.pk, actor=lead, now=NOW)]
        assert not run(hash_list)
        assert erase_list(list_id=hash_list.pk)
        hash_list.refresh_from_db()
        assert (hash_list.state, ListedHash.objects.count(), hash_list.file.exists()) == (ListState.REMOVED, 0, False)

    def test_the_database_away_leaves_it_to_be_begun_again(self, on_copy: list[Any]) -> None:
        hash_list = added(written([md5("a")]))

        def away() -> None:
            raise OperationalError("server closed the connection unexpectedly")

        on_copy.append(away)
        with pytest.raises(OperationalError):
            run(hash_list)
        hash_list.refresh_from_db()
        assert (hash_list.state, hash_list.file.exists()) == (ListState.IMPORTING, True)


class TestNewVersion:
    def test_takes_the_place_of_the_old_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(list_import, "ERASED_AT_ONCE", 1)
        old = imported([md5("a"), md5("b")])
        new = imported([md5("b"), md5("c")], replaces=True)
        old.refresh_from_db()
        assert (old.state, new.state) == (ListState.REMOVING, ListState.ACTIVE)
        assert events("hashlist.imported")[1]["replaced"] == old.pk
        assert erase_list(list_id=old.pk)
        assert not erase_list(list_id=old.pk)
        old.refresh_from_db()
        assert (old.state, old.entries, stored_hashes(old), stored_hashes(new)) == (
            ListState.REMOVED,
            2,
            set(),
            keyed((1, md5("b")), (1, md5("c"))),
        )

    def test_only_on_purpose_from_another_file_and_one_at_a_time(self) -> None:
        imported([md5("a")])
        with pytest.raises(NameTaken):
            added(written([md5("b")]))
        with pytest.raises(SameFile):
            added(written([md5("a")]), replaces=True)
        assert HashList.objects.count() == 1
        added(written([md5("b")]), replaces=True)
        with pytest.raises(UnderWay):
            added(written([md5("c")]), replaces=True)
        assert HashList.objects.count() == 2

    def test_open_cases_are_matched_anew_and_ended_ones_are_not(self) -> None:
        waiting, ended = make_report(state=ReportState.TRIAGED), make_report(state=ReportState.SPAM)
        for report in (waiting, ended):
            file_of(report, md5=md5("a"), matched_at=NOW)
        imported([md5("z")])
        assert dict(FileHash.objects.values_list("report", "matched_at")) == {waiting.pk: None, ended.pk: NOW}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond 64 kB: writing fails as it does where the disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


class TestFiles:
    def test_too_big_for_a_list_or_for_the_disk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with full_disk(), pytest.raises(StorageFull):
            store_file([b"x" * 50_000] * 3)
        monkeypatch.setattr("hotline.triage.hash_lists.files.MAX_BYTES", 5)
        assert store_file([b"abc", b"de"]).size == 5
        with pytest.raises(FileTooBig):
            store_file([b"abc", b"def"])
        assert len(list(files.lists_folder().iterdir())) == 1

    def test_old_orphan_files_are_deleted(self) -> None:
        waiting = added(written([md5("a")]))
        imported([sha256("a")], "pdq", name="Near ones")
        stored(b"orphan")
        young = stored(b"young")
        folder = files.lists_folder()
        (folder / "stray.1234").touch()
        (folder / "left.sorting").mkdir()
        (folder / "left.sorting" / "1-00").touch()
        # The clock of the test may be another one than that of the disk.
        now = time.time()
        for path in folder.iterdir():
            os.utime(path, (now, now) if path.stem == str(young.uuid) else (0, 0))
        assert sweep_files() == 3
        assert {path.name for path in folder.iterdir()} == {waiting.file.name, f"{young.uuid}.list"}


class TestConstraints:
    @pytest.mark.parametrize(
        ("algorithm", "digest"),
        [(1, b"x" * 16), (3, b"x" * 33), (4, b"x" * 32), (0, b"")],
    )
    def test_a_digest_has_the_length_of_its_kind(self, algorithm: int, digest: bytes) -> None:
        hash_list = added(b"")
        with pytest.raises(IntegrityError, match="listed_hash_length"), transaction.atomic():
            ListedHash.objects.create(hash_list=hash_list, algorithm=algorithm, digest=digest)

    def test_a_list_in_use_is_whole(self) -> None:
        hash_list = added(b"")
        for columns in ({"state": "active", "entries": 1}, {"state": "off", "imported_at": NOW}):
            with pytest.raises(IntegrityError, match="hash_list_in_use_is_whole"), transaction.atomic():
                HashList.objects.filter(pk=hash_list.pk).update(**columns)
        with pytest.raises(IntegrityError, match="hash_list_state_known"), transaction.atomic():
            HashList.objects.filter(pk=hash_list.pk).update(state="other")

    def test_one_version_is_in_use(self) -> None:
        imported([md5("a")])
        second = added(written([md5("b")]), replaces=True)
        with pytest.raises(IntegrityError, match="hash_list_one_active_version"), transaction.atomic():
            HashList.objects.filter(pk=second.pk).update(state="active", imported_at=NOW, entries=1)
