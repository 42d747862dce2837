"""The faults and their repair."""

import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.system import System, kill

# How long a fault lasts that needs a repair.
LASTS_SECONDS = 12.0
CLOCK_SECONDS = 6.0
# Longer than the portal's timeout for a bucket, including its retry.
SILENCE_SECONDS = 25.0
CHUNK = b"\0" * (1024 * 1024)


@dataclass(frozen=True)
class Fault:
    """A fault.

    `happen` returns at its end; after a kill it returns at once, because the process manager restarts the process.
    """

    name: str
    what: str
    happen: Callable[[System], None]
    # The number of messages delivered to the mailbox meanwhile.
    letters: int = 0
    # Media are in a bucket from the first such fault on, so these come last.
    in_bucket: bool = False
    # A killed mock server loses its data, unlike a real service, so pictures are not counted.
    forgets: bool = False


def _kill_database(system: System) -> None:
    kill(system.server("postgres"))


def _hang_database(system: System) -> None:
    server = system.server("postgres")
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    time.sleep(LASTS_SECONDS)
    for process in processes:
        process.send_signal(signal.SIGCONT)


def _restart_database(system: System) -> None:
    server = system.server("postgres")
    server.terminate()
    with contextlib.suppress(Exception):
        server.wait(2)
    # A smart shutdown waits for open connections. After two seconds, request a fast one, as service managers do.
    server.send_signal(signal.SIGINT)
    server.wait(30)


def _kill_queue(system: System) -> None:
    kill(system.server("valkey"))


def _empty_queue(system: System) -> None:
    system.empty_queue()


def _kill_pool(system: System) -> None:
    for child in system.part("worker").children():
        kill(child)


def _kill_workers(system: System) -> None:
    for name in ("worker", "outside", "beat"):
        kill(system.part(name))


def _kill_web(system: System) -> None:
    """Kill the serving processes of a web server; its main process starts new ones."""
    for child in system.part("web").children():
        kill(child)


def _fill_disk(system: System) -> None:
    filler = system.media / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(CHUNK)
    time.sleep(LASTS_SECONDS)
    filler.unlink()


def _clock(name: str) -> Callable[[System], None]:
    def jump(system: System) -> None:
        # Longer than a claim, shorter than a session.
        for shift in ("+40m", "-40m", "+0"):
            system.set_clock(name, shift)
            if shift != "+0":
                time.sleep(CLOCK_SECONDS)

    return jump


def _hang_mail(system: System) -> None:
    system.mailbox.hang_at(rb".")
    system.smtp.answers += [("MAIL", "hang")] * 1000
    time.sleep(LASTS_SECONDS)
    system.mailbox.behave()
    system.smtp.answers.clear()
    system.smtp.release()


def _hang_dns(system: System) -> None:
    system.dns.silent.set()
    time.sleep(LASTS_SECONDS)
    system.dns.silent.clear()


def _kill_bucket(system: System) -> None:
    system.s3.kill()
    time.sleep(LASTS_SECONDS)
    system.s3.start()
    system.s3.make_bucket(system.bucket)


def _hang_bucket(system: System) -> None:
    system.s3.hang()
    time.sleep(SILENCE_SECONDS)
    system.s3.go_on()


FAULTS = (
    Fault("none", "no fault", lambda system: None),
    Fault("database-killed", "PostgreSQL killed (-9)", _kill_database),
    Fault("database-hangs", f"PostgreSQL stopped (SIGSTOP), {LASTS_SECONDS:.0f} s", _hang_database),
    Fault("database-restarted", "PostgreSQL restarted", _restart_database),
    Fault("redis-killed", "Valkey killed (-9), with its data", _kill_queue),
    Fault("redis-emptied", "Valkey emptied", _empty_queue),
    Fault("pool-killed", "the workers' pool processes killed (-9)", _kill_pool),
    Fault("workers-killed", "all workers and beat killed (-9)", _kill_workers),
    Fault("web-killed", "a web server's process killed (-9)", _kill_web),
    Fault("disk-full", f"disk for media full, {LASTS_SECONDS:.0f} s", _fill_disk),
    Fault("clock-web", "the clock of one web server 40 min fast, then slow", _clock("web")),
    Fault("clock-worker", "the clock of the worker 40 min fast, then slow", _clock("worker")),
    Fault("mail-hangs", f"mail servers do not respond, {LASTS_SECONDS:.0f} s", _hang_mail, letters=5),
    Fault("dns-hangs", f"the name server does not respond, {LASTS_SECONDS:.0f} s", _hang_dns),
    Fault("bucket-hangs", f"the media bucket does not respond, {SILENCE_SECONDS:.0f} s", _hang_bucket, in_bucket=True),
    Fault(
        "bucket-killed",
        f"the service of the bucket killed (-9), back after {LASTS_SECONDS:.0f} s",
        _kill_bucket,
        in_bucket=True,
        forgets=True,
    ),
)
