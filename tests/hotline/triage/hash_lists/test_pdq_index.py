"""PDQ hashes of lists: sealed, opened where the private keys are, and right to the bit."""

import random
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from clicksafely.common.crypto.sealing import SealError
from hotline.models import HashList, ListedPdq
from hotline.models.hash_lists import PDQ_THRESHOLD
from hotline.triage.hash_lists import pdq_index
from tests.hotline.triage.hash_lists.lists import imported, sha256

pytestmark = pytest.mark.django_db

LISTED = [sha256(str(number)) for number in range(300)]


def near(digest: bytes, bits: int, seed: int) -> bytes:
    """`digest` with so many of its bits turned, anywhere."""
    turned = sum(1 << place for place in random.Random(seed).sample(range(256), bits))
    return (int.from_bytes(digest) ^ turned).to_bytes(32)


def naive_distance(digest: bytes) -> int | None:
    nearest = min((int.from_bytes(digest) ^ int.from_bytes(one)).bit_count() for one in LISTED)
    return nearest if nearest <= PDQ_THRESHOLD else None


@pytest.fixture
def hash_list() -> HashList:
    return imported(LISTED, "pdq")


def test_the_nearest_of_all(hash_list: HashList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdq_index, "AT_ONCE", 7)
    digests = [near(LISTED[seed * 7 % 300], seed % 40, seed) for seed in range(80)] + [b"\0" * 32, b"\xff" * 32]
    assert pdq_index.distances(hash_list, digests) == [naive_distance(digest) for digest in digests]
    assert pdq_index.distances(hash_list, []) == []


def test_hashes_are_opened_once_and_released_with_the_list(
    hash_list: HashList, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert pdq_index.distances(hash_list, [near(LISTED[299], 5, 1), b"\0" * 32]) == [5, None]
    with django_assert_num_queries(0):
        assert pdq_index.distances(hash_list, [LISTED[0]]) == [0]
    pdq_index.discard_others([hash_list])
    assert hash_list.uuid in pdq_index._tables
    pdq_index.discard_others([])
    assert pdq_index._tables == {}


def test_without_the_private_keys_nothing_is_matched(hash_list: HashList, settings: Settings, tmp_path: Path) -> None:
    settings.SEALING_PRIVATE_KEYS = tmp_path / "absent.json"
    with pytest.raises(SealError):
        pdq_index.distances(hash_list, [LISTED[0]])


def test_after_a_rotation_of_keys(hash_list: HashList) -> None:
    for block in hash_list.pdq_blocks.all():
        ListedPdq.HASHES.reseal(block)
    assert pdq_index.distances(hash_list, [LISTED[0]]) == [0]
