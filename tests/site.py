"""The whole portal as its users meet it: the Procfile's processes on a database and a queue of their own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from clicksafely.common.demo.staff_accounts import current_otp_code
from clicksafely.devserver.procfile import ProcfileProcesses
from clicksafely.healthcheck import is_ready
from tests.database import copy_database
from tests.ports import free_port
from tests.servers import BASE_DIR, own_queue, static_root
from tests.waiting import until


class Site:
    """A running portal; `url` has no slash at its end, `log` is everything its processes have said."""

    def __init__(
        self, *, database: str, env: Mapping[str, str], var_dir: Path, port: int, blocker: DjangoDbBlocker
    ) -> None:
        self.database = database
        self.env = dict(env)
        self.var_dir = var_dir
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = io.StringIO()
        self.parts = ProcfileProcesses(BASE_DIR / "Procfile", env=self.env, var_dir=var_dir, output=self.log)
        self._blocker = blocker

    def manage(self, *arguments: str) -> str:
        """Run a management command on this site and return what it printed."""
        return self.run(str(BASE_DIR / "manage.py"), *arguments)

    def run(self, *arguments: str, seconds: float = 240) -> str:
        """Run Python with this site's environment, no longer than so many seconds, and return what it printed."""
        command = [sys.executable, *arguments]
        result = subprocess.run(
            command, cwd=BASE_DIR, env=self.env, capture_output=True, text=True, check=False, timeout=seconds
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def code(self, username: str) -> str:
        """A second-factor code with which the account can sign in now."""
        with self.orm():
            return current_otp_code(username, now=timezone.now())

    def accounts(self) -> dict[str, dict[str, str]]:
        """The demonstration accounts by username: role, username, password, otpauth."""
        listed: list[dict[str, str]] = json.loads((self.var_dir / "demo-accounts.json").read_text())
        return {account["username"]: account for account in listed}

    @contextlib.contextmanager
    def orm(self) -> Iterator[None]:
        """Let Django's models in this process read and write this site's database. Not inside a test that uses `db`."""
        own = connection.settings_dict["NAME"]
        with self._blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = self.database
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own

    def start(self) -> None:
        """Start the processes and return when they can serve."""
        self.parts.start()
        until(lambda: is_ready(self.port), what=f"{self.url}/readyz")

    def stop(self) -> None:
        """Stop the processes."""
        self.parts.stop()


@contextlib.contextmanager
def running_site(*, worker: str, blocker: DjangoDbBlocker, extra: Mapping[str, str] | None = None) -> Iterator[Site]:
    """A site on a copy of this process's test database, with the demonstration accounts, as long as the block runs.

    `worker` names it apart from others; `extra` is more of its environment.
    """
    var_dir = settings.VAR_DIR / f"site-{worker}"
    var_dir.mkdir(exist_ok=True)
    (var_dir / "demo-accounts.json").unlink(missing_ok=True)
    template = connection.settings_dict["NAME"]
    database = f"{template}_site_{worker}"
    with blocker.unblock():
        connections.close_all()
        copy_database(template, database)
    port = free_port()
    env = os.environ | {
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl(),
        "REDIS_URL": own_queue(settings.VAR_DIR, f"site-{worker}", 9),
        "SEALING_PUBLIC_KEYS": str(settings.SEALING_PUBLIC_KEYS),
        "SEALING_PRIVATE_KEYS": str(settings.SEALING_PRIVATE_KEYS),
        "STATIC_ROOT": str(static_root(settings.VAR_DIR)),
        "DEMO": "true",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "WORKER_PROCESSES": "1",
        # No server is named: a test that wants the letters sends them.
        "EVENTS_MAIL_ADDRESS": "events@portal.example.org",
        # Where links in mail lead.
        **({"SITE_URL": f"http://localhost:{port}"} | dict(extra) if extra else {}),
    }
    site = Site(database=database, env=env, var_dir=var_dir, port=port, blocker=blocker)
    try:
        site.manage("prepare", "--no-data")
        site.start()
        yield site
    finally:
        site.stop()
