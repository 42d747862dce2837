"""The Procfile's programs under supervision: started together, each started again when it dies, stopped together."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

import psutil
from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from clicksafely.devserver.process_manager import ManagedProcess

# Names, in the environment of every part, the var folder it works for: so that a later run knows the parts of a killed one.
MARKER = "CLICKSAFELY_PART_OF"
GRACE = 8.0
# The parts of a killed run were told to stop when it died.
LEFTOVER_GRACE = 2.0
# Loading the project takes a part seconds, on a busy machine more than a few.
QUICK_FAILURE = 30.0
MAX_QUICK_FAILURES = 3


class ProcfileProcesses:
    """The programs of a Procfile, their output prefixed with their names as honcho prints it."""

    def __init__(
        self,
        procfile: Path,
        *,
        env: Mapping[str, str],
        var_dir: Path,
        output: IO[str] = sys.stdout,
        on_failure: Callable[[str, str], None] = lambda name, last_line: None,
    ) -> None:
        """`on_failure` is called with the name of a part that keeps failing and with the last line it said; the others go on."""
        commands = parse_procfile(procfile.read_text()).processes
        programs = Path(sys.executable).parent
        environment = {**env, "PATH": f"{programs}{os.pathsep}{env.get('PATH', os.defpath)}", MARKER: str(var_dir)}
        self.programs = {
            name: ManagedProcess(
                ["/bin/sh", "-c", f"exec {command}"],
                grace=GRACE,
                env=environment,
                cwd=procfile.parent,
                stdout=subprocess.PIPE,
                quick_failure=QUICK_FAILURE,
                max_quick_failures=MAX_QUICK_FAILURES,
            )
            for name, command in commands.items()
        }
        self._on_failure = on_failure
        self._printer = Printer(output, width=max(map(len, commands)))
        self._printing = threading.Lock()
        self._colours = dict(zip(commands, get_colours(), strict=False))
        self._threads = [threading.Thread(target=self._run, args=[name], daemon=True) for name in commands]

    def start(self) -> None:
        """Start every part; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop every part and return when all have ended, within seconds."""
        for program in self.programs.values():
            program.stop()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _run(self, name: str) -> None:
        program = self.programs[name]
        relays: list[threading.Thread] = []
        said: list[str] = [""]

        def follow(child: subprocess.Popen[bytes]) -> None:
            if relays:
                self._say(name, "started again")
            relays.append(threading.Thread(target=self._relay, args=[name, child, said], daemon=True))
            relays[-1].start()

        if not program.run(on_start=follow):
            relays[-1].join(1)
            self._on_failure(name, said[0])

    def _relay(self, name: str, child: subprocess.Popen[bytes], said: list[str]) -> None:
        """Say what the child says, and keep its last line that is not blank in `said`."""
        assert child.stdout is not None  # noqa: S101 - for the type checker
        with child.stdout:
            for line in child.stdout:
                self._say(name, line)
                said[0] = line.decode(errors="replace").strip() or said[0]

    def _say(self, name: str, line: bytes | str) -> None:
        # The terminal may be gone; the parts are not to notice.
        with self._printing, contextlib.suppress(OSError):
            self._printer.write(Message("line", line, datetime.now().astimezone(), name, self._colours[name]))


def stop_leftovers(var_dir: Path) -> int:
    """Stop the parts that a killed run on this var folder left, and return how many. Nobody else may be running them."""
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
    """The living processes of the parts that work for a var folder."""
    return (process for process in psutil.process_iter() if _works_for(process, var_dir))


def _works_for(process: psutil.Process, var_dir: Path) -> bool:
    try:
        return process.environ().get(MARKER) == str(var_dir)
    except psutil.Error:
        return False
