"""`python -m tests.fresh PART...`: runs the parts and prints results. Exit codes: 0 success, 1 failure, 3 `NOT RUN` on this machine."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from tests.fresh import image, machine, services, units
from tests.fresh.host import FAILURES, Figure, exclusive_run, find_obstacle, print_line, remove_leftovers
from tests.fresh.podman import forget_everything

PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "machine": machine.prove,
    "image": image.prove,
    "services": services.prove,
    "units": units.prove,
}
NOT_RUN = 3
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(requested_parts: Sequence[str]) -> int:
    """Run the named parts, or all without a name."""
    if unknown := set(requested_parts) - set(PARTS):
        print_line(f"PARTS knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}.")
        return 1
    chosen = [name for name in PARTS if name in (requested_parts or PARTS)]
    if obstacle := find_obstacle():
        for name in chosen:
            print_line(f"NOT RUN: {name}: {obstacle}.")
        return NOT_RUN
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    held = True
    with exclusive_run():
        if os.environ.get("ANEW"):
            forget_everything()
        for name in chosen:
            try:
                for figure in PARTS[name]():
                    print_line(f"{name}: {figure}")
            except FAILURES as error:
                print_line(f"FAILED: {name}: {error}")
                held = False
            finally:
                remove_leftovers()
    return 0 if held else 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt once, and ignore further signals during the cleanup."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
