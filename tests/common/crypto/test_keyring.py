"""Key ring files: private, written atomically, never replaced, read again after a change."""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clicksafely.common.crypto import keyring
from clicksafely.common.crypto.keyring import (
    RINGS,
    KeyRingError,
    add_key,
    generate_rings,
    read_private,
    read_public,
    remove_keys,
)


@pytest.fixture
def rings(tmp_path: Path) -> Path:
    generate_rings(tmp_path)
    return tmp_path


def paths(rings: Path) -> dict[str, Path]:
    return {"public_path": rings / "public.json", "private_path": rings / "private.json"}


def ids(path: Path, ring: str = "hotline") -> list[str]:
    return [entry["id"] for entry in json.loads(path.read_text())[ring]]


def test_every_ring_has_a_key_of_its_own_and_the_public_file_no_secret(rings: Path) -> None:
    public, private = read_public(rings / "public.json"), read_private(rings / "private.json")
    assert set(public) == set(private) == set(RINGS)
    assert len({key_id for keys in public.values() for key_id, _key in keys}) == len(RINGS)
    for ring in RINGS:
        assert [key_id for key_id, _key in public[ring]] == list(private[ring])
    entries = [entry for keys in json.loads((rings / "public.json").read_text()).values() for entry in keys]
    assert {name for entry in entries for name in entry} == {"id", "created", "public"}


@pytest.mark.parametrize("remaining_file", ["public.json", "private.json"])
def test_rings_are_never_replaced(rings: Path, remaining_file: str) -> None:
    content = (rings / remaining_file).read_bytes()
    for path in list(rings.iterdir()):
        if path.name != remaining_file:
            path.unlink()
    with pytest.raises(FileExistsError):
        generate_rings(rings)
    # Not even the missing half is created: the two would not match.
    assert {path.name: path.read_bytes() for path in rings.iterdir()} == {remaining_file: content}


def test_a_new_key_is_the_last_in_both_files_and_touches_no_other_ring(rings: Path) -> None:
    old, panel = ids(rings / "public.json"), ids(rings / "public.json", "panel")
    before = read_public(rings / "public.json")
    assert read_public(rings / "public.json") is before
    (rings / "private.json.new").write_text("half a file of an interrupted run")
    key_id = add_key("hotline", **paths(rings))
    assert ids(rings / "public.json") == ids(rings / "private.json") == [*old, key_id]
    assert ids(rings / "public.json", "panel") == panel
    assert read_public(rings / "public.json")["hotline"][-1][0].hex() == key_id
    assert list(read_private(rings / "private.json")["hotline"])[-1].hex() == key_id


def test_a_new_key_can_be_opened_before_it_can_be_sealed_to(rings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption between the two files never leads to values that cannot be opened."""
    written = []
    write = keyring._write

    def write_once(path: Path, content: keyring.KeyRingFile) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path.name)
        write(path, content)

    monkeypatch.setattr(keyring, "_write", write_once)
    with pytest.raises(KeyboardInterrupt):
        add_key("hotline", **paths(rings))
    assert written == ["private.json"]
    assert set(ids(rings / "public.json")) < set(ids(rings / "private.json"))


def test_a_dropped_key_is_removed_from_both_files_and_the_newest_key_stays(rings: Path) -> None:
    old = ids(rings / "public.json")
    new = add_key("hotline", **paths(rings))
    remove_keys("hotline", set(old), **paths(rings))
    assert ids(rings / "public.json") == ids(rings / "private.json") == [new]
    with pytest.raises(ValueError, match="newest"):
        remove_keys("hotline", {new}, **paths(rings))
    assert ids(rings / "private.json") == [new]


def test_files_keep_their_mode_and_owner(rings: Path) -> None:
    (rings / "public.json").chmod(0o644)
    (rings / "private.json").chmod(0o640)
    if os.geteuid() == 0:
        os.chown(rings / "private.json", 65534, 65534)
    owner = (rings / "private.json").stat().st_uid
    add_key("hotline", **paths(rings))
    assert (rings / "public.json").stat().st_mode & 0o777 == 0o644
    private = (rings / "private.json").stat()
    assert (private.st_mode & 0o777, private.st_uid) == (0o640, owner)


def test_readers_never_meet_half_a_file(rings: Path) -> None:
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            assert read_public(rings / "public.json")["hotline"]
            assert read_private(rings / "private.json")["hotline"]

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for _ in range(10):
            add_key("panel", **paths(rings))
        done.set()
        for reader in readers:
            reader.result(60)
    assert len(ids(rings / "private.json", "panel")) == 11


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "0a0b0c0d"},
        {"id": "zz0b0c0d", "public": "", "secret": ""},
        {"id": "00000000", "public": "", "secret": ""},
        {"id": "0a0b0c0d", "public": "AAAA", "secret": "AAAA"},
        {"id": "0a0b0c0d", "public": "not base64!", "secret": "not base64!"},
        None,
    ],
)
def test_invalid_key_is_refused_without_being_quoted(tmp_path: Path, entry: object) -> None:
    path = tmp_path / "ring.json"
    path.write_text(json.dumps({"hotline": [entry]}))
    for read in (read_public, read_private):
        with pytest.raises(KeyRingError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path} is not a key ring: ")
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("content", [b"", b"[]", b'{"hotline": null}', b"\xff"])
def test_invalid_ring_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ring.json"
    path.write_bytes(content)
    for read in (read_public, read_private):
        with pytest.raises(KeyRingError):
            read(path)
