"""Servers and workers that tests can kill."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import redis
from django.conf import settings
from django.db import connection, transaction
from kombu import Connection
from pytest_django import DjangoDbBlocker

from clicksafely.devserver import local_servers, server_folders
from clicksafely.devserver.server_programs import postgres_answers, valkey_answers
from hotline.models import ContentItem, Report
from hotline.triage.tasks import sweep_received, triage_report
from tests.factories.received_reports import make_report
from tests.servers import BASE_DIR
from tests.waiting import until


class WorkerCluster:
    """PostgreSQL, Valkey and Celery workers under a folder of their own. `orm` lets models read and write there."""

    def __init__(self, var_dir: Path, blocker: DjangoDbBlocker) -> None:
        self.var_dir = var_dir
        self.database_url, self.redis_url = local_servers.server_urls(var_dir)
        self.env = os.environ | {
            "VAR_DIR": str(var_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "PUBLIC_KEYS_DIR": str(settings.SEALING_PUBLIC_KEYS.parent),
            "PRIVATE_KEYS_DIR": str(settings.SEALING_PRIVATE_KEYS.parent),
        }
        self.redis = redis.Redis.from_url(self.redis_url)
        self.broker = Connection(self.redis_url.replace("unix://", "redis+socket://", 1))
        self._blocker = blocker
        self._workers: list[subprocess.Popen[bytes]] = []

    @contextlib.contextmanager
    def orm(self) -> Iterator[None]:
        """Models of this process on the cluster's database. Not inside a test that uses `db`."""
        own = dict(connection.settings_dict)
        folder = server_folders.socket_folder(self.var_dir)
        with self._blocker.unblock():
            connection.close()
            connection.settings_dict.update(NAME="clicksafely", HOST=str(folder))
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict.update(own)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker with one pool process, in a process group of its own; returns when it takes tasks."""
        command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--concurrency", "1"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "critical"]
        # A pool process that is still dying would hold its worker's line, on which a message would be lost.
        alive = sum(worker.poll() is None for worker in self._workers)
        until(lambda: self.redis.info("clients")["blocked_clients"] <= alive, what="the end of dead workers")
        worker = self._start([*command, *quiet])
        with self.orm():
            first = make_report("")
        self.publish(first.pk)
        until(lambda: self.state(first) == "triaged", what="a worker")
        return worker

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, cwd=BASE_DIR, env=self.env, start_new_session=True)
        self._workers.append(process)
        return process

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Kill a worker and its pool at once, like a power loss."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop_workers(self) -> None:
        """Kill whatever workers (and clocks) there are and forget what was queued."""
        while self._workers:
            self.kill(self._workers.pop())
        self.redis.flushall()

    def publish(self, report_id: int) -> None:
        """Queue the triage of a report."""
        triage_report.apply_async(kwargs={"report_id": report_id}, connection=self.broker)

    def sweep(self) -> None:
        """Queue the sweep, as beat does every 15 seconds."""
        sweep_received.apply_async(connection=self.broker)

    def kill_server(self, name: str) -> None:
        """Kill `postgres` or `valkey` without warning and wait until its keeper has it running again."""
        keeper = psutil.Process(int((server_folders.servers_folder(self.var_dir) / f"{name}.keeper").read_text()))
        (server,) = keeper.children()
        server.kill()
        server.wait()
        answers = postgres_answers if name == "postgres" else valkey_answers
        until(lambda: answers(self.var_dir), what=f"{name} again")

    def state(self, report: Report) -> str:
        """The state of a report now."""
        with self.orm():
            return Report.objects.values_list("state", flat=True).get(pk=report.pk)

    @contextlib.contextmanager
    def held_item(self, canonical: str) -> Iterator[None]:
        """Lock a content item, so that triage of its reports blocks midway."""
        with self.orm(), transaction.atomic():
            ContentItem.objects.select_for_update().get(canonical=canonical)
            yield

    def stands_still(self) -> bool:
        """Return whether a transaction waits for a lock. Use inside `held_item`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(cursor.fetchone()[0])


@contextlib.contextmanager
def running_cluster(var_dir: Path, blocker: DjangoDbBlocker) -> Iterator[WorkerCluster]:
    """A cluster with an empty, migrated database, as long as the block runs."""
    local_servers.hold(var_dir)
    cluster = WorkerCluster(var_dir, blocker)
    try:
        for command in ("migrate", "load_content"):
            arguments = [sys.executable, "manage.py", command, "--verbosity", "0"]
            subprocess.run(arguments, cwd=BASE_DIR, env=cluster.env, check=True, stdout=subprocess.DEVNULL)
        yield cluster
    finally:
        cluster.stop_workers()
        cluster.broker.release()
        cluster.redis.close()
        local_servers.remove_data(var_dir)
