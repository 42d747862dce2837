"""Figures as Prometheus reads them: the text format 0.0.4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
PREFIX: Final = "clicksafely_"


class Sample(NamedTuple):
    """One value; `ending` is what follows the family's name (`_bucket`)."""

    value: float
    labels: Mapping[str, str] = {}
    ending: str = ""


@dataclass(frozen=True)
class Family:
    """Values of one name, without the prefix of all. `kind`: gauge, counter or histogram."""

    name: str
    help: str
    samples: Sequence[Sample] = field(default=())
    kind: str = "gauge"


def render(families: Iterable[Family]) -> str:
    """The whole answer."""
    return "".join(_rendered(family) for family in families)


def _rendered(family: Family) -> str:
    name = PREFIX + family.name
    lines = [f"# HELP {name} {family.help}", f"# TYPE {name} {family.kind}"]
    for sample in family.samples:
        labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels.items())
        lines.append(
            f"{name}{sample.ending}{{{labels}}} {sample.value:.15g}"
            if labels
            else f"{name}{sample.ending} {sample.value:.15g}"
        )
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
