"""Prints the report of pip-audit: print_advisories.py REPORT. Exit code 1 for known vulnerabilities, 69 if nothing could be looked up."""

import json
import sys
from pathlib import Path

UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h."""


def main(report: str) -> int:
    """Print a line for every vulnerability and every package that could not be looked up, then a summary."""
    text = Path(report).read_text()
    packages = json.loads(text)["dependencies"] if text else []
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        sys.stderr.write("NOT CHECKED: the list of known vulnerabilities could not be queried.\n")
        return UNAVAILABLE
    faults = [
        f"{package['name']} {package['version']}: {weakness['id']}, fixed in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in packages
        for weakness in package.get("vulns", [])
    ]
    faults += [f"{name}: not checked, because the list does not contain it" for name in skipped]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(f"{len(packages) - len(skipped)} of {len(packages)} packages checked, {len(faults)} findings.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
