"""Registry of demonstration parts: apps register them, `load_demo` loads them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class DemoPart:
    """A part of the demonstration. `name` is the argument of the command, `label` is printed while the part loads.

    `loader` is the dotted path of a function that creates the part at a time (UTC). It yields (done, total) as
    progress, and nothing if rows exist already. Only the process that loads the part imports the module of the path.
    """

    name: str
    label: str
    loader: str

    def load(self, now: datetime) -> Iterator[tuple[int, int]]:
        """Create the part."""
        make: Callable[[datetime], Iterator[tuple[int, int]]] = import_string(self.loader)
        return make(now)


_PARTS: Final[dict[str, DemoPart]] = {}


def register_demo_part(part: DemoPart) -> None:
    """Register a part, in `AppConfig.ready`."""
    _PARTS[part.name] = part


def demo_parts() -> list[DemoPart]:
    """Return all parts, in the order of the installed apps."""
    return list(_PARTS.values())
