"""Fails unless the pinned requirements match pyproject.toml and each other, and have wheels for every target.

Reads files only. `make requirements` writes them.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from wheels import WHEELS_FILE, Pin, missing_wheels, read_pins, read_wheels, unpinned_wheels

BASE_DIR = Path(__file__).resolve().parent.parent


def required_lines(project: dict[str, Any]) -> dict[str, list[str]]:
    """Return the requirements of pyproject.toml, by the file that pins them."""
    run = project["project"]["dependencies"]
    s3 = project["project"]["optional-dependencies"]["s3"]
    groups = project["dependency-groups"]
    return {
        "requirements.txt": run,
        "requirements-s3.txt": run + s3,
        "requirements-local.txt": run + _group(groups, "local"),
        "requirements-dev.txt": run + s3 + _group(groups, "dev"),
        "requirements-audit.txt": _group(groups, "audit"),
        "requirements-uv.txt": ["uv"],
    }


def faults(base_dir: Path) -> Iterator[str]:
    """Yield a description of each error."""
    project = tomllib.loads((base_dir / "pyproject.toml").read_text())
    lines = required_lines(project)
    pinned = {file: read_pins(base_dir / file) for file in lines}
    wheels = read_wheels(base_dir / WHEELS_FILE)
    for file, pins in pinned.items():
        yield from _unmet(file, pins, lines[file])
        yield from missing_wheels(file, pins, wheels)
    for file in ("requirements.txt", "requirements-s3.txt", "requirements-local.txt"):
        dev = {(pin.name, pin.version) for pin in pinned["requirements-dev.txt"]}
        for pin in pinned[file]:
            if (pin.name, pin.version) not in dev:
                yield f"{file}: {pin.name} {pin.version} differs in requirements-dev.txt"
    for wheel in unpinned_wheels((pin for pins in pinned.values() for pin in pins), wheels):
        yield f"{WHEELS_FILE}: {wheel} belongs to no pinned version"


def _group(groups: dict[str, Any], name: str) -> list[str]:
    """Return the lines of a dependency group, those of the groups that it includes first."""
    lines: list[str] = []
    for entry in groups[name]:
        lines += [entry] if isinstance(entry, str) else _group(groups, entry["include-group"])
    return lines


def _unmet(file: str, pins: list[Pin], lines: list[str]) -> Iterator[str]:
    versions = {pin.name: pin.version for pin in pins}
    for line in lines:
        requirement = Requirement(line)
        version = versions.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            yield f"{file}: {line} is required, {version or 'nothing'} is pinned"


def main() -> int:
    """Print the errors. Exit code 1 if there are any."""
    try:
        found = list(faults(BASE_DIR))
    except ValueError as error:
        found = [str(error)]
    for fault in found:
        sys.stderr.write(f"{fault}: run `make requirements`\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
