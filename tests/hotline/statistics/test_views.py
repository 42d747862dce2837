"""The public page, its CSV and its JSON, of a hotline without figures, with one report, and as it grows."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client

from hotline.models import StatisticRun
from hotline.statistics.rebuild import rebuild_statistics
from hotline.statistics.serializers import COLUMNS
from hotline.statistics.tasks import refresh_statistics
from tests.hotline.statistics.conftest import World

NOW = datetime(2025, 3, 20, 12, 30, tzinfo=UTC)


def test_without_reports_there_are_no_figures(client: Client, db: None) -> None:
    assert json.loads(client.get("/en/hotline/statistics.json").content)["figures"] == []
    assert client.get("/en/hotline/statistics.csv").content.decode() == ",".join(COLUMNS) + "\r\n"
    rebuild_statistics(now=NOW)
    response = client.get("/en/hotline/statistics/")
    assert (response.status_code, "figure-table" in response.content.decode()) == (200, False)


def test_one_report_is_on_no_page(client: Client, world: World) -> None:
    world.make_report([world.make_item(1)])
    rebuild_statistics(now=NOW)
    for path in ("statistics/", "statistics/?period=all"):
        page = client.get(f"/en/hotline/{path}").content.decode()
        main = page[page.index("<main") : page.index('id="about-figures"')]
        shown = {text.strip() for text in re.findall(r"<td>([^<]*\d[^<]*)</td>", main)}
        assert shown <= {"0", "0 %"}
    lines = csv.DictReader(io.StringIO(client.get("/en/hotline/statistics.csv").content.decode()))
    assert {line["count"] for line in lines} == {""}


def test_the_task_counts_once_a_day(world: World) -> None:
    world.fill(5)
    refresh_statistics.apply().get()
    first = StatisticRun.objects.get().counted_at
    refresh_statistics.apply().get()
    assert StatisticRun.objects.get().counted_at == first


def test_the_command_rebuilds_and_prints_the_time(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("figures")
    assert not StatisticRun.objects.exists()
    world.fill(5)
    call_command("figures", "--rebuild")
    capsys.readouterr()
    call_command("figures")
    assert f"{StatisticRun.objects.get().counted_at:%Y}" in capsys.readouterr().out
