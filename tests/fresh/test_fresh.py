"""The logic of `make fresh`: skipping on unsuitable machines, and parsing of measurements."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.fresh import __main__ as fresh
from tests.fresh import host, image, machine, units
from tests.fresh.host import BASE_DIR, Figure, FreshError


def test_without_root_each_part_is_reported_as_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert fresh.main(["image", "machine"]) == 3
    assert capsys.readouterr().out == "NOT RUN: machine: it needs root.\nNOT RUN: image: it needs root.\n"


def test_a_part_that_does_not_exist_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert fresh.main(["machines"]) == 1
    assert "PARTS knows machine, image, services, units; not machines." in capsys.readouterr().out


def test_a_download_that_fails_is_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(host, "DOWNLOAD_PAUSES", (0, 0))
    attempts = tmp_path / "attempts"
    twice = f'echo x >>{attempts}; [ "$(wc -l <{attempts})" = 3 ] && echo done'
    assert host.download("sh", "-c", twice) == "done\n"
    attempts.unlink()
    with pytest.raises(FreshError):
        host.download("sh", "-c", f"echo x >>{attempts}; exit 1")
    assert attempts.read_text() == "x\n" * 3


def test_only_caches_of_later_runs_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(host, "FOLDER", tmp_path)
    for name in ("machine", "systemd", "storage", "checkout"):
        (tmp_path / name / "folder").mkdir(parents=True)
    for name in ("systemd.complete", "containers.conf", "debian.tar", "machine-run.log"):
        (tmp_path / name).touch()
    host.remove_leftovers()
    assert {path.name for path in tmp_path.iterdir()} == {"systemd", "systemd.complete", "storage", "containers.conf"}


def test_a_unit_is_read_with_all_its_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(units, "ROOT", tmp_path)
    for folder in ("etc/systemd/system", "etc/clicksafely"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(BASE_DIR / "deploy/systemd/clicksafely-backup.service", tmp_path / "etc/systemd/system")
    for name in ("portal", "owner"):
        (tmp_path / f"etc/clicksafely/{name}.env").write_text("PART=owner\n")
    unit = units.read_unit("clicksafely-backup.service")
    assert [line.split()[:3] for line in (*unit.before, unit.main, *unit.after)] == [
        ["/opt/clicksafely/.venv/bin/python", "manage.py", "backup"],
        ["/usr/bin/find", "/var/backups/clicksafely", "-name"],
    ]
    # systemd does not expand names of files.
    shell = unit.command("echo *")[-3:]
    assert subprocess.run(shell, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout == "*\n"


def test_every_image_of_docker_compose_has_a_substitute() -> None:
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    images = [service["image"] for service in services.values() if "build" not in service]
    assert images
    for name in images:
        assert image.standin_folder(name).is_dir()


@pytest.mark.parametrize(
    ("output", "seconds"),
    [
        ("Prepared 92 packages in 1m 05s\nInstalled 92 packages in 800ms\n", 65),
        ("Prepared 1 package in 250ms\n", 0.25),
        ("Prepared 3 packages in 10.5s\n", 10.5),
        ("Nothing to do\n", 0),
    ],
)
def test_download_seconds_are_read_from_the_output_of_uv(output: str, seconds: float) -> None:
    assert machine.download_seconds(output) == seconds


def test_a_missed_bar_is_printed() -> None:
    assert str(Figure("second start", 11, bar=10)).endswith("bar 10 s: MISSED")
    assert str(Figure("second start", 9, bar=10)).endswith("bar 10 s: met")
