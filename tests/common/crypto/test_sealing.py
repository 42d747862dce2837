"""Sealed values can be opened only with their own key and for their own table, field and row."""

import hashlib
import json
import os
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import keyring, receipts, sealing
from clicksafely.common.crypto.sealing import (
    NoPrivateKey,
    NoPublicKey,
    ReporterKey,
    SealedValueDamaged,
    SealError,
    WrongKey,
)

ROW = UUID("6f2c1a52-0f3f-4f64-9d1e-3c0f5c1b7a11")
PLACE = {"ring": "hotline", "table": "hotline_sealedtext", "field": "words", "row": ROW}
HERS = {"table": "hotline_message", "field": "text", "row": ROW}
SALT = b"0123456789abcdef"


@pytest.fixture(autouse=True)
def rings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """New key rings for every test."""
    directory = tmp_path_factory.mktemp("keys")
    sealing.generate_rings(directory)
    settings.SEALING_PUBLIC_KEYS = directory / "public.json"
    settings.SEALING_PRIVATE_KEYS = directory / "private.json"
    return directory


@given(st.binary(max_size=2000))
@example(b"")
@example(b"\0" * 300)
@example("Пише ми непознат човек.".encode())
def test_sealed_value_opens(plaintext: bytes) -> None:
    assert sealing.open_sealed(sealing.seal(plaintext, **PLACE), **PLACE) == plaintext


def test_opens_memoryviews_of_the_database() -> None:
    assert sealing.open_sealed(memoryview(sealing.seal(b"words", **PLACE)), **PLACE) == b"words"


def test_a_large_picture() -> None:
    picture = os.urandom(5_000_000)
    assert sealing.open_sealed(sealing.seal(picture, **PLACE), **PLACE) == picture


def test_the_text_is_not_in_the_sealed_value() -> None:
    assert sealing.seal(b"planted words " * 20, **PLACE).find(b"planted") == -1


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({sealing.seal(b"words", **PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere", [{"table": "hotline_message"}, {"field": "contact"}, {"row": uuid4()}, {"field": "word", "table": "s"}]
)
def test_opens_in_no_other_place(elsewhere: dict[str, object]) -> None:
    with pytest.raises(SealedValueDamaged):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE | elsewhere)


def test_table_and_field_cannot_run_into_each_other() -> None:
    sealed = sealing.seal(b"words", ring="hotline", table="ab", field="c", row=ROW)
    with pytest.raises(SealedValueDamaged):
        sealing.open_sealed(sealed, ring="hotline", table="a", field="bc", row=ROW)


def test_a_ring_opens_nothing_of_another() -> None:
    with pytest.raises(WrongKey):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE | {"ring": "panel"})


def test_the_ring_is_bound_even_where_two_rings_share_a_key(settings: Settings) -> None:
    for path in (settings.SEALING_PUBLIC_KEYS, settings.SEALING_PRIVATE_KEYS):
        content = keyring.read_entries(path)
        path.write_text(json.dumps(content | {"panel": content["hotline"]}))
    with pytest.raises(SealedValueDamaged):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE | {"ring": "panel"})


def test_every_single_byte_is_guarded() -> None:
    sealed = sealing.seal(b"words", **PLACE)
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(SealError):
            sealing.open_sealed(altered, **PLACE)


@given(st.data())
def test_altered_cut_or_lengthened_values_raise_nothing_but_seal_errors(data: st.DataObject) -> None:
    sealed = bytearray(sealing.seal(b"words", **PLACE))
    for position in data.draw(st.lists(st.integers(0, len(sealed) - 1), max_size=4)):
        sealed[position] ^= data.draw(st.integers(1, 255))
    altered = bytes(sealed)[: data.draw(st.integers(0, len(sealed) - 1))] + data.draw(st.binary(max_size=40))
    with pytest.raises(SealError):
        sealing.open_sealed(altered, **PLACE)


@given(st.binary(max_size=1500))
def test_random_bytes_raise_nothing_but_seal_errors(noise: bytes) -> None:
    header = sealing.sealed_header("hotline")
    for sealed in (noise, header + noise, header + bytes(len(noise))):
        with pytest.raises(SealError):
            sealing.open_sealed(sealed, **PLACE)


@pytest.mark.parametrize("size", sealing.SIZE_CLASSES)
def test_size_classes_hide_the_length(size: int) -> None:
    smallest = sealing.SIZE_CLASSES[sealing.SIZE_CLASSES.index(size) - 1] - 3 if size > 256 else 0
    lengths = [len(sealing.seal(bytes(length), **PLACE)) for length in (smallest, size - 5, size - 4, size - 3)]
    assert lengths[0] == lengths[1] == lengths[2]
    assert lengths[3] > lengths[2]


def test_beyond_the_classes_sizes_are_rounded_up() -> None:
    overhead = len(sealing.seal(b"", **PLACE)) - 256
    sizes = {length: len(sealing.seal(bytes(length), **PLACE)) - overhead for length in (65_533, 131_068, 131_069)}
    assert sizes == {65_533: 131_072, 131_068: 131_072, 131_069: 196_608}
    assert len(sealing.seal(bytes(3_000_000), **PLACE)) - overhead == 12 * 256 * 1024


def test_a_process_with_public_keys_alone_seals_and_opens_nothing(settings: Settings) -> None:
    settings.SEALING_PRIVATE_KEYS.unlink()
    sealed = sealing.seal(b"words", **PLACE)
    with pytest.raises(NoPrivateKey):
        sealing.open_sealed(sealed, **PLACE)


