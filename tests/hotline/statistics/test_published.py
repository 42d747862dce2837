"""The public page, its CSV and its JSON, of a hotline whose figures were counted."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from hotline.models import StatisticCell
from hotline.statistics.definitions import PUBLIC, SHARES
from hotline.statistics.rebuild import rebuild_statistics
from hotline.statistics.serializers import COLUMNS
from tests.database import shared_rows
from tests.hotline.statistics.conftest import World, make_world

NOW = datetime(2025, 3, 20, 12, 30, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """A hotline with counted figures, created once for all tests of this module; none of them writes."""
    with shared_rows(django_db_blocker):
        world = make_world(1)
        world.fill(120)
        rebuild_statistics(now=NOW)
        yield world


def get_csv(client: Client, language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/{language}/hotline/statistics.csv").content.decode())))


@pytest.mark.parametrize(
    "path", ["sr/hotline/statistics/?period=2024", "sr-latn/hotline/statistics.csv", "en/hotline/statistics.json"]
)
def test_is_cacheable_and_sets_no_cookie(client: Client, counted: World, path: str) -> None:
    response = client.get(f"/{path}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("period", ["2023", "2024-10", "2025' OR 1=1", "²"])
def test_there_is_no_page_of_a_period_that_has_no_figures(client: Client, counted: World, period: str) -> None:
    response = client.get("/en/hotline/statistics/", {"period": period})
    assert response.status_code == 404
    assert "public" not in response.get("Cache-Control", "")


def test_the_latest_year_comes_first(client: Client, counted: World) -> None:
    response = client.get("/en/hotline/statistics/")
    assert response.wsgi_request.META[CACHE_POLICY_KEY].params == {"period"}
    assert response.context["period"] == "2025"
    assert response.context["parts"] == ["1", "2", "3"]
    assert client.get("/en/hotline/statistics/?period=all").context["parts"] == ["2024", "2025"]


def test_csv_and_json_hold_the_same_figures_and_marks(client: Client, counted: World) -> None:
    document = json.loads(client.get("/en/hotline/statistics.json").content)
    texts = {None: "", True: "true", False: "false"}
    as_text = [
        {key: texts[value] if value is None or isinstance(value, bool) else str(value) for key, value in entry.items()}
        for entry in document["figures"]
    ]
    assert as_text == get_csv(client, "en")
    assert tuple(document["figures"][0]) == COLUMNS
    assert document["schema"] == "net-patrola-figures/1"
    assert document["counted_at"] == NOW.isoformat()
    assert document["demonstration"] is False
    assert set(document["measures"]) == {*PUBLIC, *SHARES}


def test_they_hold_all_that_is_public_and_nothing_that_is_hidden(client: Client, counted: World) -> None:
    listed = {
        (line["measure"], line["dimension"], line["period"], line["code"]): (line["count"], line["hidden"])
        for line in get_csv(client)
    }
    cells = StatisticCell.objects.filter(measure__in=PUBLIC)
    hidden_periods = set(cells.filter(dimension="", hidden=True).values_list("measure", "period"))
    # A hidden month also hides its parts.
    public_cells = [cell for cell in cells if not cell.dimension or (cell.measure, cell.period) not in hidden_periods]
    stored = {
        (cell.measure, cell.dimension, cell.period, cell.key): ("", "true")
        if cell.hidden
        else (str(cell.count), "false")
        for cell in public_cells
    }
    assert {place: line for place, line in listed.items() if place[0] != "analysed"} == stored
    assert ("", "true") in listed.values()


def test_the_page_shows_the_figures_of_the_json(client: Client, counted: World) -> None:
    figures = json.loads(client.get("/en/hotline/statistics.json").content)["figures"]
    counts = {(f["measure"], f["dimension"], f["period"], f["code"]): f["count"] for f in figures}
    response = client.get("/en/hotline/statistics/?period=2024")
    for chapter in response.context["chapters"]:
        for section in chapter.sections:
            assert section.total.count == counts.get((chapter.code, "", "2024", ""), 0)
    channel = next(s for s in response.context["chapters"][0].sections if s.code == "reports-channel")
    shown = sorted((row.value.count or 0) for row in channel.rows)
    assert shown == sorted(
        count or 0 for (m, d, p, _c), count in counts.items() if (m, d, p) == ("reports", "channel", "2024")
    )


@override_settings(DEMO=True)
def test_demonstration_figures_are_marked(client: Client, counted: World) -> None:
    assert "Sample" in client.get("/en/hotline/statistics/").content.decode()
    assert json.loads(client.get("/en/hotline/statistics.json").content)["demonstration"] is True


def test_every_chart_has_a_name_and_a_table_with_the_same_figures(client: Client, counted: World) -> None:
    page = client.get("/en/hotline/statistics/").content.decode()
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    charts = [chart for chart in charts if 'class="chart"' in chart]
    assert len(charts) == page.count('<table class="figure-table">\n      <caption')
    for chart in charts:
        svg = ElementTree.fromstring(chart.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))  # noqa: S314 - ours
        assert svg.get("role") == "img"
        names = {element.get("id"): element.text for tag in ("title", "desc") for element in svg.iter(f"{SVG}{tag}")}
        assert [bool(names[each]) for each in svg.get("aria-labelledby", "").split()] == [True, True]
        assert "style=" not in chart
