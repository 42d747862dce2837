"""pytest plugin, loaded before Django reads its settings: gives every test process its servers, secrets and catalogues.

The servers are embedded ones of the test folder (VAR_DIR chooses another) unless DATABASE_URL or REDIS_URL name others. The processes of
pytest-xdist share PostgreSQL, where each has its own database, but not the queue: a worker process started by one test must not take the
tasks of another.
"""

import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from clicksafely.common.crypto import provision
from clicksafely.common.i18n.message_catalogues import compile_catalogues
from clicksafely.devserver import local_servers
from clicksafely.devserver.environment import LocalServerError, complete_environment

BASE_DIR = Path(__file__).resolve().parent.parent


def own_queue(var_dir: Path, name: str, number: int) -> str:
    """Return the URL of an exclusive queue: an embedded Valkey below `var_dir`, or a database of the given server."""
    url = urlsplit(os.environ["REDIS_URL"])
    if url.scheme != "unix":
        return url._replace(path=f"/{number}").geturl()
    local_servers.hold(var_dir / name, postgres=False)
    return local_servers.server_urls(var_dir / name)[1]


@cache
def static_root(var_dir: Path) -> Path:
    """Return the folder of collected static files for all portals started by tests: compressing them takes seconds."""
    root = var_dir / "collected"
    collect = (
        "import django; django.setup(); from clicksafely.common.management.commands.prepare import Command; "
        "Command().collect_static()"
    )
    env = os.environ | {"STATIC_ROOT": str(root), "DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    with (var_dir / "collected.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "-c", collect], cwd=BASE_DIR, env=env, check=True, capture_output=True)
    return root


def _permit_bytecode() -> None:
    """Permit bytecode files; otherwise each of the hundred processes started by tests would compile the whole project."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _serve() -> None:
    _permit_bytecode()
    os.environ.setdefault("VAR_DIR", str(BASE_DIR / "var" / "test"))
    # An unused port: tests must not query the machine's own name servers.
    os.environ.setdefault("DNS_RESOLVERS", "127.0.0.1:9")
    var_dir = complete_environment(BASE_DIR, durable=False)
    provision.ensure_secrets(var_dir)
    compile_catalogues(BASE_DIR / "locale")
    (var_dir / "static").mkdir(exist_ok=True)  # WhiteNoise warns if it is missing
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["REDIS_URL"] = own_queue(var_dir, worker, 1 + int(worker.removeprefix("gw")))


try:
    _serve()
except LocalServerError as error:
    pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
