"""Room on Python's stack for a whole request, so that no call in it asks the kernel for memory."""

from collections.abc import Callable
from typing import Final

# As many values as a chunk of 512 KiB cannot hold twice: above this frame there is room for a thousand of the usual size.
SLOTS: Final = 33_000


def roomy[**P, Result](function: Callable[P, Result]) -> Callable[P, Result]:
    """The function, called with one large chunk of the stack for itself and all that it calls.

    CPython keeps frames in chunks of 16 KiB that it maps and unmaps as they are needed. Before the releases of spring 2026 (gh-142183) a loop at
    just the depth where a chunk ends does so with each call, a hundred times as slow; a form of the staff site did it thousands of times.
    A frame that asks for much is given a larger chunk, and the rest of it to the frames above. Nothing of it is touched before it is used.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=SLOTS)
    return call
