"""The packed files of PDQ: made when needed, whole or not used, and right to the bit."""

import os
import random
from pathlib import Path

import pytest

from hotline.models import HashList
from hotline.models.hash_lists import PDQ_THRESHOLD
from hotline.triage.hash_lists import pdq_index
from tests.hotline.triage.hash_lists.lists import imported, sha256

pytestmark = pytest.mark.django_db

LISTED = [sha256(str(number)) for number in range(300)]


def near(digest: bytes, bits: int, seed: int) -> bytes:
    """`digest` with so many of its bits turned, anywhere."""
    turned = sum(1 << place for place in random.Random(seed).sample(range(256), bits))
    return (int.from_bytes(digest) ^ turned).to_bytes(32)


def by_hand(digest: bytes) -> int | None:
    nearest = min((int.from_bytes(digest) ^ int.from_bytes(one)).bit_count() for one in LISTED)
    return nearest if nearest <= PDQ_THRESHOLD else None


@pytest.fixture
def hash_list() -> HashList:
    return imported(LISTED, "pdq")


def test_the_nearest_of_all(hash_list: HashList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq_index, "AT_ONCE", 7)
    wanted = [near(LISTED[seed * 7 % 300], seed % 40, seed) for seed in range(80)] + [b"\0" * 32, b"\xff" * 32]
    assert pdq_index.distances(hash_list, wanted) == [by_hand(digest) for digest in wanted]
    assert pdq_index.distances(hash_list, []) == []


@pytest.mark.parametrize("damage", ["gone", "cut", "longer"])
def test_a_file_that_is_not_whole_is_made_anew(hash_list: HashList, damage: str) -> None:
    path, content = hash_list.pdq_file, hash_list.pdq_file.read_bytes()
    path.unlink() if damage == "gone" else path.write_bytes(content[:-1] if damage == "cut" else content + b"x" * 32)
    assert pdq_index.distances(hash_list, [LISTED[0]]) == [0]
    assert path.read_bytes() == content


def test_without_a_disk_the_hashes_come_from_the_database(
    hash_list: HashList, monkeypatch: pytest.MonkeyPatch, lists_folder: Path
) -> None:
    monkeypatch.setattr(pdq_index, "AT_ONCE", 64)
    hash_list.pdq_file.unlink()
    lists_folder.rmdir()
    lists_folder.write_bytes(b"no folder")
    assert pdq_index.distances(hash_list, [near(LISTED[299], 5, 1), b"\0" * 32]) == [5, None]


def test_a_broken_off_writing_leaves_nothing_that_is_used(hash_list: HashList, monkeypatch: pytest.MonkeyPatch) -> None:
    hash_list.pdq_file.unlink()

    def full(hash_list: HashList) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(pdq_index, "_stored", full)
        pdq_index.prepare(hash_list)
    assert list(hash_list.pdq_file.parent.iterdir()) == []
