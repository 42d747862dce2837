"""Servers and data for the benchmarks: portal and floor with their production commands."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from honcho.environ import parse_procfile

from bench.load import BenchError, say
from clicksafely.common.crypto import provision
from clicksafely.devserver import local_servers
from clicksafely.devserver.ports import free_port

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL, FLOOR = "clicksafely", "bench.floor"
WORKERS = {"WEB_WORKERS": "2", "WORKER_PROCESSES": "2"}
# Rate limits would refuse a thousand reports an hour from one address. Pictures come from many, as through a proxy.
NO_LIMITS = {"REPORTS_PER_HOUR": "1000000", "TRUSTED_PROXIES": "127.0.0.1"}


class BenchEnvironment:
    """Ports and environments of portal and floor; both use the same servers and the commands of the Procfile."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.portal_port, self.floor_port = free_port(), free_port()
        self.portal = f"http://127.0.0.1:{self.portal_port}"
        self.floor = f"http://127.0.0.1:{self.floor_port}"
        self.database_url, self.redis_url = local_servers.server_urls(var_dir)
        self._commands = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
        self._bin = Path(sys.executable).parent
        self._processes: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        """Start empty servers, load the demonstration data, and set this process's environment to the portal's."""
        local_servers.remove_data(self.var_dir)
        shutil.rmtree(self.var_dir, ignore_errors=True)
        local_servers.hold(self.var_dir)
        provision.ensure_secrets(self.var_dir)
        _create_floor_database(self.database_url)
        floor_url = urlsplit(self.database_url)._replace(path="/floor").geturl()
        servers = {"DATABASE_URL": self.database_url, "FLOOR_URL": floor_url, "REDIS_URL": self.redis_url}
        os.environ.update(
            servers
            | {"VAR_DIR": str(self.var_dir)}
            | WORKERS
            | NO_LIMITS
            | {"DEMO": "true", "HOST": "127.0.0.1", "PYTHONPATH": str(BASE_DIR)}
        )
        self._run("manage.py", "prepare")
        self._run("-m", "django", "migrate", "--run-syncdb", "--settings", "bench.floor.settings")

    def start_web(self) -> None:
        """Start both web servers and wait until they respond."""
        self._start("web", PORTAL, self.portal_port)
        self._start("web", FLOOR, self.floor_port)
        for url in (f"{self.portal}/readyz", f"{self.floor}/empty/"):
            _wait_for(url)

    @contextlib.contextmanager
    def worker(self, project: str, part: str = "worker") -> Iterator[None]:
        """A worker of the portal or of the floor inside the block; `part` is its name in the Procfile."""
        process = self._start(part, project)
        try:
            yield
        finally:
            self._stop(process)

    def close(self) -> None:
        while self._processes:
            self._stop(self._processes[-1])
        local_servers.release(self.var_dir)

    def _start(self, part: str, project: str, port: int = 0) -> "subprocess.Popen[bytes]":
        command = self._commands[part]
        environment = os.environ | {"PORT": str(port), "PATH": f"{self._bin}{os.pathsep}{os.environ['PATH']}"}
        if project == FLOOR:
            of_floor = {
                "clicksafely.wsgi": "bench.floor.wsgi",
                # The floor has no threads of its own for Django.
                "--blocking-threads 96": "--blocking-threads 4",
                "-m clicksafely.celery_main": "-m celery --app bench.floor.queue",
            }
            for ours, theirs in of_floor.items():
                command = command.replace(ours, theirs)
            if "clicksafely." in command:
                raise BenchError(f"The floor's {part} would run the portal's code: {command}")
            environment |= {"DJANGO_SETTINGS_MODULE": "bench.floor.settings", "WORKER_QUEUES": "floor"}
        with (self.var_dir / f"{project}-{part}.log").open("ab") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        self._processes.remove(process)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _run(self, *arguments: str) -> None:
        result = subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, capture_output=True, text=True, check=False)
        if result.returncode:
            raise BenchError(
                f"{' '.join(arguments)} failed: {' '.join((result.stdout + result.stderr).split())[-300:]}"
            )


@contextlib.contextmanager
def bench_environment(var_dir: Path) -> Iterator[BenchEnvironment]:
    """Prepared servers and data, with both web servers running."""
    environment = BenchEnvironment(var_dir)
    try:
        say("Preparing servers and data ...")
        environment.prepare()
        environment.start_web()
        yield environment
    finally:
        environment.close()


def _create_floor_database(database_url: str) -> None:
    connection = psycopg2.connect(database_url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE floor")
    finally:
        connection.close()


def _wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as error:
            if time.monotonic() > end:
                raise BenchError(f"{url} does not respond; see the logs under var/bench.") from error
            time.sleep(0.1)
