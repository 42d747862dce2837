"""Run the long test suites one after another and write a table of results: `make nightly`.

Usage: bin/nightly.py MAKE [PART ...]. A failed part does not end the run. A later run with the same code skips the parts that passed;
`ANEW=1` runs all again. Output of a part: `nightly/PART.log` in VAR_DIR; table: `nightly.md`. Exit code: 0 if every part passed, also in
earlier runs.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BASE_DIR: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from clicksafely.devserver.run_results import RunResults, code_digest  # noqa: E402  a script

# Arguments of make by part. One part for each run in random order: an interruption loses one run at most.
PARTS: Final = {
    "test-slow": ["test-slow"],
    "timing": ["timing"],
    "fresh": ["fresh"],
    # Neither the calendar nor the hours between midnight and midnight in UTC (one, in summer two) are a reason to fail.
    "year-ahead": ["test", "TRAVEL_TO=+365T00:30"],
    **{f"flaky-{number}": ["flaky", "N=1"] for number in range(1, 6)},
}
PASSED: Final = "passed"
# Lines of a log that the table repeats, also of a part that passed: it may have missed a bar or have a flaky test.
REASON: Final = re.compile(r"^(FAILED|ERROR|NOT RUN|FLAKY)\b.*|^.*\bMISSED\b.*|^make: \*\*\* .*", re.MULTILINE)
MAX_REASONS: Final = 20


def run_parts(make: str, names: Sequence[str], folder: Path, *, digest: str, anew: bool) -> int:
    """Run the named parts, write the table after each, and return the exit code."""
    results = RunResults(folder / "nightly.json", digest)
    if anew:
        results.found.clear()
    for name in names:
        if results.found.get(name, {}).get("result") == PASSED:
            print(f"{name}: passed before", flush=True)
            continue
        results.store(name, {"result": "interrupted", "seconds": 0, "reasons": []})
        log = folder / "nightly" / f"{name}.log"
        print(f"{name}: running, output in {log}", flush=True)
        results.store(name, _run_part([make, "--no-print-directory", *PARTS[name]], log))
        _write_table(folder / "nightly.md", results)
    _write_table(folder / "nightly.md", results)
    print((folder / "nightly.md").read_text(), flush=True)
    return 0 if all(results.found.get(name, {}).get("result") == PASSED for name in PARTS) else 1


def _run_part(command: Sequence[str], log: Path) -> dict[str, object]:
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as output:
        code = subprocess.run(
            command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        ).returncode
    reasons = [match[0] for match in REASON.finditer(log.read_text(errors="replace"))]
    # Some suites need a machine that this may not be. Then they print NOT RUN, which is a failure here.
    not_run = any(line.startswith("NOT RUN") for line in reasons)
    result = "NOT RUN" if not_run else PASSED if code == 0 else f"FAILED, exit code {code}"
    return {"result": result, "seconds": round(time.monotonic() - start), "reasons": reasons}


def _write_table(path: Path, results: RunResults) -> None:
    lines = [f"Nightly run, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "", "| part | result | minutes |", "|---|---|---|"]
    for name in PARTS:
        found = results.found.get(name, {"result": "NOT RUN", "seconds": 0})
        lines.append(f"| {name} | {found['result']} | {found['seconds'] / 60:.1f} |")
    for name, found in results.found.items():
        if reasons := found["reasons"]:
            lines += ["", f"{name}:", *(f"- {line}" for line in reasons[:MAX_REASONS])]
            lines += [f"- and {len(reasons) - MAX_REASONS} more"] if len(reasons) > MAX_REASONS else []
    path.write_text("\n".join(lines) + "\n")


def main(arguments: Sequence[str]) -> int:
    """Run the parts named on the command line, or all."""
    make, *names = arguments
    if unknown := set(names) - set(PARTS):
        print(f"ONLY knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    digest = code_digest("bin", "deploy", "bench", "Makefile", "Dockerfile", "docker-compose.yml", "pyproject.toml")
    folder = Path(os.environ.get("VAR_DIR") or "var")
    return run_parts(make, names or list(PARTS), BASE_DIR / folder, digest=digest, anew=bool(os.environ.get("ANEW")))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
