"""Run the fast tests in a fixed order; up to five failed tests run once more, alone: `make test`.

Usage: bin/run_tests.py PYTEST-COMMAND [OPTION ...]. Exit code: that of pytest. A test that fails twice fails the run; a test that passes
the second time is printed as `FLAKY name`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

MAX_SECOND_CHANCES = 5
# pytest's exit code for "tests failed"; others are usage errors, interruptions and "no tests collected".
TESTS_FAILED = 1
# The order is a hash of seed and test name, so a new test does not change the order of the others.
SEED = 1


def run_twice(pytest: Sequence[str]) -> int:
    """Run pytest, and the failed tests again if there are few. Returns the exit code of the last run."""
    with tempfile.TemporaryDirectory() as cache:
        command = [*pytest, f"--randomly-seed={SEED}", "-o", f"cache_dir={cache}"]
        code = subprocess.run([*command, f"--maxfail={MAX_SECOND_CHANCES + 1}"], check=False).returncode
        failed = failed_tests(cache)
        if code != TESTS_FAILED or not 0 < len(failed) <= MAX_SECOND_CHANCES:
            return code
        print(f"\n{len(failed)} failed; running these once more, in one process.", flush=True)
        code = subprocess.run([*command, "-n", "0", "--lf", "--lfnf=none"], check=False).returncode
        for name in sorted(failed - failed_tests(cache)):
            print(f"FLAKY {name}", flush=True)
        return code


def failed_tests(cache: str) -> set[str]:
    """Return the names of the tests that failed in the last run with this cache folder."""
    path = Path(cache, "v", "cache", "lastfailed")
    return set(json.loads(path.read_text())) if path.exists() else set()


if __name__ == "__main__":
    sys.exit(run_twice(sys.argv[1:]))
