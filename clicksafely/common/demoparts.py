"""What a demonstration is made of: each app offers its part here, `load_demo` plays them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True)
class DemonstrationPart:
    """`load(now)` makes the part and yields (done, of all) as it goes on; it yields nothing where there is something already.

    `name` is a word for the command line, `label` what the terminal says.
    """

    name: str
    label: str
    load: Callable[[datetime], Iterator[tuple[int, int]]]


_PARTS: Final[dict[str, DemonstrationPart]] = {}


def offer_part(part: DemonstrationPart) -> None:
    """An app does it once, when it is ready."""
    _PARTS[part.name] = part


def demonstration_parts() -> list[DemonstrationPart]:
    """All parts, in the order of the installed apps."""
    return list(_PARTS.values())
