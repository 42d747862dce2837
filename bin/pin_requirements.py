"""Pins the requirements of pyproject.toml with hashes, and records the wheels for every target. Writes nothing if one is missing."""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name
from wheels import TARGETS, WHEELS_FILE, Pin, best_wheel, missing_wheels, read_pins

BASE_DIR = Path(__file__).resolve().parent.parent
COMPILE = ["pip", "compile", "--quiet", "--universal", "--no-build", "--no-annotate", "--no-header"]
# Content of each file. Versions already pinned stay, unless they no longer fit.
FILES = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-s3.txt": ["pyproject.toml", "--extra", "s3"],
    "requirements-local.txt": ["pyproject.toml", "--group", "local"],
    "requirements-dev.txt": ["pyproject.toml", "--extra", "s3", "--group", "dev"],
    "requirements-audit.txt": ["--group", "pyproject.toml:audit"],
    "requirements-uv.txt": ["-"],
}
# The oldest Python of each file: uv itself is installed by the machine's own.
OLDEST = {"requirements-uv.txt": "3.9"}


def compile_file(name: str, folder: Path) -> None:
    """Pin one file in `folder`. Raises CalledProcessError; uv prints the package to stderr."""
    output = folder / name
    if (BASE_DIR / name).exists():
        shutil.copy(BASE_DIR / name, output)
    version = OLDEST.get(name, "3.12")
    _uv(*COMPILE, "--generate-hashes", "--python-version", version, *FILES[name], "-o", str(output), stdin_text="uv")


def available(path: Path) -> Iterator[tuple[Pin, dict[str, str]]]:
    """Yield each pin of a requirements file with the wheels of its release: SHA-256 by file name."""
    pins = read_pins(path)
    lock = path.with_name(f"pylock.{path.stem}.toml")
    version = OLDEST.get(path.name, "3.12")
    arguments = ["--no-deps", "--format", "pylock.toml", "--python-version", version, str(path), "-o", str(lock)]
    _uv(*COMPILE, *arguments)
    releases: dict[tuple[str, str], dict[str, str]] = {}
    for package in tomllib.loads(lock.read_text())["packages"]:
        release = releases.setdefault((canonicalize_name(package["name"]), package["version"]), {})
        release.update({_file_name(wheel): wheel["hashes"]["sha256"] for wheel in package.get("wheels", [])})
    for pin in pins:
        yield pin, releases[pin.name, pin.version]


def _file_name(wheel: dict[str, Any]) -> str:
    return str(wheel.get("name") or urlsplit(wheel["url"]).path.rpartition("/")[2])


def _uv(*arguments: str, stdin_text: str = "") -> None:
    uv = shutil.which("uv") or str(BASE_DIR / ".uv" / "bin" / "uv")
    subprocess.run([uv, *arguments], cwd=BASE_DIR, input=stdin_text, text=True, check=True)


def main() -> int:
    """Write the requirements files and the list of wheels. Exit code 1 if a package has no wheel for a target."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen: dict[str, str] = {}
        faults: list[str] = []
        for file in FILES:
            try:
                compile_file(file, folder)
                found = dict(available(folder / file))
            except subprocess.CalledProcessError as error:
                sys.stderr.write(f"{file} cannot be pinned: uv exited with {error.returncode}.\n")
                return 1
            for pin, wheels in found.items():
                best = {best_wheel(target, wheels) for target in TARGETS if target.needs(pin.marker)}
                chosen |= {wheel: wheels[wheel] for wheel in best if wheel}
            faults += missing_wheels(file, found, chosen)
        if faults:
            sys.stderr.write("".join(f"{fault}\n" for fault in faults))
            return 1
        for file in FILES:
            shutil.copy(folder / file, BASE_DIR / file)
    lines = [f"{digest}  {wheel}\n" for wheel, digest in sorted(chosen.items())]
    (BASE_DIR / WHEELS_FILE).write_text("".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
