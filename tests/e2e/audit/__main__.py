"""`make audit`: installs its tools, runs the sweep on both cores and then, alone, what is timed; prints the table, writes audit.json.

`python -m tests.e2e.audit [--only links,words,...] [--anew] [pytest options]`
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.audit.installing import install
from tests.e2e.audit.ledger import BASE_DIR, Ledger, code_digest
from tests.e2e.audit.report import CHECKS, is_green, lines, write_json

HERE = Path(__file__).parent
TIMED = ("weight", "paint", "lighthouse")
PYTEST = ("-q", "-p", "no:randomly", "-o", "timeout=0", "--no-header")


def main() -> int:
    """Exit code 1 if anything is wrong or was not looked at."""
    parser = argparse.ArgumentParser(prog="make audit")
    parser.add_argument("--only", default=",".join(CHECKS), help=f"some of {', '.join(CHECKS)}")
    parser.add_argument("--anew", action="store_true", help="look at everything again, though the code did not change")
    arguments, options = parser.parse_known_args()
    checks = arguments.only.split(",")
    if unknown := set(checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")
    ledger = Ledger(var_dir / "audit")
    if ledger.begin(code_digest(), anew=arguments.anew):
        _say("The code is the same: what was found clean is not looked at again.")
    tools = install(var_dir / "audit" / "tools") if {"markup", "lighthouse"}.intersection(checks) else None
    env = os.environ | {
        "VAR_DIR": str(var_dir / "test"),
        "AUDIT_FOLDER": str(ledger.folder),
        "AUDIT_TOOLS": str(tools or ""),
        "AUDIT_CHECKS": ",".join(checks),
    }
    codes = []
    if set(checks) - set(TIMED):
        codes.append(_pytest(["sweep.py", "-n", "2", "--dist", "loadgroup"], options, env))
    if set(checks) & set(TIMED):
        codes.append(_pytest(["speed.py"], options, env))
    looks = [look for look in ledger.looks() if look.check in checks]
    write_json(looks, var_dir / "audit.json")
    _say("\n".join(lines(looks, checks)))
    _say(f"Everything is in {var_dir / 'audit.json'}.")
    return 0 if is_green(looks, checks) and not any(codes) else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _pytest(arguments: list[str], options: list[str], env: dict[str, str]) -> int:
    path, *others = arguments
    command = [sys.executable, "-m", "pytest", *PYTEST, str(HERE / path), *others, *options]
    return subprocess.run(command, cwd=BASE_DIR, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
