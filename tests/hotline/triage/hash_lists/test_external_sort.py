"""Digests sorted on the disk: all of them, each once, in the order of the key."""

import random
from pathlib import Path

import pytest

from hotline.models import Algorithm
from hotline.triage.hash_lists import list_import
from hotline.triage.hash_lists.list_import import Buckets, DiskFull
from tests.hotline.triage.hash_lists.lists import sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "buckets"


@pytest.mark.parametrize("held", [1, 70, 10_000])
def test_in_order_and_each_once(folder: Path, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(list_import, "MAX_DIGESTS_IN_MEMORY", held)
    rows = [(Algorithm.MD5, sha256(str(number))) for number in range(300)]
    rows += [(Algorithm.PDQ, sha256(str(number))) for number in range(300)] + rows[:50]
    random.Random(1).shuffle(rows)
    buckets = Buckets(folder)
    for start in range(0, len(rows), 60):
        buckets.add(rows[start : start + 60])
    sorted_rows = [(algorithm, digest) for algorithm, digests in buckets.take() for digest in digests]
    assert (buckets.read, sorted_rows) == (650, sorted(set(rows)))
    buckets.remove()
    assert not folder.exists()


def test_of_nothing(folder: Path) -> None:
    buckets = Buckets(folder)
    buckets.add([])
    assert (list(buckets.take()), buckets.read) == ([], 0)


def test_rows_of_an_earlier_attempt_are_ignored(folder: Path) -> None:
    earlier = Buckets(folder)
    earlier.add([(Algorithm.MD5, sha256("a"))])
    assert len(list(earlier.take())) == 1
    later = Buckets(folder)
    later.add([(Algorithm.MD5, sha256("b"))])
    assert list(later.take()) == [(Algorithm.MD5, [sha256("b")])]


def test_without_a_disk(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"no folder can be here")
    buckets = Buckets(folder)
    buckets.add([(Algorithm.MD5, sha256("a"))])
    with pytest.raises(DiskFull):
        list(buckets.take())
