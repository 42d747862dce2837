"""A web server of the portal with its production command, on servers of its own that a test may stop."""

import contextlib
import http.client
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from clicksafely.common.crypto import provision
from clicksafely.common.crypto.part_secrets import SECRETS
from clicksafely.devserver import local_servers, server_folders
from clicksafely.devserver.ports import free_port
from clicksafely.devserver.procfile import Part, ProcfileProcesses
from clicksafely.healthcheck import is_ready
from tests.servers import BASE_DIR, static_root
from tests.waiting import until

# Values of the test run that name its own servers or secrets.
_REMOVED_VARIABLES = ("DATABASE_URL", "REDIS_URL", *SECRETS)


@dataclass
class WebPortal:
    """`port` is that of the web server; `log` contains its output."""

    var_dir: Path
    port: int
    parts: ProcfileProcesses
    log: io.StringIO

    def database(self) -> list[psutil.Process]:
        """Return the processes of PostgreSQL, the main one first."""
        keeper = server_folders.servers_folder(self.var_dir) / "postgres.keeper"
        (main,) = psutil.Process(int(keeper.read_text())).children()
        return [main, *main.children(recursive=True)]

    def workers(self) -> list[psutil.Process]:
        """Return the serving processes of the web server."""
        child = self.parts.programs["web"].child
        assert child is not None
        found = []
        for each in psutil.Process(child.pid).children():
            # A killed process is not collected at once.
            with contextlib.suppress(psutil.NoSuchProcess):
                found += [each] if "tracker" not in " ".join(each.cmdline()) else []
        return found

    def get(self, path: str, *, seconds: float = 30) -> tuple[int, bytes]:
        """Return status and body. Raises OSError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextlib.contextmanager
def running_web_portal(var_dir: Path, **environment: str) -> Iterator[WebPortal]:
    """Start servers, migrate, and start the web server; `environment` is added to its environment."""
    local_servers.hold(var_dir, durable=False)
    try:
        provision.ensure_secrets(var_dir)
        database, queue = local_servers.server_urls(var_dir)
        port, log = free_port(), io.StringIO()
        env = {
            **{name: value for name, value in os.environ.items() if name not in _REMOVED_VARIABLES},
            "VAR_DIR": str(var_dir),
            "DATABASE_URL": database,
            "REDIS_URL": queue,
            "STATIC_ROOT": str(static_root(var_dir)),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DEMO": "true",
            **environment,
        }
        _manage(env, "prepare", "--no-data")
        parts = ProcfileProcesses(
            BASE_DIR / "Procfile", env=env, var_dir=var_dir, parts={"web": Part("web")}, output=log
        )
        parts.start()
        try:
            until(lambda: is_ready(port), what=f"/readyz of port {port}")
            yield WebPortal(var_dir, port, parts, log)
        finally:
            parts.stop()
    finally:
        local_servers.release(var_dir)
        local_servers.remove_data(var_dir)


def _manage(env: dict[str, str], *arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        cwd=BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
