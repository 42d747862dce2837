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

from awareness.impact.exports import COLUMNS
from awareness.impact.models import ImpactCount
from awareness.impact.rebuild import rebuild_figures
from awareness.impact.selectors import public_figures
from awareness.impact.tasks import count_impact
from clicksafely.common.page_cache.decorators import CACHE_POLICY_KEY
from tests.awareness.impact.conftest import NOW, World, add_date
from tests.clients.page_reader import PageReader
from tests.factories.events import make_report

LANGUAGES = ("sr", "sr-latn", "en")
SVG = "{http://www.w3.org/2000/svg}"
CYRILLIC = re.compile(r"[\u0400-\u04ff]+")


@pytest.fixture
def world_with_figures(world: World) -> World:
    world.fill(40)
    rebuild_figures(now=NOW)
    return world


def get_page(client: Client, path: str = "/en/impact/") -> str:
    return " ".join(client.get(path).content.decode().split())


def get_csv(client: Client, language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/{language}/impact/data.csv").content.decode())))


@pytest.mark.parametrize("path", ["", "?year=2024", "?year=all", "data.csv", "data.json"])
def test_is_cacheable_and_sets_no_cookie(client: Client, world_with_figures: World, path: str) -> None:
    for language in LANGUAGES:
        response = client.get(f"/{language}/impact/{path}")
        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=3600"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        params = response.wsgi_request.META[CACHE_POLICY_KEY].params
        assert params == (set() if path.startswith("data") else {"year"})
        if language == "sr-latn":
            source = response.content.decode()
            assert not CYRILLIC.search(source[source.find("<main") : source.find("</main")])


@pytest.mark.parametrize("path", ["", "data.csv", "data.json"])
def test_nothing_can_be_sent_to_it(client: Client, db: None, path: str) -> None:
    assert client.post(f"/en/impact/{path}").status_code == 405


def test_there_is_no_page_of_a_year_that_has_no_figures(client: Client, world_with_figures: World) -> None:
    for year in ("2013", "2024-21", "x", "2025' OR 1=1", "²", "\x00"):
        response = client.get("/en/impact/", {"year": year})
        assert response.status_code == 404
        assert "public" not in response.get("Cache-Control", "")


def test_the_headline_has_total_first_year_and_groups(client: Client, world: World) -> None:
    make_report(add_date(), children=30, youth=12, teachers=8, stakeholders=5)
    rebuild_figures(now=NOW)
    assert "55</strong> <span>children, young people and adults have taken part in our events since 2025" in get_page(
        client
    )
    response = client.get("/en/impact/?year=2025")
    assert [(part.label, part.text) for part in response.context["headline"].parts] == [
        ("children", "30"),
        ("young people", "12"),
        ("adults", "13"),
    ]


def test_no_number_of_adults_where_it_would_reveal_a_hidden_one(client: Client, world: World) -> None:
    make_report(add_date(), children=30, youth=3, teachers=8)
    rebuild_figures(now=NOW)
    response = client.get("/en/impact/")
    assert response.context["headline"].number == "41"
    assert response.context["headline"].parts == []


def test_without_figures_the_page_shows_a_message_and_the_history(client: Client, db: None) -> None:
    for _ in range(2):
        page = get_page(client)
        assert "Nothing has been counted yet" in page
        assert "Nearly 38,000 children" in page
        assert json.loads(client.get("/en/impact/data.json").content)["figures"] == []
        assert client.get("/en/impact/data.csv").content.decode() == ",".join(COLUMNS) + "\r\n"
        rebuild_figures(now=NOW)


def test_history_is_quoted_with_its_source_and_added_to_nothing(client: Client, world: World) -> None:
    make_report(add_date(), children=30)
    rebuild_figures(now=NOW)
    page = get_page(client)
    assert "<cite>Serbian Safer Internet Centre, key successes of its first two and a half years, 2015</cite>" in page
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
    for language in LANGUAGES:
        document = json.loads(client.get(f"/{language}/impact/data.json").content)
        as_text = [
            {
                key: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                for key, value in entry.items()
            }
            for entry in document["figures"]
        ]
        assert as_text == get_csv(client, language)
        assert tuple(document["figures"][0]) == COLUMNS


def test_the_files_contain_the_published_figures(client: Client, world_with_figures: World) -> None:
    rows = [
        (
            line["measure"],
            line["dimension"],
            line["period"],
            line["code"],
            line["count"],
            line["percent"],
            line["hidden"],
        )
        for line in get_csv(client)
    ]
    published = [
        (
            *figure[:4],
            *("" if each is None else str(each) for each in (figure.value.count, figure.value.percent)),
            "true" if figure.value.count is None and figure.value.percent is None else "false",
        )
        for figure in public_figures()
    ]
    assert rows == published
    assert "true" in {line[-1] for line in rows}


def test_labels_are_in_the_script_of_the_address_and_codes_in_none(client: Client, world_with_figures: World) -> None:
    for language, label in (("sr", "Ужице"), ("sr-latn", "Užice"), ("en", "Užice")):
        assert {line["label"] for line in get_csv(client, language) if line["code"] == "uzice"} == {label}
    codes = [[line["code"] for line in get_csv(client, language)] for language in LANGUAGES]
    assert codes[0] == codes[1] == codes[2]


def test_the_json_has_schema_licence_and_definitions(client: Client, world_with_figures: World) -> None:
    document = json.loads(client.get("/en/impact/data.json").content)
    assert document["schema"] == "click-safely-impact/1"
    assert document["counted_at"] == NOW.isoformat()
    assert document["licence"]["name"] == "CC BY 4.0"
    assert document["suppression"]["least"] == 5
    assert {each["measure"] for each in document["figures"]} <= set(document["measures"])
    assert all(each["definition"] for each in document["measures"].values())


def test_the_page_describes_its_data_set_to_machines(client: Client, world_with_figures: World) -> None:
    page = PageReader(client.get("/en/impact/").content.decode())
    source = client.get("/en/impact/").content.decode()
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', source, re.DOTALL)
    data = json.loads(text)
    assert (data["@type"], data["license"]) == ("Dataset", "https://creativecommons.org/licenses/by/4.0/")
    assert data["temporalCoverage"] == "2024/2026"
    links = [link["href"] for link in page.all("a")]
    for file in data["distribution"]:
        assert client.get(file["contentUrl"]).status_code == 200
        assert file["contentUrl"].removeprefix("http://testserver") in links


@override_settings(DEMO=True)
def test_demonstration_figures_are_marked(client: Client, world_with_figures: World) -> None:
    assert "Sample figures" in get_page(client)
    assert json.loads(client.get("/en/impact/data.json").content)["demonstration"] is True


@pytest.mark.parametrize("path", ["/en/impact/", "/sr/impact/?year=2025"])
def test_every_drawing_has_a_name_a_description_and_a_table(
    client: Client, world_with_figures: World, path: str
) -> None:
    page = client.get(path).content.decode()
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
    counts = []
    for reports in (1, 40):
        world.fill(reports) if reports > 1 else make_report(add_date(), children=9)
        rebuild_figures(now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/impact/")
        counts.append(len(queries))
    # Years, cells, time; the content generation, the help lines and the consortium.
    assert counts == [6, 6]


def test_the_home_page_has_a_summary(client: Client, world: World) -> None:
    page = get_page(client, "/en/")
    assert "at our events" not in page
    assert "nearly 38,000" in page
    make_report(add_date(), children=1234)
    rebuild_figures(now=NOW)
    page = get_page(client, "/en/")
    assert "children, young people and adults at our events</dt><dd>1,234</dd>" in page
    # The figures of the first years, a section of the page, are shown while nothing is counted.
    assert "nearly 38,000" not in page


def test_the_summary_costs_the_home_page_no_query(client: Client, world: World) -> None:
    make_report(add_date(), children=1234)
    rebuild_figures(now=NOW)
    client.get("/en/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/")
    assert len(queries) == 1


def test_the_task_counts_once_a_day(world: World) -> None:
    count_impact.apply().get()
    first = ImpactCount.objects.get().counted_at
    count_impact.apply().get()
    assert ImpactCount.objects.get().counted_at == first


def test_the_command_rebuilds_and_prints_the_time(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("impact")
    assert "Never counted" in capsys.readouterr().out
    call_command("impact", "--rebuild")
    assert "figures counted." in capsys.readouterr().out
    call_command("impact")
    assert "Last counted 20" in capsys.readouterr().out
