"""`make audit`: installs its tools, runs the page checks on two cores, then the timed checks alone; prints a table and writes audit.json.

`python -m tests.e2e.audit [--only links,words,...] [--anew] [pytest options]`
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from clicksafely.devserver.run_results import BASE_DIR, code_digest
from tests.e2e.audit.installing import install
from tests.e2e.audit.report import CHECKS, is_green, lines, write_json
from tests.e2e.audit.result_file import ResultFile

HERE = Path(__file__).parent
TIMED = ("weight", "paint", "lighthouse")
PYTEST = ("-q", "-p", "no:randomly", "-o", "timeout=0", "--no-header")


def main() -> int:
    """Exit code 1 if there are faults or if a check did not run."""
    parser = argparse.ArgumentParser(prog="make audit")
    parser.add_argument("--only", default=",".join(CHECKS), help=f"some of {', '.join(CHECKS)}")
    parser.add_argument("--anew", action="store_true", help="repeat all checks even if the code did not change")
    arguments, options = parser.parse_known_args()
    checks = arguments.only.split(",")
    if unknown := set(checks) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")
    result_file = ResultFile(var_dir / "audit")
    if result_file.begin(code_digest(), anew=arguments.anew):
        _print("The code is unchanged: pages without faults are not checked again.")
    tools = install(var_dir / "audit" / "tools") if {"markup", "lighthouse"}.intersection(checks) else None
    env = os.environ | {
        "VAR_DIR": str(var_dir / "test"),
        "AUDIT_FOLDER": str(result_file.folder),
        "AUDIT_TOOLS": str(tools or ""),
        "AUDIT_CHECKS": ",".join(checks),
    }
    codes = []
    if set(checks) - set(TIMED):
        codes.append(_pytest(["sweep.py", "-n", "2", "--dist", "loadgroup"], options, env))
    if set(checks) & set(TIMED):
        codes.append(_pytest(["speed.py"], options, env))
    results = [result for result in result_file.results() if result.check in checks]
    write_json(results, var_dir / "audit.json")
    _print("\n".join(lines(results, checks)))
    _print(f"All results: {var_dir / 'audit.json'}.")
    return 0 if is_green(results, checks) and not any(codes) else 1


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _pytest(arguments: list[str], options: list[str], env: dict[str, str]) -> int:
    path, *others = arguments
    command = [sys.executable, "-m", "pytest", *PYTEST, str(HERE / path), *others, *options]
    return subprocess.run(command, cwd=BASE_DIR, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
