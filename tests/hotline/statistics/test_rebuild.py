"""Figures as they are stored, against a naive recount of random data."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from clicksafely.common.page_cache import content_version
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT
from hotline.models import ContentItem, Report, StatisticCell, StatisticRun
from hotline.states import REOPENABLE, ReportState
from hotline.statistics.definitions import PUBLIC, SHARES
from hotline.statistics.rebuild import is_rebuild_due, rebuild_statistics
from tests.hotline.statistics.conftest import World
from tests.hotline.statistics.naive import recount

NOW = datetime(2025, 3, 20, 12, 30, tzinfo=UTC)


def stored() -> dict[tuple[str, str, str, str], int]:
    return {(cell.measure, cell.dimension, cell.key, cell.period): cell.count for cell in StatisticCell.objects.all()}


def of_months_without_distributions(cells: Counter[tuple[str, str, str, str]]) -> dict[tuple[str, str, str, str], int]:
    return {place: count for place, count in cells.items() if not (place[1] == "time" and len(place[3]) == 7)}


@pytest.mark.parametrize("world", [0, 11], indirect=True)
def test_every_figure_equals_a_naive_recount(world: World) -> None:
    world.fill()
    rebuild_statistics(now=NOW)
    tally = recount()
    assert stored() == of_months_without_distributions(tally.cells)
    medians = {(cell.measure, cell.period): cell.median for cell in StatisticCell.objects.filter(median__isnull=False)}
    assert medians == {place: tally.median(*place) for place in medians}
    assert {measure for measure, _period in medians} >= {"first_look", "referral"}


@pytest.mark.parametrize("world", [31], indirect=True)
def test_small_figures_are_hidden_and_staff_figures_are_not_and_anonymising_changes_none(world: World) -> None:
    world.fill(90)
    rebuild_statistics(now=NOW)
    cells = StatisticCell.objects.all()
    assert not cells.filter(measure__in=PUBLIC, count__range=(1, MIN_PUBLISHED_COUNT - 1), hidden=False).exists()
    assert not cells.exclude(measure__in=[*PUBLIC, *SHARES]).filter(hidden=True).exists()
    assert not cells.filter(measure__in=SHARES, hidden=False).exists()
    assert cells.filter(hidden=True, count__gte=MIN_PUBLISHED_COUNT).exists()
    medians = cells.filter(median__isnull=False)
    assert medians
    assert not medians.filter(count__lt=MIN_PUBLISHED_COUNT).exists()
    assert not medians.filter(hidden=True).exists()
    # Anonymising changes no figure.
    columns = ("measure", "period", "key", "count", "hidden", "median")
    before = list(cells.order_by("pk").values_list(*columns))
    for state in REOPENABLE:
        Report.objects.filter(state=state).update(state=ReportState.ANONYMISED, anonymised_from=state, locations=[])
    rebuild_statistics(now=NOW)
    assert list(cells.order_by("pk").values_list(*columns)) == before


@pytest.mark.parametrize("world", [51], indirect=True)
def test_shares_are_of_years_and_never_of_small_parts(world: World) -> None:
    world.fill(120)
    rebuild_statistics(now=NOW)
    counts = recount().cells
    shares = {cell.period: cell.percent for cell in StatisticCell.objects.filter(percent__isnull=False, key="yes")}
    assert shares
    for period in ("2024", "2025", "all"):
        part, whole = counts["analysed", "csam", "yes", period], counts["analysed", "", "", period]
        assert shares.get(period) == (
            round(100 * part / whole) if min(part, whole - part) >= MIN_PUBLISHED_COUNT else None
        )
    assert set(shares) <= {"2024", "2025", "all"}


def test_nothing_is_counted_of_an_empty_hotline(db: None) -> None:
    assert rebuild_statistics(now=NOW) == 0
    assert StatisticRun.objects.get().counted_at == NOW


def test_a_rebuild_reports_progress_and_replaces_earlier_figures(world: World) -> None:
    world.fill(10)
    steps: list[tuple[int, int]] = []
    rebuild_statistics(now=NOW, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(done, len(steps)) for done in range(1, len(steps) + 1)]
    number = content_version.current()
    report = world.make_report(list(ContentItem.objects.all()))
    rebuild_statistics(now=NOW + timedelta(hours=1))
    assert stored()["reports", "", "", "all"] == Report.objects.count()
    assert (
        stored()["reports", "channel", report.channel, "all"] == Report.objects.filter(channel=report.channel).count()
    )
    assert content_version.current() == number + 1


def test_they_are_due_once_a_day_of_belgrade(db: None) -> None:
    assert is_rebuild_due(now=NOW)
    rebuild_statistics(now=datetime(2025, 3, 20, 22, 30, tzinfo=UTC))
    assert not is_rebuild_due(now=datetime(2025, 3, 20, 22, 50, tzinfo=UTC))
    assert is_rebuild_due(now=datetime(2025, 3, 20, 23, 10, tzinfo=UTC))
