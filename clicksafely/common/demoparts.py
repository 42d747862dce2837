"""What a demonstration is made of: each app offers its part here, `load_demo` plays them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class DemonstrationPart:
    """`name` is a word for the command line, `label` what the terminal says.

    `loader` is the dotted path of a function that makes the part: given the time it yields (done, of all) as it goes on, and nothing where
    there is something already. A path, because no process but the one that loads needs what makes demonstrations.
    """

    name: str
    label: str
    loader: str

    def load(self, now: datetime) -> Iterator[tuple[int, int]]:
        """Make it."""
        make: Callable[[datetime], Iterator[tuple[int, int]]] = import_string(self.loader)
        return make(now)


_PARTS: Final[dict[str, DemonstrationPart]] = {}


def offer_part(part: DemonstrationPart) -> None:
    """An app does it once, when it is ready."""
    _PARTS[part.name] = part


def demonstration_parts() -> list[DemonstrationPart]:
    """All parts, in the order of the installed apps."""
    return list(_PARTS.values())
