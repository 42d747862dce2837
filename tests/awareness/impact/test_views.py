"""The page of the figures, its CSV and its JSON."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from awareness.events.models import ClosingReport
from awareness.impact.exports import COLUMNS
from awareness.impact.models import ImpactCount
from awareness.impact.rebuild import rebuild_figures
from awareness.impact.selectors import public_figures
from awareness.impact.tasks import count_impact
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from tests.awareness.impact.conftest import NOW, World, add_date
from tests.factories.events import make_report

SVG = "{http://www.w3.org/2000/svg}"
CYRILLIC = re.compile(r"[\u0400-\u04ff]+")


@pytest.fixture
def world_with_figures(world: World) -> World:
    world.fill(15)
    rebuild_figures(now=NOW)
    return world


def get_page(client: Client, path: str = "/en/impact/") -> str:
    return " ".join(client.get(path).content.decode().split())


def get_csv(client: Client, language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/{language}/impact/data.csv").content.decode())))


def test_is_cacheable_and_sets_no_cookie(client: Client, world_with_figures: World) -> None:
    for path in ("", "?year=2024", "?year=all", "data.csv", "data.json"):
        response = client.get(f"/sr-latn/impact/{path}")
        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=3600"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        params = response.wsgi_request.META[CACHE_POLICY_KEY].params
        assert params == (set() if path.startswith("data") else {"year"})
        source = response.content.decode()
        assert not CYRILLIC.search(source[source.find("<main") : source.find("</main")])
        assert client.post(f"/sr-latn/impact/{path}").status_code == 405


def test_there_is_no_page_of_a_year_that_has_no_figures(client: Client, world_with_figures: World) -> None:
    for year in ("2013", "2024-21", "x", "2025' OR 1=1", "²", "\x00"):
        response = client.get("/en/impact/", {"year": year})
        assert response.status_code == 404
        assert "public" not in response.get("Cache-Control", "")


def test_the_headline_has_total_first_year_and_groups(client: Client, world: World) -> None:
    report = make_report(add_date(), children=30, youth=12, teachers=8, stakeholders=5)
    rebuild_figures(now=NOW)
    assert "<strong>55</strong>" in get_page(client)
    response = client.get("/en/impact/?year=2025")
    assert [part.text for part in response.context["headline"].parts] == ["30", "12", "13"]
    # A number of adults would reveal a hidden one.
    ClosingReport.objects.filter(pk=report.pk).update(youth=3, stakeholders=0, participants=41)
    rebuild_figures(now=NOW)
    headline = client.get("/en/impact/").context["headline"]
    assert (headline.number, headline.parts) == ("41", [])


def test_history_is_quoted_with_its_source_and_added_to_nothing(client: Client, world: World) -> None:
    make_report(add_date(), children=30)
    rebuild_figures(now=NOW)
    page = get_page(client)
    assert "<cite>" in page
    assert "<strong>30</strong>" in page
    document = json.loads(client.get("/en/impact/data.json").content)
    assert [(each["period"], each["participants_about"]) for each in document["history"]] == [("2013-2015", 38000)]
    assert {figure["period"][:4] for figure in document["figures"]} == {"2025", "all"}


def test_a_single_small_event_is_on_no_page(client: Client, world: World) -> None:
    make_report(add_date(town="uzice"), children=3)
    rebuild_figures(now=NOW)
    for path in ("/en/impact/", "/en/impact/?year=2025"):
        page = get_page(client, path)
        main = page[page.index('class="impact-summary"') : page.index('id="about-figures"')]
        cells = {text.strip() for text in re.findall(r"<td>([^<]*\d[^<]*)</td>", main)}
        # The event itself is public.
        assert cells <= {"0", "1", "100 %"}
    assert {line["count"] for line in get_csv(client) if line["measure"] == "participants"} == {""}


def test_csv_and_json_hold_the_same_figures_and_marks(client: Client, world_with_figures: World) -> None:
    def written(value: object) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    figures = json.loads(client.get("/en/impact/data.json").content)["figures"]
    rows = get_csv(client)
    assert [{key: written(value) for key, value in entry.items()} for entry in figures] == rows
    assert tuple(figures[0]) == COLUMNS
    published = [
        (*figure[:4], written(figure.value.count), written(figure.value.percent)) for figure in public_figures()
    ]
    names = ("measure", "dimension", "period", "code", "count", "percent")
    assert [tuple(row[name] for name in names) for row in rows] == published
    assert {row["hidden"] == "true" for row in rows if not row["count"] and not row["percent"]} == {True}


@override_settings(DEMO=True)
def test_demonstration_figures_are_marked(client: Client, world_with_figures: World) -> None:
    assert "Sample figures" in get_page(client)
    assert json.loads(client.get("/en/impact/data.json").content)["demonstration"] is True


def test_every_drawing_has_a_name_a_description_and_a_table(client: Client, world_with_figures: World) -> None:
    page = client.get("/sr/impact/").content.decode()
    drawings = [each for each in re.findall(r"<svg.*?</svg>", page, re.DOTALL) if 'role="img"' in each]
    assert len(drawings) > 8
    assert page.count("<table") >= len(drawings)
    for drawing in drawings:
        svg = ElementTree.fromstring(drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))  # noqa: S314 - ours
        names = {element.get("id"): element.text for tag in ("title", "desc") for element in svg.iter(f"{SVG}{tag}")}
        assert [bool(names[each]) for each in svg.get("aria-labelledby", "").split()] == [True, True]
        assert "style=" not in drawing
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_map_shows_hidden_numbers_as_rings(client: Client, world: World) -> None:
    for town, count in (("nis", 300), ("beograd", 75), ("uzice", 3), ("vranje", 9)):
        make_report(add_date(town=town), children=count)
    rebuild_figures(now=NOW)
    response = client.get("/en/impact/")
    towns = response.context["towns"]
    radius = {dot.name: dot.radius for dot in towns.dots}
    assert radius["Niš"] == pytest.approx(2 * radius["Belgrade"], rel=0.02)
    assert {dot.name for dot in towns.dots if dot.value.hidden} == {"Užice", "Vranje"}
    page = response.content.decode()
    assert page.count('class="map-ring"') == 2
    assert "<title>Užice</title>" in page
    assert [row.events.count for row in towns.first] == [1] * 4


def test_queries_do_not_grow_with_figures(client: Client, world: World) -> None:
    client.get("/en/impact/")
    world.fill(15)
    rebuild_figures(now=NOW)
    # Years, cells, time; the content generation, the help lines and the consortium.
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/impact/")
    assert len(queries) <= 6


def test_the_home_page_has_a_summary(client: Client, world: World) -> None:
    page = get_page(client, "/en/")
    assert "at our events" not in page
    assert "nearly 38,000" in page
    make_report(add_date(), children=1234)
    rebuild_figures(now=NOW)
    page = get_page(client, "/en/")
    assert "<dd>1,234</dd>" in page
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/")
    assert len(queries) <= 1
    # The figures of the first years, a section of the page, are shown while nothing is counted.
    assert "nearly 38,000" not in page


def test_the_command_rebuilds_and_the_task_counts_once_a_day(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("impact")
    assert "Never counted" in capsys.readouterr().out
    call_command("impact", "--rebuild")
    assert "figures counted." in capsys.readouterr().out
    call_command("impact")
    assert "Last counted 20" in capsys.readouterr().out
    first = ImpactCount.objects.get().counted_at
    count_impact.apply().get()
    assert ImpactCount.objects.get().counted_at == first
    ImpactCount.objects.all().delete()
    count_impact.apply().get()
    assert ImpactCount.objects.exists()
