"""What a demonstration is made of: each app offers its part here, `load_demo` plays them and `remove_demo` takes them back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class DemonstrationPart:
    """`name` is a word for the command line, `label` what the terminal says.

    `loader` is the dotted path of a function that makes the part: given the time it yields (done, of all) as it goes on, and nothing where
    there is something already. A path, because no process but the one that loads needs what makes demonstrations.

    Every row is noted as it is made (`demorows`), so most parts need nothing more to be removed. `leaver` is the path of a function that is given a
    `demoremoval.Leaving`, as often as anything is added to it: it adds files, and rows that no foreign key tells of. `settler` is that of a
    function which is given the time once the rows are gone: it makes anew what is derived from them.
    """

    name: str
    label: str
    loader: str
    leaver: str = ""
    settler: str = ""

    def load(self, now: datetime) -> Iterator[tuple[int, int]]:
        """Make it."""
        make: Callable[[datetime], Iterator[tuple[int, int]]] = import_string(self.loader)
        return make(now)


_PARTS: Final[dict[str, DemonstrationPart]] = {}
_FOLLOWERS: Final[set[str]] = set()


def offer_part(part: DemonstrationPart) -> None:
    """An app does it once, when it is ready."""
    _PARTS[part.name] = part


def demonstration_parts() -> list[DemonstrationPart]:
    """All parts, in the order of the installed apps."""
    return list(_PARTS.values())


def offer_followers(tables: Iterable[str]) -> None:
    """Tables in which only machines write, about rows that are there: such a row goes with the one that it is about."""
    _FOLLOWERS.update(tables)


def followers() -> frozenset[str]:
    """All such tables."""
    return frozenset(_FOLLOWERS)
