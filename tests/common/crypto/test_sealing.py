"""Sealed values can be opened only with their own key and for their own table, field and row."""

import hashlib
import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import keyring, sealing
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


def test_the_same_text_is_never_sealed_alike_nor_in_clear() -> None:
    assert len({sealing.seal(b"words", **PLACE) for _ in range(5)}) == 5
    assert b"words" not in sealing.seal(b"words", **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"table": "hotline_message"},
        {"field": "contact"},
        {"row": uuid4()},
        {"table": "hotline_sealedtex", "field": "twords"},
    ],
)
def test_opens_in_no_other_place(elsewhere: dict[str, object]) -> None:
    with pytest.raises(SealedValueDamaged):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE | elsewhere)


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
        with pytest.raises(SealError):
            sealing.open_sealed(sealed[:position], **PLACE)


@given(st.binary(max_size=1500))
def test_random_bytes_raise_nothing_but_seal_errors(noise: bytes) -> None:
    header = sealing.sealed_header("hotline")
    for sealed in (noise, header + noise, header + bytes(len(noise))):
        with pytest.raises(SealError):
            sealing.open_sealed(sealed, **PLACE)


def test_size_classes_hide_the_length() -> None:
    overhead = len(sealing.seal(b"", **PLACE)) - 256
    lengths = (0, 251, 252, 253, 65_533, 131_068, 131_069, 3_000_000)
    sizes = [len(sealing.seal(bytes(length), **PLACE)) - overhead for length in lengths]
    assert sizes == [256, 256, 256, sealing.SIZE_CLASSES[1], 131_072, 131_072, 196_608, 12 * 256 * 1024]


def test_a_process_with_the_keys_of_another_ring_opens_nothing(settings: Settings) -> None:
    """Nor does a process without private keys, which seals."""
    content = keyring.read_entries(settings.SEALING_PRIVATE_KEYS)
    settings.SEALING_PRIVATE_KEYS.write_text(json.dumps({"panel": content["panel"]}))
    sealed = sealing.seal(b"words", **PLACE)
    with pytest.raises(NoPrivateKey):
        sealing.open_sealed(sealed, **PLACE)
    settings.SEALING_PRIVATE_KEYS.unlink()
    with pytest.raises(NoPrivateKey):
        sealing.open_sealed(sealing.seal(b"words", **PLACE), **PLACE)


@pytest.mark.parametrize("content", [None, "{}", '{"hotline": []}'])
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

    def test_it_opens_with_no_other_receipt_or_salt_and_in_no_other_place(self) -> None:
        key = ReporterKey.derive(self.RECEIPT, SALT)
        sealed = sealing.seal_for_reporter(b"an answer", public_bytes=key.public_bytes, **HERS)
        for receipt, salt in (("7K3MQ9TZV4HD2XNC", SALT), (self.RECEIPT, b"0123456789abcdeg")):
            with pytest.raises(SealedValueDamaged):
                ReporterKey.derive(receipt, salt).open(sealed, **HERS)
        for elsewhere in ({"table": "t"}, {"field": "f"}, {"row": uuid4()}):
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

    @pytest.mark.parametrize("receipt", ["", "7k3mq9tzv4hd2xnb"])
    def test_only_a_normalised_receipt_derives(self, receipt: str) -> None:
        with pytest.raises(ValueError, match="not a normalised receipt"):
            ReporterKey.derive(receipt, SALT)
