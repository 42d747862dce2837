"""A complete portal for fault injection: embedded servers, web servers, workers, beat, mock servers, a small disk."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import redis
from django.conf import settings

from clicksafely.common.crypto import provision
from clicksafely.devserver import local_servers, server_folders
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.dns import DnsServer, Name, running_dns
from clicksafely.devserver.mock_services.imap import ImapServer
from clicksafely.devserver.mock_services.messages import ADDRESS, AUTHSERV_ID
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.ports import free_port
from clicksafely.devserver.process_manager import ManagedProcess
from clicksafely.devserver.procfile import ProcfileProcesses
from clicksafely.healthcheck import is_ready, is_worker_alive
from tests.mock_services.meddler import Meddler
from tests.mock_services.s3 import S3Service, s3_service, write_key
from tests.waiting import until

BASE_DIR = Path(__file__).resolve().parents[2]
# Above the portal's threshold for a nearly full disk.
MEDIA_BYTES = 320 * 1024 * 1024
FAKETIME = "libfaketimeMT.so.1"


class FaultError(Exception):
    """Why a fault could not be injected, in one line."""


class System:
    """`doors` are the URLs of the two web servers. The clocks of `SECOND` and of the worker can be shifted."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.media = var_dir / "media"
        self.ports = (free_port(), free_port())
        self.doors = tuple(f"http://127.0.0.1:{port}" for port in self.ports)
        self.database_url, self.redis_url = local_servers.server_urls(var_dir)
        self.clocks = {name: var_dir / f"clock-{name}" for name in ("web", "worker")}
        self.dns: DnsServer
        self.imap: ImapServer
        self.mailbox: Meddler
        self.smtp: SmtpSink
        self.s3: S3Service
        self.bucket = ""
        var_dir.parent.mkdir(parents=True, exist_ok=True)
        self._log = (var_dir.parent / "faults.log").open("w")
        self._parts: ProcfileProcesses
        self._second: ManagedProcess
        self._second_thread: threading.Thread
        self._faketime: Path
        self._stack: contextlib.ExitStack

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """A running portal with demonstration data inside the block. Raises FaultError."""
        with contextlib.ExitStack() as stack:
            self._stack, self._faketime = stack, find_faketime()
            self._clean_up()
            self.var_dir.mkdir(parents=True)
            stack.enter_context(self._small_disk())
            stack.callback(local_servers.release, self.var_dir)
            local_servers.hold(self.var_dir)
            provision.ensure_secrets(self.var_dir)
            os.environ.update(self._settings(stack))
            self.manage("prepare")
            self._start()
            stack.callback(self.stop)
            self.wait_until_ready()
            yield

    def put_media_into_bucket(self) -> None:
        """Switch media to a bucket of a local service and restart all processes. Files on the disk stay there."""
        if self.bucket:
            return
        self.s3 = self._stack.enter_context(s3_service())
        self.bucket = self.s3.make_bucket()
        bucket = {
            "MEDIA_S3_BUCKET": self.bucket,
            "MEDIA_S3_ENDPOINT": self.s3.endpoint,
            "MEDIA_S3_KEY_FILE": str(write_key(self.var_dir / "stand-ins" / "bucket.key")),
        }
        self.stop()
        os.environ.update(bucket)
        for name, value in bucket.items():
            setattr(settings, name, value)
        self._start()

    def manage(self, *arguments: str) -> None:
        """Run a management command. Raises FaultError."""
        command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
        result = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)
        if result.returncode:
            raise FaultError(f"{arguments[0]} failed: {' '.join((result.stdout + result.stderr).split())[-300:]}")

    def wait_until_ready(self) -> None:
        """Wait until both web servers and a worker respond."""
        until(lambda: all(map(is_ready, self.ports)), what="the web servers")
        until(lambda: is_worker_alive(self.ports[0]), what="the worker")

    def server(self, name: str) -> psutil.Process:
        """The process of `postgres` or `valkey`."""
        keeper = psutil.Process(int((server_folders.servers_folder(self.var_dir) / f"{name}.keeper").read_text()))
        (found,) = keeper.children()
        return found

    def part(self, name: str) -> psutil.Process:
        """The main process of a Procfile entry."""
        child = self._parts.programs[name].child
        assert child is not None
        return psutil.Process(child.pid)

    def empty_queue(self) -> None:
        """Delete all data in Valkey."""
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushall()

    def set_clock(self, name: str, shift: str) -> None:
        """Shift the clock of `web` (the second web server) or `worker`: `+40m`, `-40m`, `+0`."""
        fresh = self.clocks[name].with_suffix(".new")
        fresh.write_text(f"{shift}\n")
        fresh.rename(self.clocks[name])

    def stop(self) -> None:
        """Stop web servers, workers and beat."""
        self._second.stop()
        self._parts.stop()
        self._second_thread.join()

    def _start(self) -> None:
        for name in self.clocks:
            self.set_clock(name, "+0")
        environment = dict(os.environ)
        self._parts = ProcfileProcesses(BASE_DIR / "Procfile", env=environment, var_dir=self.var_dir, output=self._log)
        worker = self._parts.programs["worker"]
        worker.env = {**(worker.env or {}), **self._clock_of("worker")}
        web = self._parts.programs["web"]
        self._second = ManagedProcess(
            web.command,
            grace=web.grace,
            env={**(web.env or {}), **self._clock_of("web"), "PORT": str(self.ports[1])},
            cwd=BASE_DIR,
            stdout=self._log,
        )
        self._parts.start()
        self._second_thread = threading.Thread(target=self._second.run, daemon=True)
        self._second_thread.start()

    def _clock_of(self, name: str) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(self._faketime),
            "FAKETIME_TIMESTAMP_FILE": str(self.clocks[name]),
            "FAKETIME_CACHE_DURATION": "1",
            # A shifted clock does not change durations.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def _settings(self, stack: contextlib.ExitStack) -> Mapping[str, str]:
        folder = self.var_dir / "stand-ins"
        folder.mkdir()
        certificate = make_certificate(folder)
        self.dns = stack.enter_context(running_dns({}))
        self.dns.fallback = Name(("192.0.2.1",))
        self.imap = stack.enter_context(ImapServer(certificate))
        self.mailbox = stack.enter_context(Meddler(self.imap, certificate))
        self.smtp = stack.enter_context(SmtpSink())
        return {
            "VAR_DIR": str(self.var_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DJANGO_SETTINGS_MODULE": "clicksafely.settings",
            "DEMO": "true",
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[0]),
            "WEB_WORKERS": "1",
            "WORKER_PROCESSES": "2",
            "TRUSTED_PROXIES": "127.0.0.0/8",
            "REPORTS_PER_HOUR": "1000000",
            "DNS_RESOLVERS": self.dns.address,
            "MAIL_IMAP_URL": self.mailbox.url,
            "MAIL_CA_FILE": str(self.imap.ca),
            "MAIL_SMTP_URL": self.smtp.url,
            "MAIL_ADDRESS": ADDRESS,
            "MAIL_AUTHSERV_ID": AUTHSERV_ID,
            "SITE_URL": f"http://localhost:{self.ports[0]}",
        }

    @contextlib.contextmanager
    def _small_disk(self) -> Iterator[None]:
        self.media.mkdir(mode=0o700)
        options = f"size={MEDIA_BYTES},mode=700"
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.media)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            raise FaultError("A small disk for media cannot be mounted: run this as root.")
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(self.media)], check=False)

    def _clean_up(self) -> None:
        if self.media.is_mount():
            subprocess.run(["umount", "--lazy", str(self.media)], check=True)
        local_servers.remove_data(self.var_dir)
        shutil.rmtree(self.var_dir, ignore_errors=True)


def find_faketime() -> Path:
    """The path of libfaketime, which shifts the clock of a process; installed if possible. Raises FaultError."""
    for _attempt in range(2):
        if found := next(Path("/usr/lib").glob(f"**/faketime/{FAKETIME}"), None):
            return found
        if os.geteuid() or not shutil.which("apt-get"):
            break
        subprocess.run(["apt-get", "install", "-y", "-qq", "libfaketime"], check=False, stdout=subprocess.DEVNULL)
    raise FaultError("libfaketime is missing: install it (Debian: apt-get install libfaketime) and run again.")


def kill(process: psutil.Process) -> None:
    """Kill a process and its descendants, as the kernel does when memory runs out."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for each in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGKILL)
        process.wait()
