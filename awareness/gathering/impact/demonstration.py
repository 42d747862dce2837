"""The figures of a demonstration: counted once what is counted is there, and again, with the index, when it is gone."""

from collections.abc import Iterator
from datetime import datetime

from awareness.gathering.impact.building import rebuild_figures
from awareness.gathering.impact.models import ImpactCell, ImpactCount
from awareness.gathering.services import learn_all_words, reindex


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """Count; nothing where there are figures already."""
    if not ImpactCell.objects.exists():
        yield 0, 1
        rebuild_figures(now=now)
        yield 1, 1


def settle(now: datetime) -> None:
    """Forget what the search knew of what is gone, and count what is left; where the count itself has gone, a later day begins anew."""
    reindex(missing=True)
    learn_all_words()
    if ImpactCount.objects.exists():
        rebuild_figures(now=now)
    else:
        ImpactCell.objects.all().delete()
