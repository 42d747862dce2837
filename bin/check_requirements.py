"""Fails unless the pinned requirements hold what pyproject.toml asks for, in a fitting version, and agree with each other."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BASE_DIR = Path(__file__).resolve().parent.parent


def pins(name: str) -> dict[str, str]:
    """The versions of a requirements file by package."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)", (BASE_DIR / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def main() -> int:
    """Print what is wrong; exit code 1 if anything is."""
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    asked = [(run, "requirements.txt", line) for line in project["project"]["dependencies"]]
    asked += [(dev, "requirements-dev.txt", line) for line in project["dependency-groups"]["dev"]]
    audit = pins("requirements-audit.txt")
    asked += [(audit, "requirements-audit.txt", line) for line in project["dependency-groups"]["audit"]]
    faults = []
    for pinned, file, line in asked:
        requirement = Requirement(line)
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            faults.append(f"{file}: {line} is asked for, {version or 'nothing'} is pinned")
    faults += [
        f"{name} {version} differs in requirements-dev.txt" for name, version in run.items() if dev.get(name) != version
    ]
    for fault in faults:
        sys.stderr.write(f"{fault}: run `make requirements`\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
