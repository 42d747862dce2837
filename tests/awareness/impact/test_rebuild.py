"""Stored figures compared with a naive recount of random data."""

from datetime import UTC, datetime, timedelta

import pytest

from awareness.impact.models import ImpactCell, ImpactCount
from awareness.impact.rebuild import is_rebuild_due, rebuild_figures
from awareness.impact.selectors import public_figures
from clicksafely.common.page_cache import content_version
from tests.awareness.impact.conftest import NOW, World, add_date
from tests.awareness.impact.naive import recount
from tests.factories.events import make_report

PEOPLE = {"participants", "downloads", "quiz_plays"}


def stored_figures(**which: object) -> dict[tuple[str, str, str, str], int | None]:
    return {
        (cell.measure, cell.dimension, cell.key, cell.period): cell.count for cell in ImpactCell.objects.filter(**which)
    }


@pytest.mark.parametrize("world", range(3), indirect=True)
def test_every_figure_equals_a_naive_recount(world: World) -> None:
    world.fill(world.random.choice((3, 12, 30)))
    rebuild_figures(now=NOW)
    tally = recount()
    assert stored_figures(percent=None) == dict(tally.cells)
    shares = ImpactCell.objects.exclude(percent=None)
    assert {(c.measure, c.dimension, c.key, c.period): c.percent for c in shares} == tally.percents


@pytest.mark.parametrize("world", range(10, 12), indirect=True)
def test_published_figures_are_the_counts_without_hidden_ones(world: World) -> None:
    world.fill(25)
    rebuild_figures(now=NOW)
    cells, published = recount().cells, public_figures()
    hidden = {(cell.measure, cell.period) for cell in published if not cell.dimension and cell.value.hidden}
    for figure in published:
        count = cells[figure.measure, figure.dimension, figure.key, figure.period]
        assert figure.value.count in {None, count} or figure.value.percent is not None
        if figure.measure in PEOPLE:
            assert figure.value.hidden or count >= 5
    published_places = {(f.measure, f.dimension, f.key, f.period) for f in published if f.value.percent is None}
    assert published_places == {place for place in cells if not place[1] or (place[0], place[3]) not in hidden}
    assert any(figure.value.hidden for figure in published)


@pytest.mark.parametrize("world", range(20, 22), indirect=True)
def test_a_hidden_figure_is_never_alone(world: World) -> None:
    """A table with a published total hides at least two figures: a single one would follow from the rest."""
    world.fill(25)
    rebuild_figures(now=NOW)
    lists: dict[tuple[str, str, str], list[tuple[int, bool]]] = {}
    for cell in ImpactCell.objects.filter(measure__in=PEOPLE).exclude(dimension=""):
        lists.setdefault((cell.measure, cell.dimension, cell.period), []).append((cell.count or 0, cell.hidden))
    hidden_count = 0
    for measure, period, hides in ImpactCell.objects.filter(dimension="").values_list("measure", "period", "hidden"):
        for (of, _dimension, when), row in lists.items():
            if (of, when) == (measure, period) and not hides:
                untold = [count for count, is_hidden in row if is_hidden]
                assert len(untold) != 1
                # All of them being 1 would follow from their sum.
                assert not untold or sum(untold) > len(untold)
                hidden_count += len(untold)
    assert hidden_count


def test_a_share_needs_five_answers_before_and_five_after(world: World) -> None:
    make_report(add_date(), before=[0, 0, 0, 2, 2], after=[0, 0, 0, 0, 9])
    rebuild_figures(now=NOW)
    assert not ImpactCell.objects.filter(measure="confidence").exists()
    make_report(add_date(), before=[1, 0, 0, 0, 0], after=[0, 0, 0, 0, 0])
    rebuild_figures(now=NOW)
    shares = ImpactCell.objects.filter(measure="confidence", period="all")
    assert dict(shares.values_list("key", "percent")) == {"before": 80, "after": 100}


def test_a_recount_replaces_everything_and_makes_pages_old(world: World) -> None:
    report = make_report(add_date(), children=30)
    rebuild_figures(now=NOW)
    before = content_version.current()
    report.children = report.participants = 40
    report.save()
    rebuild_figures(now=NOW + timedelta(days=1))
    assert stored_figures(measure="participants", dimension="", period="all") == {("participants", "", "", "all"): 40}
    assert ImpactCount.objects.get().counted_at == NOW + timedelta(days=1)
    assert content_version.current() > before


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NOW, True),
        # One night in Belgrade time: 23:30 and 0:30.
        (datetime(2026, 11, 19, 22, 30, tzinfo=UTC), datetime(2026, 11, 19, 23, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), datetime(2026, 11, 20, 22, 30, tzinfo=UTC), False),
    ],
)
def test_it_is_counted_once_a_day(world: World, last: datetime | None, now: datetime, due: bool) -> None:
    if last:
        rebuild_figures(now=last)
    assert is_rebuild_due(now=now) is due
