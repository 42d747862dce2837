"""`manage.py` and `make reset` at a terminal."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clicksafely.common.crypto import provision
from clicksafely.common.crypto.part_secrets import SECRETS
from clicksafely.devserver import local_servers
from clicksafely.devserver.server_folders import servers_folder
from clicksafely.devserver.server_programs import postgres_answers, valkey_answers

BASE_DIR = Path(__file__).resolve().parent.parent
QUERY = "from django.db import connection; c = connection.cursor(); c.execute('SELECT 6 * 7'); print(c.fetchone()[0])"
REMOVED_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    *SECRETS,
    "VAR_DIR",
)


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    local_servers.remove_data(tmp_path / "var")


def run(*arguments: str, answer: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if name not in REMOVED_VARIABLES}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env=plain | environment,
        input=answer,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_command_starts_and_stops_its_own_servers(var_dir: Path) -> None:
    result = run("manage.py", "shell", "--no-imports", "-c", QUERY, VAR_DIR=str(var_dir))
    assert (result.returncode, result.stdout) == (0, "42\n"), result.stderr
    assert stat.S_IMODE(var_dir.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    assert (postgres_answers(var_dir), valkey_answers(var_dir)) == (False, False)


def test_a_command_beside_a_running_system_leaves_it_running(var_dir: Path) -> None:
    local_servers.hold(var_dir, durable=False)
    result = run("manage.py", "shell", "--no-imports", "-c", QUERY, VAR_DIR=str(var_dir))
    assert (result.returncode, result.stdout) == (0, "42\n"), result.stderr
    assert (postgres_answers(var_dir), valkey_answers(var_dir)) == (True, True)


@pytest.mark.parametrize("arguments", [["help"], ["version"], ["migrate", "--help"], ["compile_catalogues"], []])
def test_commands_without_a_database_start_no_server(var_dir: Path, arguments: list[str]) -> None:
    result = run("manage.py", *arguments, VAR_DIR=str(var_dir))
    assert result.returncode == 0, result.stderr
    assert not servers_folder(var_dir).exists()


def test_configured_servers_prevent_embedded_ones_and_new_secrets(var_dir: Path) -> None:
    servers = {name: os.environ[name] for name in REMOVED_VARIABLES}
    result = run("manage.py", "shell", "--no-imports", "-c", QUERY, **servers | {"VAR_DIR": str(var_dir)})
    assert (result.returncode, result.stdout) == (0, "42\n"), result.stderr
    assert not var_dir.exists()


@pytest.mark.parametrize(("variable", "started"), [("DATABASE_URL", (False, True)), ("REDIS_URL", (True, False))])
def test_only_the_missing_server_starts(var_dir: Path, variable: str, started: tuple[bool, bool]) -> None:
    code = (
        "from pathlib import Path; from django.conf import settings;"
        "print([path.name for path in sorted((settings.VAR_DIR / 'servers').glob('*.keeper'))])"
    )
    environment = {"VAR_DIR": str(var_dir), variable: os.environ[variable]}
    result = run("manage.py", "shell", "--no-imports", "-c", code, **environment)
    expected = [name for name, runs in zip(["postgres.keeper", "valkey.keeper"], started, strict=True) if runs]
    assert (result.returncode, result.stdout) == (0, f"{expected}\n"), result.stderr


def test_unusable_var_dir_is_reported_in_one_line(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    result = run("manage.py", "showmigrations", VAR_DIR=str(blocked / "var"))
    assert result.returncode == 1
    assert result.stderr == f"VAR_DIR cannot be used: [Errno 20] Not a directory: '{blocked / 'var'}'\n"


def test_without_the_packages_it_prints_a_hint() -> None:
    result = run("-I", "-S", "manage.py", "help")
    assert result.returncode == 1
    assert result.stderr == "No module named 'django': run `make run` once, or use .venv/bin/python.\n"


def test_reset_erases_everything_after_a_yes_and_nothing_without(var_dir: Path) -> None:
    provision.ensure_secrets(var_dir)
    local_servers.hold(var_dir, durable=False)
    local_servers.release(var_dir)
    data = servers_folder(var_dir).resolve()
    for answer in ("", "no\n", "y\n"):
        result = run("-m", "clicksafely.devserver.reset", answer=answer, VAR_DIR=str(var_dir))
        assert (result.returncode, result.stdout.rpartition(": ")[2]) == (1, "Nothing was erased.\n")
        assert (var_dir / "secrets-staff.env").exists()
        assert (servers_folder(var_dir) / "postgres").exists()
    result = run("-m", "clicksafely.devserver.reset", answer="yes\n", VAR_DIR=str(var_dir))
    assert (result.returncode, result.stdout.rpartition(": ")[2]) == (0, "Erased.\n")
    assert list(var_dir.iterdir()) == []
    assert not data.exists()


def test_reset_of_a_running_installation_is_refused(var_dir: Path) -> None:
    local_servers.hold(var_dir, durable=False)
    result = run("-m", "clicksafely.devserver.reset", answer="yes\n", VAR_DIR=str(var_dir))
    assert result.returncode == 1
    assert "in use" in result.stdout
    assert postgres_answers(var_dir)
