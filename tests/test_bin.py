"""The shell scripts of the Makefile, on machines with missing programs."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files of a clone that `bin/setup` reads."""
    (tmp_path / "bin").mkdir()
    for path in [BASE_DIR / "bin" / "setup", BASE_DIR / "bin" / "browser", *BASE_DIR.glob("requirements*.txt")]:
        shutil.copy(path, tmp_path / path.relative_to(BASE_DIR))
    return tmp_path


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for a PATH that contains only standard tools and the programs added by a test."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "dirname", "cksum", "cat", "touch", "rm", "mkdir", "chmod", "ln"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def run(clone: Path, programs: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(clone / command[0]), *command[1:]],
        env={"PATH": str(programs), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


# A replacement for uv without network: creates a .venv, and records the requested packages.
UV = """
case "$1" in
venv) mkdir -p .venv/bin && ln -sf /bin/true .venv/bin/python && echo "venv $*" >>calls ;;
pip) echo "$*" >>calls ;;
esac
"""


def test_neither_uv_nor_python_is_one_line(clone: Path, programs: Path) -> None:
    result = run(clone, programs, "bin/setup")
    assert result.returncode == 1
    assert result.stderr == "Neither uv nor python3 is on the PATH: install one of them.\n"


def test_only_too_old_a_python_is_one_line(clone: Path, programs: Path) -> None:
    program(programs, "uv", 'echo "error: No interpreter found" >&2; exit 2')
    result = run(clone, programs, "bin/setup")
    assert result.returncode == 1
    assert result.stderr == (
        "Python 3.12 or newer is needed: none was found on this machine, and uv could not fetch one.\n"
    )


def test_setup_skips_installed_requirements(clone: Path, programs: Path) -> None:
    program(programs, "uv", UV)
    assert run(clone, programs, "bin/setup").returncode == 0
    first = (clone / "calls").read_text().splitlines()
    assert len(first) == 2
    assert first[1] == "pip install --python .venv/bin/python --no-build --require-hashes -r requirements.txt"

    result = run(clone, programs, "bin/setup")
    assert (result.returncode, result.stdout) == (0, "")
    assert (clone / "calls").read_text().splitlines() == first

    with (clone / "requirements.txt").open("a") as file:
        file.write("# changed\n")
    assert run(clone, programs, "bin/setup").returncode == 0
    assert (clone / "calls").read_text().splitlines() == [*first, first[1]]


def source_distribution(folder: Path, name: str) -> str:
    """Create a source distribution of version 1.0 without build tools, and return its SHA-256.

    Building it creates a file `built`.
    """
    folder.mkdir()
    contents = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": f"open({str(folder / 'built')!r}, 'w').close()\n",
    }
    archive = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for file, text in contents.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{file}")
            entry.size = len(text)
            tar.addfile(entry, BytesIO(text.encode()))
    return hashlib.sha256(archive.read_bytes()).hexdigest()


class TestNothingIsBuilt:
    def test_setup_refuses_a_package_without_wheel(self, clone: Path, programs: Path, tmp_path: Path) -> None:
        digest = source_distribution(tmp_path / "index", "unbuilt")
        (clone / "requirements.txt").write_text(f"unbuilt==1.0 --hash=sha256:{digest}\n")
        uv = shutil.which("uv") or BASE_DIR / ".uv" / "bin" / "uv"
        (programs / "uv").symlink_to(uv)
        (programs / "python3.13").symlink_to(os.path.realpath(sys.executable))
        (clone / "uv.toml").write_text('no-index = true\nfind-links = ["index"]\n')
        result = run(clone, programs, "bin/setup", UV_CACHE_DIR=str(tmp_path / "cache"))
        assert result.returncode != 0
        assert "unbuilt" in result.stderr
        assert not (tmp_path / "index" / "built").exists()

    def test_uv_itself_is_never_built(self, clone: Path, programs: Path, tmp_path: Path) -> None:
        digest = source_distribution(tmp_path / "index", "uv")
        (clone / "requirements-uv.txt").write_text(f"uv==1.0 --hash=sha256:{digest}\n")
        (programs / "python3").symlink_to(os.path.realpath(sys.executable))
        index = {"PIP_FIND_LINKS": str(tmp_path / "index"), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
        result = run(clone, programs, "bin/setup", **index)
        assert result.returncode != 0
        assert "No matching distribution found for uv==1.0" in result.stderr
        assert not (tmp_path / "index" / "built").exists()


def test_an_interrupted_installation_is_begun_anew(clone: Path, programs: Path) -> None:
    program(programs, "uv", f'[ "$1" = pip ] && exit 1\n{UV}')
    assert run(clone, programs, "bin/setup").returncode == 1
    program(programs, "uv", UV)
    assert run(clone, programs, "bin/setup").returncode == 0
    assert [line.split()[0] for line in (clone / "calls").read_text().splitlines()] == ["venv", "venv", "pip"]


def test_a_named_browser_that_does_not_run_is_an_error_not_a_reason_to_look_on(clone: Path, programs: Path) -> None:
    program(programs, "chromium", "echo Chromium 1")
    result = run(clone, programs, "bin/browser", CHROMIUM="/nonexistent/chromium")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "CHROMIUM=/nonexistent/chromium does not run.\n"


# A replacement for the Python of .venv without network: counts the downloads, which all fail.
NO_DOWNLOAD = """
case "$1" in
bin/download_browser.py) echo download >>calls; exit 1 ;;
-c) echo /nonexistent/chrome ;;
esac
"""


def test_missing_browser_is_downloaded_once(clone: Path, programs: Path) -> None:
    program(programs, "id", "echo 1000")
    (clone / ".venv" / "bin").mkdir(parents=True)
    program(clone / ".venv" / "bin", "python", NO_DOWNLOAD)
    result = run(clone, programs, "bin/browser")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "No Chromium can be had here: set CHROMIUM to the path of one."

    result = run(clone, programs, "bin/browser")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.endswith("an earlier download failed: `bin/browser fetch` makes another attempt.\n")
    assert (clone / "calls").read_text() == "download\n"

    assert run(clone, programs, "bin/browser", "fetch").returncode == 1
    assert (clone / "calls").read_text() == "download\n" * 2


def test_root_on_debian_gets_debians_browser(clone: Path, programs: Path) -> None:
    program(programs, "id", "echo 0")
    program(
        programs,
        "apt-get",
        f'[ "$1" = update ] || {{ echo "$*" >{clone}/calls; cp {programs}/later {programs}/chromium; }}',
    )
    (programs / "cp").symlink_to(os.path.realpath(shutil.which("cp") or "/bin/cp"))
    program(programs, "later", "echo Chromium 1")
    result = run(clone, programs, "bin/browser")
    assert (result.returncode, result.stdout) == (0, f"{programs / 'chromium'}\n")
    assert (clone / "calls").read_text() == "install -y -qq --no-install-recommends chromium\n"
