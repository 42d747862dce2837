"""`python -m bench`: runs the benchmarks in ONLY, prints a table and writes bench.json.

Without ONLY it runs all benchmarks without a result for the current code; with ANEW=1 all of them.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from bench import figures
from bench.environment import BASE_DIR, bench_environment
from bench.figures import Figure
from bench.load import BenchError, find_wrk, say
from clicksafely.devserver.environment import LocalServerError
from clicksafely.devserver.run_results import RunResults, code_digest

PARTS = {
    "P1": "bench.pages",
    "P2": "bench.uncached",
    "P3": "bench.reports",
    "P4": "bench.triage",
    "P5": "bench.scale",
    "P6": "bench.search",
    "P7": "bench.classes",
    "P8": "bench.hashes",
    "M1": "bench.mail",
    "GA": "bench.bookings",
    "LB": "bench.library",
}
# Measured before the servers are prepared: in an empty folder, with no other process of the portal running.
ALONE = {"P9": "bench.startup"}
ORDER = (*ALONE, *PARTS)
# Variables that reduce the sizes for a quick run.
SIZES = ("REPORTS", "HASHES", "PDQS", "ENTRIES")


def main() -> int:
    """Exit codes: 0 measured (even if the targets are missed), 1 not measured."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    smaller = " ".join(f"{name}={os.environ[name]}" for name in SIZES if os.environ.get(name))
    results_file = RunResults(var_dir / "bench-parts.json", f"{code_digest('bench')} {smaller}")
    requested_parts = [part.strip().upper() for part in os.environ.get("ONLY", "").split(",") if part.strip()]
    anew = bool(os.environ.get("ANEW"))
    chosen = requested_parts or [part for part in ORDER if anew or part not in results_file.found]
    started = time.monotonic()
    try:
        if unknown := set(chosen) - set(ORDER):
            raise BenchError(f"ONLY knows {', '.join(ORDER)}; not {', '.join(sorted(unknown))}.")
        if chosen:
            _measure(chosen, var_dir, results_file)
    except (BenchError, LocalServerError) as error:
        say(str(error))
        return 1
    results = [
        Figure(**each) for part in ORDER if part in (requested_parts or ORDER) for each in results_file.found[part]
    ]
    figures.write(results, var_dir / "bench.json")
    say(f"\n{figures.table(results)}\n\n{time.monotonic() - started:.0f} s; also in {var_dir / 'bench.json'}")
    return 0


def _measure(parts: Sequence[str], var_dir: Path, results_file: RunResults) -> None:
    for part in parts:
        if part in ALONE:
            say(f"{part} ...")
            results_file.store(part, _as_json(import_module(ALONE[part]).measure(var_dir / "bench-startup")))
    parts = [part for part in parts if part in PARTS]
    if not parts:
        return
    find_wrk()
    with bench_environment(var_dir / "bench") as prepared:
        # Imported here, because the settings are those of the servers just started.
        os.environ["DJANGO_SETTINGS_MODULE"] = "clicksafely.settings"
        django.setup()
        # Imported here, because `rows` needs the models.
        settle = import_module("bench.rows").settle
        for part in parts:
            say(f"{part} ...")
            settle()
            results_file.store(part, _as_json(import_module(PARTS[part]).measure(prepared)))


def _as_json(measured: Sequence[Figure]) -> list[dict[str, Any]]:
    return [asdict(figure) for figure in measured]


if __name__ == "__main__":
    sys.exit(main())
