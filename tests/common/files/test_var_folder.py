"""Permissions of the var folder."""

import os
import stat
from pathlib import Path

import pytest

from clicksafely.common.files import var_folder

CLOSED = 0o711 if os.geteuid() == 0 else 0o700


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_created_folders_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(umask)
    try:
        var_folder.make_var_folder(tmp_path / "above" / "var")
        var_folder.make_var_folder(tmp_path / "above" / "var")
    finally:
        os.umask(before)
    assert [mode(folder) for folder in (tmp_path, tmp_path / "above", tmp_path / "above" / "var")] == [
        0o755, CLOSED, CLOSED,
    ]  # fmt: skip


def test_configured_folder_is_unchanged(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    var_folder.make_var_folder(tmp_path)
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize(("found", "expected"), [(0o755, CLOSED), (0o700, 0o700)])
def test_the_checkouts_own_is_closed_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: int, expected: int
) -> None:
    own = tmp_path / "var"
    own.mkdir()
    own.chmod(found)
    monkeypatch.setattr(var_folder, "DEFAULT_VAR_FOLDER", own)
    var_folder.make_var_folder(own / "test")
    assert (mode(own), mode(own / "test")) == (expected, CLOSED)
