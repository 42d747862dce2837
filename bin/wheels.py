"""Pinned requirements, their recorded wheels, and the six targets that each pin needs a wheel for."""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename

# In the format of sha256sum: a digest and a file name per line.
WHEELS_FILE: Final = "requirements-wheels.sha256"
# Debian 12, Ubuntu 22.04 and everything later have a newer glibc.
GLIBC_MINOR: Final = 28
_LEGACY: Final = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_MACHINES: Final = {"x86_64": "x86-64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Target:
    """CPython 3.`minor` on Linux with glibc 2.28 on a `machine` (x86_64, aarch64)."""

    machine: str
    minor: int

    def __str__(self) -> str:
        return f"Linux {_MACHINES[self.machine]} with CPython 3.{self.minor}"

    def needs(self, marker: Marker | None) -> bool:
        """Return whether a requirement with this marker is installed on the target."""
        environment = cast(dict[str, str], default_environment()) | {
            "implementation_name": "cpython",
            "implementation_version": f"3.{self.minor}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"3.{self.minor}.0",
            "python_version": f"3.{self.minor}",
            "sys_platform": "linux",
        }
        return marker is None or marker.evaluate(environment)

    def rank(self, wheel: str) -> int | None:
        """Return how well the wheel of this file name fits, 0 being best; None if it cannot be installed."""
        ranks = _ranks(self)
        return min((ranks[tag] for tag in parse_wheel_filename(wheel)[3] if tag in ranks), default=None)


TARGETS: Final = tuple(Target(machine, minor) for machine in _MACHINES for minor in (12, 13, 14))


@dataclass(frozen=True)
class Pin:
    """One line of a requirements file."""

    name: NormalizedName
    version: str
    marker: Marker | None
    hashes: frozenset[str]


def read_pins(path: Path) -> list[Pin]:
    """Return the pins of a hashed requirements file. Raises ValueError for a line without a pin."""
    pins = []
    for line in path.read_text().replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        text, *hashes = line.split("--hash=sha256:")
        requirement = Requirement(text.strip())
        versions = [each.version for each in requirement.specifier if each.operator == "=="]
        if len(versions) != 1:
            raise ValueError(f"{path.name}: {text.strip()} is not pinned")
        found = frozenset(each.strip() for each in hashes)
        pins.append(Pin(canonicalize_name(requirement.name), versions[0], requirement.marker, found))
    return pins


def read_wheels(path: Path) -> dict[str, str]:
    """Return the SHA-256 of each recorded wheel by file name."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {name: digest for digest, name in lines}


def missing_wheels(file: str, pins: Iterable[Pin], wheels: dict[str, str]) -> Iterator[str]:
    """Yield each pin of `file` without a recorded wheel for some target, or with one whose hash the file lacks."""
    files = _by_release(wheels)
    for pin in pins:
        own = files.get((pin.name, pin.version), [])
        for target in (each for each in TARGETS if each.needs(pin.marker)):
            wheel = best_wheel(target, own)
            if wheel is None:
                yield f"{file}: {pin.name} {pin.version} has no wheel for {target}"
            elif wheels[wheel] not in pin.hashes:
                yield f"{file}: {pin.name} {pin.version} does not allow the hash of {wheel}, the wheel for {target}"


def best_wheel(target: Target, wheels: Iterable[str]) -> str | None:
    """Return the file name of the wheel that an installer would choose for a target, None if there is none."""
    ranked = [(rank, wheel) for wheel in wheels if (rank := target.rank(wheel)) is not None]
    return min(ranked)[1] if ranked else None


def unpinned_wheels(pins: Iterable[Pin], wheels: dict[str, str]) -> list[str]:
    """Return the file names of recorded wheels without a pin."""
    pinned = {(pin.name, pin.version) for pin in pins}
    return [wheel for release, own in _by_release(wheels).items() if release not in pinned for wheel in own]


def _by_release(wheels: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    files: dict[tuple[str, str], list[str]] = {}
    for wheel in wheels:
        name, version, _, _ = parse_wheel_filename(wheel)
        files.setdefault((name, str(version)), []).append(wheel)
    return files


@functools.cache
def _ranks(target: Target) -> dict[Tag, int]:
    platforms = list(_platforms(target.machine))
    interpreter = f"cp3{target.minor}"
    tags = [
        *cpython_tags((3, target.minor), [interpreter], platforms),
        *compatible_tags((3, target.minor), interpreter, platforms),
    ]
    return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}


def _platforms(machine: str) -> Iterator[str]:
    for minor in range(GLIBC_MINOR, 4 if machine == "x86_64" else 16, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _LEGACY:
            yield f"{_LEGACY[minor]}_{machine}"
