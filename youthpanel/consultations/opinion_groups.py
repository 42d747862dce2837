"""Groups of sheets with similar votes, by a published, deterministic method. Pure. See docs/adr/0030."""

from collections.abc import Sequence
from typing import Final

# The votes of one member, in the order of the statements.
Sheet = tuple[int, ...]
AGREE, UNSURE, DISAGREE = 1, 0, -1
# Agree, unsure, disagree.
Counts = tuple[int, int, int]

MIN_SHEETS: Final = 20
MIN_GROUP: Final = 5
GROUP_NUMBERS: Final = (2, 3, 4)
# Kaufman and Rousseeuw: up to 0.25, "no substantial structure has been found".
MIN_SILHOUETTE: Final = 0.25
_MAX_STEPS: Final = 100

_Distances = list[list[int]]


def find_groups(sheets: Sequence[Sheet]) -> list[list[Sheet]]:
    """Return the sheets by group, the largest group first; a single group if no groups may be published.

    The sheets gather around medoids, into two, three or four groups (Kaufman and Rousseeuw, "Finding Groups in Data",
    1990). The start is BUILD, then alternation until nothing changes. The best mean silhouette (Rousseeuw, 1987)
    chooses the number of groups, the smaller one if it is equal. All figures are integers or quotients of two integers,
    and sheets are sorted first. The order in which they are stored therefore does not matter.

    No groups are published below `MIN_SHEETS`. A partition is published only if all groups have `MIN_GROUP` sheets and
    the silhouette is above `MIN_SILHOUETTE`.
    """
    ordered = sorted(sheets)
    if len(ordered) < MIN_SHEETS:
        return [ordered]
    distances = [[_distance(one, other) for other in ordered] for one in ordered]
    best, labels = MIN_SILHOUETTE, [0] * len(ordered)
    for number in GROUP_NUMBERS:
        found = _gather(distances, number)
        if min(found.count(group) for group in range(number)) >= MIN_GROUP:
            width = _silhouette(distances, found)
            if width > best:
                best, labels = width, found
    groups = [[sheet for sheet, label in zip(ordered, labels, strict=True) if label == each] for each in set(labels)]
    return sorted(groups, key=lambda group: (-len(group), group))


def published_counts(votes: Sequence[int]) -> Counts:
    """Return the numbers of agree, unsure and disagree among at least five votes.

    The largest count gives one vote to each option without any. The result may always be the truth itself. It never
    proves that no member, or every member, chose an option.
    """
    counts = [votes.count(option) for option in (AGREE, UNSURE, DISAGREE)]
    while 0 in counts:
        counts[counts.index(max(counts))] -= 1
        counts[counts.index(0)] = 1
    return counts[0], counts[1], counts[2]


def _distance(one: Sheet, other: Sheet) -> int:
    """Return the sum of the distances of the votes of two sheets: agree 1, unsure 0, disagree -1."""
    return sum(abs(vote - another) for vote, another in zip(one, other, strict=True))


def _gather(distances: _Distances, number: int) -> list[int]:
    """Return the group of each sheet, around `number` medoids. Of equal candidates the first one counts. A group may be empty."""
    sheets = range(len(distances))
    medoids = [min(sheets, key=lambda sheet: sum(distances[sheet]))]
    while len(medoids) < number:
        nearest = [min(distances[sheet][medoid] for medoid in medoids) for sheet in sheets]
        gains = [sum(max(0, nearest[sheet] - distances[other][sheet]) for sheet in sheets) for other in sheets]
        medoids.append(max(sheets, key=gains.__getitem__))
    labels: list[int] = []
    for _step in range(_MAX_STEPS):
        labels = [min(range(number), key=lambda group: distances[sheet][medoids[group]]) for sheet in sheets]
        middles = [_middle(distances, [sheet for sheet in sheets if labels[sheet] == each]) for each in range(number)]
        if None in middles or middles == medoids:
            break
        medoids = [middle for middle in middles if middle is not None]
    return labels


def _middle(distances: _Distances, group: Sequence[int]) -> int | None:
    return min(group, key=lambda sheet: sum(distances[sheet][other] for other in group), default=None)


def _silhouette(distances: _Distances, labels: Sequence[int]) -> float:
    """Return the mean over all sheets of (b - a) / max(a, b).

    a: the mean distance to the rest of the own group, b: to the nearest other group.
    """
    groups = [[sheet for sheet, label in enumerate(labels) if label == each] for each in sorted(set(labels))]
    widths = []
    for group in groups:
        for sheet in group:
            own = sum(distances[sheet][other] for other in group) / (len(group) - 1)
            next_one = min(
                sum(distances[sheet][other] for other in another) / len(another)
                for another in groups
                if another is not group
            )
            widths.append((next_one - own) / max(own, next_one) if max(own, next_one) else 0.0)
    return sum(widths) / len(widths)
