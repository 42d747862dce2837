"""`python -m bench`: measures what ONLY names (all of it where that is empty), prints a table and writes bench.json."""

import os
import sys
import time
from importlib import import_module
from pathlib import Path

import django

from bench import figures
from bench.ground import BASE_DIR, ground
from bench.load import BenchError, find_wrk, say
from clicksafely.environment import EmbeddedError

PARTS = {
    "P1": "bench.pages",
    "P2": "bench.uncached",
    "P3": "bench.reports",
    "P4": "bench.triage",
    "P6": "bench.search",
    "P7": "bench.classes",
    "P8": "bench.hashes",
    "M1": "bench.mail",
    "ST": "bench.counts",
    "LB": "bench.library",
}


def main() -> int:
    """Exit codes: 0 measured (whether or not the bars are met), 1 could not measure."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    chosen = [part.strip().upper() for part in os.environ.get("ONLY", "").split(",") if part.strip()] or list(PARTS)
    started = time.monotonic()
    results: list[figures.Figure] = []
    try:
        if unknown := set(chosen) - set(PARTS):
            raise BenchError(f"ONLY knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}.")
        find_wrk()
        with ground(var_dir / "bench") as prepared:
            # Only now: the settings are those of the servers just started.
            os.environ["DJANGO_SETTINGS_MODULE"] = "clicksafely.settings"
            django.setup()
            for part in chosen:
                say(f"{part} ...")
                results += import_module(PARTS[part]).measure(prepared)
    except (BenchError, EmbeddedError) as error:
        say(str(error))
        return 1
    figures.write(results, var_dir / "bench.json")
    say(f"\n{figures.table(results)}\n\n{time.monotonic() - started:.0f} s; also in {var_dir / 'bench.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
