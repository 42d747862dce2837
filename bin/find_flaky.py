"""Run the fast tests several times in random order and list every test that failed in any run: `make flaky N=5`.

Usage: bin/find_flaky.py RUNS PYTEST-COMMAND [OPTION ...]. Exit code: 0 if every run passed.
"""

import secrets
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence

from run_tests import failed_tests


def find_flaky(pytest: Sequence[str], seeds: Sequence[int]) -> int:
    """Run pytest once a seed. Returns 1 if a test failed or a run ended otherwise, else 0."""
    failures: dict[str, list[int]] = defaultdict(list)
    broken = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as cache:
            code = subprocess.run(
                [*pytest, f"--randomly-seed={seed}", "-o", f"cache_dir={cache}"], check=False
            ).returncode
            failed = failed_tests(cache)
        for name in failed:
            failures[name].append(seed)
        if code and not failed:
            broken.append(f"Seed {seed}: pytest ended with exit code {code}.")
    print(f"\n{len(seeds)} runs, {len(failures)} tests failed in any of them.")
    for name, places in sorted(failures.items()):
        print(f"FAILED {name} (seeds {', '.join(map(str, places))})")
    for line in broken:
        print(line)
    return 1 if failures or broken else 0


if __name__ == "__main__":
    sys.exit(find_flaky(sys.argv[2:], [secrets.randbelow(2**31) for _ in range(int(sys.argv[1]))]))
