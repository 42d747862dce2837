"""Disclosure control for figures that follow from two tables combined with the public calendar of events. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from awareness.impact.metrics import D
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT, SuppressedCells
from clicksafely.common.statistics.periods import year_of

# (kind, town, season) of events -> participants.
Classes = Mapping[tuple[str, str, str], int]
# (dimension, key, period); a total has neither dimension nor key.
Place = tuple[str, str, str]

_NOTHING: Final = 1e-7


def linked_disclosures(classes: Classes, hidden: SuppressedCells) -> set[Place]:
    """Return published figures that must also be hidden; empty if no small count follows from them.

    The public calendar lists the kind, town and season of every event. Participants by kind and participants by town
    are each safe alone (`clicksafely.common.statistics.disclosure_control`). Both are sums of the same unknowns, one
    for each (kind, town, season). A value hidden in one table may therefore follow from the other. A value follows from
    published sums if and only if it is a linear combination of them. Years are checked separately.
    """
    found: set[Place] = set()
    for year in sorted({year_of(season) for _kind, _town, season in classes}):
        own = {each: count for each, count in classes.items() if year_of(each[2]) == year}
        found |= _of_a_year(own, hidden)
    return found


def _of_a_year(classes: Classes, hidden: SuppressedCells) -> set[Place]:
    # Unknowns that are zero are left out: a published zero of a kind is a zero in each town.
    order = sorted(each for each, count in classes.items() if count)
    counts = [classes[each] for each in order]
    sums: dict[Place, list[int]] = {}
    for number, each in enumerate(order):
        for place in _places_of(*each):
            sums.setdefault(place, []).append(number)
    published = [(place, parts) for place, parts in sums.items() if not hidden.covers(*place)]
    protected: dict[tuple[int, ...], None] = {
        (number,): None for number, count in enumerate(counts) if count < MIN_PUBLISHED_COUNT
    }
    for place, parts in sums.items():
        if hidden.covers(*place) and sum(counts[part] for part in parts) < MIN_PUBLISHED_COUNT:
            protected[tuple(parts)] = None
    return _giving_away(published, list(protected), counts) if protected and published else set()


def _places_of(kind: str, town: str, season: str) -> tuple[Place, ...]:
    """Return all figures of the year that include participants of this kind, town and season."""
    year = year_of(season)
    return (
        ("", "", year),
        ("", "", season),
        (D.KIND.value, kind, year),
        (D.KIND.value, kind, season),
        (D.TOWN.value, town, year),
    )


def _giving_away(
    published: Sequence[tuple[Place, list[int]]], protected: Sequence[tuple[int, ...]], counts: Sequence[int]
) -> set[Place]:
    """Return, for each sum in `protected` that follows from the published figures, the smallest figure used to derive it."""
    # Imported here, because it takes 10 MB and is needed once a day.
    import numpy as np  # noqa: PLC0415

    sums = np.zeros((len(published), len(counts)))
    for row, (_place, parts) in enumerate(published):
        sums[row, parts] = 1
    targets = np.zeros((len(protected), len(counts)))
    for row, of in enumerate(protected):
        targets[row, list(of)] = 1
    weights, *_rest = np.linalg.lstsq(sums.T, targets.T, rcond=None)
    missed = np.abs(sums.T @ weights - targets.T).max(axis=0)
    found: set[Place] = set()
    for column in np.flatnonzero(missed < _NOTHING).tolist():
        involved = [
            row for row in np.flatnonzero(np.abs(weights[:, column]) > _NOTHING).tolist() if published[row][0][0]
        ]
        if involved:
            found.add(min((sum(counts[part] for part in published[row][1]), published[row][0]) for row in involved)[1])
    return found
