"""Prints what pip-audit found: print_advisories.py REPORT. Exit code 1 if anything is known to be weak, 69 if nothing could be looked up."""

import json
import sys
from pathlib import Path

UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h."""


def main(report: str) -> int:
    """A line for every weakness and every package that could not be looked up, then one that counts."""
    text = Path(report).read_text()
    packages = json.loads(text)["dependencies"] if text else []
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        sys.stderr.write("NOT CHECKED: the list of known weaknesses could not be asked.\n")
        return UNAVAILABLE
    faults = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", [])
    ]
    faults += [f"{name}: not looked at, for it is not known there" for name in skipped]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(
        f"{len(packages) - len(skipped)} of {len(packages)} packages looked at, {len(faults)} things to see to.\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
