"""Output of `make advisories` for a report of pip-audit: vulnerabilities, none, and failed look-ups, which do not count as none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "bin" / "print_advisories.py"
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "1.0", "vulns": [{"id": "PYSEC-0", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "expected"),
    [
        ([SOUND], 0, "1 of 1 packages checked, 0 findings."),
        ([SOUND, WEAK], 1, "weak 1.0: PYSEC-0, fixed in 1.1"),
        ([SOUND, UNKNOWN], 1, "unknown: not checked"),
        ([UNKNOWN, UNKNOWN], 69, "NOT CHECKED"),
        ([], 69, "NOT CHECKED"),
        (None, 69, "NOT CHECKED"),
    ],
)
def test_printed_findings(packages: list[Any] | None, code: int, expected: str, tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_text("" if packages is None else json.dumps({"dependencies": packages, "fixes": []}))
    ran = subprocess.run([sys.executable, str(PROGRAM), str(report)], capture_output=True, text=True, check=False)
    assert (ran.returncode, expected in ran.stdout + ran.stderr) == (code, True)
