"""The complete portal: the Procfile's processes on their own database and queue."""

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

from clicksafely.accounts.demo_accounts import current_otp_code
from clicksafely.common.crypto import keyring, part_secrets
from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.devserver.local_servers import as_role
from clicksafely.devserver.ports import free_port
from clicksafely.devserver.procfile import Part, ProcfileProcesses
from clicksafely.healthcheck import is_ready
from tests import valkey_users
from tests.database import copy_database
from tests.one_origin import one_origin
from tests.servers import BASE_DIR, own_queue, static_root
from tests.waiting import until


def secrets_of(part: str) -> dict[str, str]:
    """Return the environment of a part with its own secrets; those of others are empty, as this process and its children have them."""
    own = part_secrets.names_of(part)
    return {"PART": part} | {name: getattr(settings, name) if name in own else "" for name in part_secrets.SECRETS}


class Site:
    """A running portal in its parts, each with its database role. `url` has no trailing slash and leads to both sites, `port` to the
    public one; `log` is the output of the processes.
    """

    def __init__(
        self, *, database: str, env: Mapping[str, str], var_dir: Path, origin_port: int, blocker: DjangoDbBlocker
    ) -> None:
        self.database = database
        self.env = dict(env)
        self.var_dir = var_dir
        self.port, self.staff_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{origin_port}"
        self._origin = one_origin(public_port=self.port, staff_port=self.staff_port, port=origin_port)
        self.log = io.StringIO()
        self.parts = ProcfileProcesses(
            BASE_DIR / "Procfile", env=self.env, var_dir=var_dir, output=self.log, parts=self._split()
        )
        self._blocker = blocker
        self._codes: dict[str, str] = {}
        self._running = contextlib.ExitStack()

    def _split(self) -> dict[str, Part]:
        """The parts of docs/operations/install.md, each with its database role and secrets; the public site without the private keys."""
        # The key rings without the key that signs.
        rings = self.var_dir / "rings"
        rings.mkdir(exist_ok=True)
        (rings / "private.json").unlink(missing_ok=True)
        (rings / "private.json").symlink_to(settings.SEALING_PRIVATE_KEYS)
        unsigned = {"PRIVATE_KEYS_DIR": str(rings)}
        of_bookings = self.var_dir / "rings-bookings"
        of_bookings.mkdir(exist_ok=True)
        bookings = keyring.read_entries(settings.SEALING_PRIVATE_KEYS)["bookings"]
        (of_bookings / "private.json").write_text(json.dumps({"bookings": bookings}))
        absent = str(self.var_dir / "absent")
        public = {"PORTAL": "public", "PRIVATE_KEYS_DIR": absent}
        worker = {**public, "WORKER_QUEUES": "celery"}
        sealed = {"PORTAL": "staff", "WORKER_QUEUES": "sealed", "WORKER_NAME": "sealed", **unsigned}
        parts = {
            "public": Part("web", {**public, "PORT": str(self.port)}),
            "staff": Part("web", {"PORTAL": "staff", "PORT": str(self.staff_port)}),
            "worker": Part("worker", worker),
            "sealed": Part("worker", sealed),
            "outside": Part("outside", {"PORTAL": "staff", "PRIVATE_KEYS_DIR": str(of_bookings)}),
            # It has no keys, as its container.
            "beat": Part("beat", {**public, "PUBLIC_KEYS_DIR": absent}),
        }
        database, broker = self.env["DATABASE_URL"], self.env["REDIS_URL"]
        return {
            name: Part(
                part.program,
                {
                    **part.env,
                    **secrets_of(name),
                    "DATABASE_URL": as_role(database, role_name(name)),
                    "REDIS_URL": valkey_users.as_user(broker, name),
                },
            )
            for name, part in parts.items()
        }

    def manage(self, *arguments: str) -> str:
        """Run a management command on this site and return its output."""
        return self.run(str(BASE_DIR / "manage.py"), *arguments)

    def run(self, *arguments: str, seconds: float = 240) -> str:
        """Run Python with this site's environment, with a timeout in seconds, and return its output."""
        command = [sys.executable, *arguments]
        result = subprocess.run(
            command, cwd=BASE_DIR, env=self.env, capture_output=True, text=True, check=False, timeout=seconds
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def code(self, username: str) -> str:
        """Return a second-factor code with which the account can sign in now; wait for one if the valid codes were returned before."""

        def fresh() -> bool:
            code = current_otp_code(username, now=timezone.now())
            is_fresh = code != self._codes.get(username)
            self._codes[username] = code
            return is_fresh

        with self.orm():
            until(fresh, what="an unused code of the second factor")
        return self._codes[username]

    def accounts(self) -> dict[str, dict[str, str]]:
        """Return the demonstration accounts by username: role, username, password, otpauth."""
        rows: list[dict[str, str]] = json.loads((self.var_dir / "demo-accounts.json").read_text())
        return {account["username"]: account for account in rows}

    @contextlib.contextmanager
    def orm(self) -> Iterator[None]:
        """Connect Django's models in this process to this site's database. Not inside a test that uses `db`."""
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
        """Start the processes and return when they are ready."""
        valkey_users.create(self.env["REDIS_URL"])
        self.parts.start()
        self._running.enter_context(self._origin)
        for port in (self.port, self.staff_port):
            until(lambda port=port: is_ready(port), what=f"/readyz of port {port}")

    def stop(self) -> None:
        """Stop the processes. None of them was refused a command by Valkey."""
        self._running.close()
        self.parts.stop()
        assert valkey_users.refusals(self.env["REDIS_URL"]) == []


@contextlib.contextmanager
def running_site(*, worker: str, blocker: DjangoDbBlocker, extra: Mapping[str, str] | None = None) -> Iterator[Site]:
    """Yield a site on a copy of this process's test database, with the demonstration accounts.

    `worker` distinguishes it from others; `extra` is additional environment.
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
        "PUBLIC_KEYS_DIR": str(settings.SEALING_PUBLIC_KEYS.parent),
        "PRIVATE_KEYS_DIR": str(settings.SEALING_PRIVATE_KEYS.parent),
        "STATIC_ROOT": str(static_root(settings.VAR_DIR)),
        "DEMO": "true",
        "HOST": "127.0.0.1",
        "WEB_WORKERS": "1",
        "WORKER_PROCESSES": "1",
        # No mail server: a test that needs the messages sends them itself.
        "EVENTS_MAIL_ADDRESS": "events@portal.example.org",
        # Receivers of webhooks in tests.
        "WEBHOOK_ALLOW_NETWORKS": "127.0.0.1/32",
        # Base URL of links in mail.
        **({"SITE_URL": f"http://localhost:{port}"} | dict(extra) if extra else {}),
    }
    site = Site(database=database, env=env, var_dir=var_dir, origin_port=port, blocker=blocker)
    try:
        site.manage("prepare", "--no-data")
        site.start()
        yield site
    finally:
        site.stop()
