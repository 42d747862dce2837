"""Measurement for tests marked `timing`."""

import time
from collections.abc import Callable
from typing import Final

# Below, a clock measures its own noise.
MIN_LENGTH: Final = 0.001


def seconds(
    function: Callable[..., object], *arguments: object, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the least time of three calls, in seconds and at least `MIN_LENGTH`: other programs can only lengthen a call.

    Compare it with a second measurement of the same run: harmless input of the same size, or shorter input. The clock is the CPU time of
    this process; `time.monotonic` includes waiting and other processes.
    """
    times = []
    for _ in range(3):
        began = clock()
        function(*arguments)
        times.append(clock() - began)
    return max(min(times), MIN_LENGTH)
