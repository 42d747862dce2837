"""Recounts all figures, applies disclosure control and replaces the stored figures in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from awareness.impact.aggregates import Aggregates, Cell, count_everything
from awareness.impact.disclosure_control import Place, linked_disclosures
from awareness.impact.metrics import OF_PEOPLE, M
from awareness.impact.models import ImpactCell, ImpactCount
from clicksafely.common.page_cache import content_version
from clicksafely.common.statistics.disclosure_control import SuppressedCells, suppress_cells


def is_rebuild_due(*, now: datetime) -> bool:
    """Return whether the figures were last counted before today, in Belgrade time.

    Figures change once a day. Otherwise a comparison of the page before and after a report would reveal that report's figures.
    """
    last = ImpactCount.objects.values_list("counted_at", flat=True).first()
    zone = ZoneInfo(settings.TIME_ZONE)
    return last is None or last.astimezone(zone).date() < now.astimezone(zone).date()


def rebuild_figures(*, now: datetime) -> int:
    """Recount and replace all figures in one transaction; returns their number. Readers see the old figures until it commits."""
    counted = count_everything()
    hidden = suppressed_cells(counted)
    cells = [
        ImpactCell(**cell._asdict(), count=count, hidden=_covered(cell, hidden))
        for cell, count in sorted(counted.counts.items())
        if count
    ]
    cells += [
        ImpactCell(**cell._asdict(), count=None, percent=percent) for cell, percent in sorted(counted.percents.items())
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {ImpactCell._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        ImpactCell.objects.all().delete()
        ImpactCell.objects.bulk_create(cells, batch_size=2000)
        ImpactCount.objects.update_or_create(pk=1, defaults={"counted_at": now})
        content_version.bump()
    return len(cells)


def suppressed_cells(counted: Aggregates) -> dict[str, SuppressedCells]:
    """Cells that must not be published, by measure."""
    totals: dict[str, dict[str, int]] = {measure: {} for measure in OF_PEOPLE}
    tables: dict[str, dict[str, dict[tuple[str, str], int]]] = {measure: {} for measure in OF_PEOPLE}
    for cell, count in sorted(counted.counts.items()):
        if cell.measure not in OF_PEOPLE:
            continue
        if cell.dimension:
            tables[cell.measure].setdefault(cell.dimension, {})[cell.key, cell.period] = count
        else:
            totals[cell.measure][cell.period] = count
    hidden: dict[str, SuppressedCells] = {
        measure: suppress_cells(totals[measure], tables[measure]) for measure in OF_PEOPLE
    }
    # Terminates: each round hides at least one more figure.
    besides: set[Place] = set()
    while more := linked_disclosures(counted.classes, hidden[M.PARTICIPANTS]):
        besides |= more
        hidden[M.PARTICIPANTS] = suppress_cells(totals[M.PARTICIPANTS], tables[M.PARTICIPANTS], besides=besides)
    return hidden


def _covered(cell: Cell, hidden: Mapping[str, SuppressedCells]) -> bool:
    return cell.measure in hidden and hidden[cell.measure].covers(cell.dimension, cell.key, cell.period)