def test_a_process_with_the_keys_of_another_ring_opens_nothing(settings: Settings) -> None:
    content = keyring.read_entries(settings.SEALING_PRIVATE_KEYS)
    settings.SEALING_PRIVATE_KEYS.write_text(json.dumps({"panel": content["panel"]}))
    with pytest.raises(NoPrivateKey):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE)


@pytest.mark.parametrize("content", [None, "", "{}", '{"hotline": []}', '{"hotline": [{"id": "00"}]}'])
def test_without_a_public_key_nothing_is_sealed(settings: Settings, content: str | None) -> None:
    if content is None:
        settings.SEALING_PUBLIC_KEYS.unlink()
    else:
        settings.SEALING_PUBLIC_KEYS.write_text(content)
    with pytest.raises(NoPublicKey):
        sealing.seal(b"words", **PLACE)


def test_an_older_key_still_opens(settings: Settings) -> None:
    before = sealing.seal(b"before", **PLACE)
    paths = {"public_path": settings.SEALING_PUBLIC_KEYS, "private_path": settings.SEALING_PRIVATE_KEYS}
    key_id = keyring.add_key("hotline", **paths)
    after = sealing.seal(b"after", **PLACE)
    assert sealing.key_id(after).hex() == key_id
    assert sealing.sealed_header("hotline") == after[: sealing.HEADER_BYTES]
    assert sealing.key_id(before) != sealing.key_id(after)
    assert [sealing.open_sealed(sealed, **PLACE) for sealed in (before, after)] == [b"before", b"after"]
    keyring.remove_keys("hotline", {sealing.key_id(before).hex()}, **paths)
    with pytest.raises(WrongKey):
        sealing.open_sealed(before, **PLACE)
    assert sealing.open_sealed(after, **PLACE) == b"after"


def test_errors_reveal_no_plaintext() -> None:
    sealed = sealing.seal(b"planted words", **PLACE)
    with pytest.raises(SealedValueDamaged) as caught:
        sealing.open_sealed(sealed[:-1], **PLACE)
    assert str(caught.value) == "altered, or sealed for another place"


class TestReporter:
    """The reporter's copy of a message is opened with receipt and salt, not with the hotline's keys."""

    RECEIPT = "7K3MQ9TZV4HD2XNB"

    def test_the_receipt_opens_it(self) -> None:
        public = ReporterKey.derive(self.RECEIPT, SALT).public_bytes
        sealed = sealing.seal_for_reporter(b"an answer", public_bytes=public, **HERS)
        assert ReporterKey.derive(self.RECEIPT, memoryview(SALT)).open(memoryview(sealed), **HERS) == b"an answer"

    def test_the_public_key_is_always_the_same(self) -> None:
        """A change of the derivation would exclude every existing reporter."""
        public = ReporterKey.derive(self.RECEIPT, SALT).public_bytes
        assert len(public) == 1216
        digest = hashlib.sha256(public).hexdigest()
        assert digest == "e865d1f8d32b4ffa6d1fec1e2f8511c75e61a8bd6495a4e3b92190b546b8796b"

    @pytest.mark.parametrize(("receipt", "salt"), [("7K3MQ9TZV4HD2XNC", SALT), (RECEIPT, b"0123456789abcdeg")])
    def test_another_receipt_or_report_does_not(self, receipt: str, salt: bytes) -> None:
        public = ReporterKey.derive(self.RECEIPT, SALT).public_bytes
        sealed = sealing.seal_for_reporter(b"an answer", public_bytes=public, **HERS)
        with pytest.raises(SealedValueDamaged):
            ReporterKey.derive(receipt, salt).open(sealed, **HERS)

    @pytest.mark.parametrize("elsewhere", [{"table": "t"}, {"field": "f"}, {"row": uuid4()}])
    def test_opens_in_no_other_place(self, elsewhere: dict[str, object]) -> None:
        key = ReporterKey.derive(self.RECEIPT, SALT)
        sealed = sealing.seal_for_reporter(b"an answer", public_bytes=key.public_bytes, **HERS)
        with pytest.raises(SealedValueDamaged):
            key.open(sealed, **HERS | elsewhere)

    def test_the_two_copies_are_not_mistaken_for_each_other(self) -> None:
        key = ReporterKey.derive(self.RECEIPT, SALT)
        with pytest.raises(WrongKey):
            key.open(sealing.seal(b"an answer", ring="hotline", **HERS), **HERS)
        with pytest.raises(WrongKey):
            sealing.open_sealed(
                sealing.seal_for_reporter(b"an answer", public_bytes=key.public_bytes, **HERS), ring="hotline", **HERS
            )

    @given(st.binary(max_size=1500))
    def test_random_bytes_raise_nothing_but_seal_errors(self, noise: bytes) -> None:
        key = ReporterKey.derive(self.RECEIPT, SALT)
        for sealed in (noise, b"\x01\0\0\0\0" + noise):
            with pytest.raises(SealError):
                key.open(sealed, **HERS)

    @pytest.mark.parametrize("receipt", ["", "7K3M-Q9TZ-V4HD-2XNB", "7k3mq9tzv4hd2xnb", "7K3MQ9TZV4HD2XNU"])
    def test_only_a_normalised_receipt_derives(self, receipt: str) -> None:
        with pytest.raises(ValueError, match="not a normalised receipt"):
            ReporterKey.derive(receipt, SALT)

    @pytest.mark.parametrize("public", [b"", bytes(1215), b"\xff" * 1216])
    def test_no_public_key(self, public: bytes) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the words are the library's
            sealing.seal_for_reporter(b"an answer", public_bytes=public, **HERS)

    def test_no_two_receipts_share_a_key(self) -> None:
        keys = {ReporterKey.derive(receipts.generate_code(), SALT).public_bytes for _ in range(50)}
        assert len(keys) == 50
