"""Supervision of the Procfile's programs: starts them together, restarts each that exits, stops them together."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

import psutil
from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from clicksafely.devserver.process_manager import ManagedProcess

# Environment variable with the var folder of each part, so that a later run can identify the parts of a killed one.
MARKER = "CLICKSAFELY_PART_OF"
GRACE = 8.0
# The parts of a killed run have already received a signal.
LEFTOVER_GRACE = 2.0
# A part needs seconds to load the project, more on a busy machine.
QUICK_FAILURE = 30.0
MAX_QUICK_FAILURES = 3


class Part(NamedTuple):
    """One process of the portal: the name of its program in the Procfile, and environment that only it has."""

    program: str
    env: Mapping[str, str] = {}


class ProcfileProcesses:
    """The programs of a Procfile; output is prefixed with their names, as honcho does."""

    def __init__(
        self,
        procfile: Path,
        *,
        env: Mapping[str, str],
        var_dir: Path,
        parts: Mapping[str, Part] | None = None,
        output: IO[str] = sys.stdout,
        on_failure: Callable[[str, str], None] = lambda name, last_line: None,
    ) -> None:
        """`parts` by name; without it, each program of the file once.

        `on_failure` receives the name of a part that keeps failing and its last line of output; the others continue.
        """
        programs_of_file = parse_procfile(procfile.read_text()).processes
        parts = parts or {name: Part(name) for name in programs_of_file}
        programs = Path(sys.executable).parent
        environment = {**env, "PATH": f"{programs}{os.pathsep}{env.get('PATH', os.defpath)}", MARKER: str(var_dir)}
        self.programs = {
            name: ManagedProcess(
                ["/bin/sh", "-c", f"exec {programs_of_file[part.program]}"],
                grace=GRACE,
                env={**environment, **part.env},
                cwd=procfile.parent,
                stdout=subprocess.PIPE,
                quick_failure=QUICK_FAILURE,
                max_quick_failures=MAX_QUICK_FAILURES,
            )
            for name, part in parts.items()
        }
        self._on_failure = on_failure
        self._printer = Printer(output, width=max(map(len, parts)))
        self._printing = threading.Lock()
        self._colours = dict(zip(parts, get_colours(), strict=False))
        self._threads = [threading.Thread(target=self._run, args=[name], daemon=True) for name in parts]

    def start(self) -> None:
        """Start every part and return immediately."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop every part; return when all have ended, within seconds."""
        for program in self.programs.values():
            program.stop()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _run(self, name: str) -> None:
        program = self.programs[name]
        relays: list[threading.Thread] = []
        last_line: list[str] = [""]

        def follow(child: subprocess.Popen[bytes]) -> None:
            if relays:
                self._say(name, "restarted")
            relays.append(threading.Thread(target=self._relay, args=[name, child, last_line], daemon=True))
            relays[-1].start()

        if not program.run(on_start=follow):
            relays[-1].join(1)
            self._on_failure(name, last_line[0])

    def _relay(self, name: str, child: subprocess.Popen[bytes], last_line: list[str]) -> None:
        """Forward the output of a part; keep its last non-blank line in `last_line`."""
        assert child.stdout is not None  # noqa: S101 - for the type checker
        with child.stdout:
            for line in child.stdout:
                self._say(name, line)
                last_line[0] = line.decode(errors="replace").strip() or last_line[0]

    def _say(self, name: str, line: bytes | str) -> None:
        # The terminal may be closed; the parts must continue.
        with self._printing, contextlib.suppress(OSError):
            self._printer.write(Message("line", line, datetime.now().astimezone(), name, self._colours[name]))


def stop_leftovers(var_dir: Path) -> int:
    """Stop the parts left by a killed run on this var folder. Returns their number. No other run may be active."""
    found = list(running_processes(var_dir))
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(found, timeout=LEFTOVER_GRACE)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=GRACE)
    return len(found)


def running_processes(var_dir: Path) -> Iterator[psutil.Process]:
    """Return the running processes of the parts of a var folder."""
    return (process for process in psutil.process_iter() if _works_for(process, var_dir))


def _works_for(process: psutil.Process, var_dir: Path) -> bool:
    try:
        return process.environ().get(MARKER) == str(var_dir)
    except psutil.Error:
        return False
