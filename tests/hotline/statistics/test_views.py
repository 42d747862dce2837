"""The public page, its CSV and its JSON, of a hotline without figures, with one report, and as it grows."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hotline.models import StatisticRun
from hotline.statistics.rebuild import rebuild_statistics
from hotline.statistics.serializers import COLUMNS
from hotline.statistics.tasks import refresh_statistics
from tests.hotline.statistics.conftest import World

NOW = datetime(2025, 3, 20, 12, 30, tzinfo=UTC)
LANGUAGES = ("sr", "sr-latn", "en")
SVG = "{http://www.w3.org/2000/svg}"


def get_csv(client: Client, language: str = "en") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/{language}/hotline/statistics.csv").content.decode())))


def test_without_reports_the_page_shows_a_message(client: Client, db: None) -> None:
    assert "No report has been counted yet" in client.get("/en/hotline/statistics/").content.decode()
    assert json.loads(client.get("/en/hotline/statistics.json").content)["figures"] == []
    assert client.get("/en/hotline/statistics.csv").content.decode() == ",".join(COLUMNS) + "\r\n"
    rebuild_statistics(now=NOW)
    page = client.get("/en/hotline/statistics/").content.decode()
    assert "No report has been counted yet" in page


def test_one_report_is_on_no_page(client: Client, world: World) -> None:
    world.make_report([world.make_item(1)])
    rebuild_statistics(now=NOW)
    for path in ("statistics/", "statistics/?period=all"):
        page = client.get(f"/en/hotline/{path}").content.decode()
        main = page[page.index("<main") : page.index('id="about-figures"')]
        shown = {text.strip() for text in re.findall(r"<td>([^<]*\d[^<]*)</td>", main)}
        assert shown <= {"0", "0 %"}
    assert {line["count"] for line in get_csv(client)} == {""}


def test_queries_do_not_grow_with_figures(client: Client, world: World) -> None:
    client.get("/en/hotline/statistics/")
    counts = []
    for reports in (1, 60):
        world.fill(reports) if reports > 1 else world.make_report([world.make_item(999)])
        rebuild_statistics(now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/hotline/statistics/")
        counts.append(len(queries))
    # Years, cells, time; the generation, the helplines and the partners of the project.
    assert counts == [6, 6]


def test_the_task_counts_once_a_day(world: World) -> None:
    world.fill(5)
    refresh_statistics.apply().get()
    first = StatisticRun.objects.get().counted_at
    refresh_statistics.apply().get()
    assert StatisticRun.objects.get().counted_at == first


def test_the_command_rebuilds_and_prints_the_time(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("figures")
    assert "Never counted" in capsys.readouterr().out
    world.fill(5)
    call_command("figures", "--rebuild")
    assert "figures counted." in capsys.readouterr().out
    call_command("figures")
    assert "Last counted 20" in capsys.readouterr().out
