"""Lets Playwright download its Chromium, with one attempt per file; Playwright itself makes five for any error.

Takes the command as arguments; by default `playwright install`. Exit code 0 if everything is installed.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

INSTALL = [str(Path(sys.executable).with_name("playwright")), "install", "--no-shell", "chromium"]
# Followed, between colour escape sequences, by the URL, which may be another mirror's in the next attempt.
_ATTEMPT = re.compile(r"Downloading (.+?)(?:\x1b\[\d+m)* from ")


def main(command: list[str]) -> int:
    """Run the command, and stop it when it starts to download a file again."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        with process:
            repeated = _relay(process)
            if repeated:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
    return 1 if repeated else process.returncode


def _relay(process: subprocess.Popen[str]) -> bool:
    """Print the output of the process. Return True as soon as it downloads a file for the second time, False at its end."""
    assert process.stdout is not None  # noqa: S101 - for the type checker
    attempted = set()
    for line in process.stdout:
        if attempt := _ATTEMPT.match(line):
            if attempt[1] in attempted:
                return True
            attempted.add(attempt[1])
        sys.stdout.write(line)
        sys.stdout.flush()
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or INSTALL))
