"""`python -m tests.faults`: injects the faults in ONLY under load, prints the counts and writes faults.json.

Without ONLY it injects all faults without a result for the current code; with ANEW=1 all of them.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from clicksafely.devserver.environment import LocalServerError
from clicksafely.devserver.run_results import RunResults, code_digest
from tests.faults.faults import FAULTS, Fault
from tests.faults.system import BASE_DIR, FaultError, System

COLUMNS = (
    ("fault", "what"),
    ("requests", "requests"),
    ("reports", "acknowledged"),
    ("lost", "lost"),
    ("twice", "duplicated"),
    ("wrong", "wrong_receipts"),
    ("halves", "halves"),
    ("pictures", "pictures"),
    ("lost", "pictures_lost"),
    ("answers", "answers"),
    ("lost", "answers_lost"),
    ("holds", "holds"),
    ("double", "double_claims"),
    ("5xx", "server_errors"),
    ("refused", "refused"),
    ("broken", "broken"),
    ("recovery", "recovery_s"),
)


def main() -> int:
    """Exit codes: 0 no violations, 1 violations or faults that could not be injected."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    stored_results, anew = RunResults(var_dir / "faults-tried.json", code_digest()), bool(os.environ.get("ANEW"))
    requested_names = [name.strip() for name in os.environ.get("ONLY", "").split(",") if name.strip()]
    names = [fault.name for fault in FAULTS]
    if unknown := set(requested_names) - set(names):
        _print(f"ONLY knows {', '.join(names)}; not {', '.join(sorted(unknown))}.")
        return 1
    chosen = [
        fault
        for fault in FAULTS
        if (fault.name in requested_names if requested_names else anew or fault.name not in stored_results.found)
    ]
    started = time.monotonic()
    try:
        for done in _try(var_dir / "faults", chosen):
            stored_results.store(done["fault"], done)
    except (FaultError, LocalServerError, AssertionError) as error:
        _print(f"Not completed: {error}")
        return 1
    results = [stored_results.found[name] for name in names if name in (requested_names or stored_results.found)]
    (var_dir / "faults.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    _print(f"\n{table(results)}\n\n{time.monotonic() - started:.0f} s; also in {var_dir / 'faults.json'}")
    return 0 if all(each["ok"] for each in results) else 1


def _try(folder: Path, chosen: Sequence[Fault]) -> Any:
    if not chosen:
        return
    system = System(folder)
    _print("Starting a portal for fault injection ...")
    with system.running():
        django.setup()
        # Imported here, because models and tasks read the settings of the system just started.
        trying, crowds = import_module("tests.faults.injection"), import_module("tests.faults.crowds")
        crowd = crowds.signed_in(system)
        for fault in chosen:
            _print(f"{fault.what} ...")
            if fault.in_bucket:
                system.put_media_into_bucket()
            system.wait_until_ready()
            yield asdict(trying.try_fault(system, crowd, fault))


def table(results: Sequence[dict[str, Any]]) -> str:
    """The counts as a table for a terminal."""
    rows = [[title for title, _name in COLUMNS]]
    rows += [[str(each[name]) for _title, name in COLUMNS] + ["ok" if each["ok"] else "FAILED"] for each in results]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=False)),
                *row[len(COLUMNS) :],
            ]
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
