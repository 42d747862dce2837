"""The sandbox: a decoder that is taken over has nothing, and ends within its limits. One network holds one place of two."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings as portal_settings
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from clicksafely.common.sandbox import confinement, runner
from clicksafely.common.sandbox.fork_server import STARTED
from clicksafely.common.sandbox.runner import SandboxBusy, SandboxFailed, network_of, place_in_pool, run_sandboxed
from tests.waiting import has_not_ended, until

JOBS = "tests.common.sandbox.jobs"
READERS = (
    *(
        f"clicksafely.common.documents.{name}"
        for name in ("office_files", "pdf_page", "xlsx_reader", "text_extraction")
    ),
    "clicksafely.common.files.image_renderer",
    "hotline.triage.hash_lists.picture_reader",
)


def failure(*arguments: str, seconds: int = 60) -> SandboxFailed:
    with pytest.raises(SandboxFailed) as failed:
        run_sandboxed(JOBS, arguments, content=b"", seconds=seconds)
    return failed.value


def server() -> psutil.Process:
    """Return the fork server of this process."""
    if runner._server is None:
        run_sandboxed(JOBS, ["echo"], content=b"")
    assert runner._server is not None
    return psutil.Process(runner._server._process.pid)


@contextmanager
def a_sleeping_one() -> Iterator[tuple[psutil.Process, "Future[bytes]"]]:
    """Yield a confined process that sleeps, and its call."""
    serving = server()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(run_sandboxed, JOBS, ["sleep"], content=b"of the first", seconds=60)
        until(serving.children)
        (child,) = serving.children()
        try:
            yield child, call
        finally:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def test_content_is_passed_in_and_output_returned(tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000
    assert run_sandboxed(JOBS, ["echo", "a", "б"], content=content) == "a б".encode() + content
    (tmp_path / "file").write_bytes(b"on disk")
    assert run_sandboxed(JOBS, ["echo"], content=tmp_path / "file") == b"on disk"


def test_a_decoder_that_is_taken_over_has_no_environment_no_file_no_network_and_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "planted")
    found = json.loads(run_sandboxed(JOBS, ["attempt", str(os.getpid()), str(server().pid)], content=b""))
    # Python sets LC_CTYPE itself.
    assert set(found.pop("environ")) <= {"OPENBLAS_NUM_THREADS", "LC_CTYPE"}
    assert found.pop("files") == [0, 1, 2]
    assert {name: outcome for name, outcome in found.items() if outcome == "done"} == {}
    assert len(found) == 24


def exit_code(code: str) -> int:
    return subprocess.run([sys.executable, "-c", code], cwd=portal_settings.BASE_DIR, check=False).returncode


def test_the_filter_of_system_calls_is_in_force_where_the_kernel_has_it() -> None:
    code = (
        "from clicksafely.common.sandbox.confinement import confine; raise SystemExit(7 if confine(seconds=9) else 8)"
    )
    assert exit_code(code) == 7


def test_without_the_filter_the_limits_still_refuse_files_and_sockets() -> None:
    code = (
        "import platform; platform.machine = lambda: 'unknown'\n"
        "from clicksafely.common.sandbox import confinement as c; import json, socket, sys, os\n"
        "assert not c.confine(seconds=9)\n"
        "for act in (lambda: open('/etc/passwd'), socket.socket, os.pipe, lambda: open('/proc/self/environ')):\n"
        "    try: act()\n"
        "    except OSError: continue\n"
        "    sys.exit(5)\n"
    )
    assert exit_code(code) == 0


def is_idle(serving: psutil.Process) -> bool:
    """Whether the fork server has no child and no descriptor but the three that it started with."""
    return serving.children() == [] and serving.num_fds() == 3


class TestLimits:
    def test_memory(self) -> None:
        assert failure("grow", "3221225472").code == 1

    @pytest.mark.parametrize("act", ["spin", "disarm"])
    def test_time(self, act: str) -> None:
        ended = failure(act, seconds=1)
        assert (ended.code, ended.was_ended) == (-signal.SIGALRM, True)

    def test_cpu_time(self) -> None:
        code = "from clicksafely.common.sandbox import confinement as c; c.CPU_SECONDS = 1; c.confine(seconds=60)\n"
        assert SandboxFailed(exit_code(code + "while True: pass"), b"").was_ended

    def test_a_process_past_its_time_is_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "_SPARE_SECONDS", -599)
        ended = failure("sleep", seconds=600)
        assert (ended.code, ended.was_ended) == (None, True)

    def test_output(self) -> None:
        assert len(failure("flood").output) <= confinement.MAX_OUTPUT

    def test_a_crash_and_an_exit_code_are_returned_with_the_output(self) -> None:
        ended = failure("fail", "6")
        assert (ended.code, ended.output, ended.was_ended) == (6, b"half", False)
        ended = failure("crash")
        assert (ended.code, ended.was_ended) == (-signal.SIGSEGV, False)

    def test_no_process_and_no_file_remains(self, monkeypatch: pytest.MonkeyPatch) -> None:
        serving = server()
        before = set(os.listdir("/proc/self/fd"))
        failure("sleep", seconds=1)
        run_sandboxed(JOBS, ["echo"], content=b"x")
        monkeypatch.setattr(runner, "_SPARE_SECONDS", -599)
        failure("sleep", seconds=600)
        assert set(os.listdir("/proc/self/fd")) <= before
        until(lambda: is_idle(serving))


OWNER = """
import os, signal, sys, threading, django
django.setup()
from clicksafely.common.sandbox import runner
def server():
    runner.run_sandboxed("tests.common.sandbox.jobs", ["echo"], content=b"")
    return runner._server._process.pid
"""


@contextmanager
def owner(code: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `code` after OWNER in a process, which is killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER + code],
        cwd=portal_settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> list[int]:
    assert process.stdout is not None
    return [int(number) for number in process.stdout.readline().split()]


class TestForkServer:
    @pytest.fixture(autouse=True)
    def own_server(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(runner, "_server", None)
        yield
        if runner._server:
            runner._end_server(runner._server)

    def test_files_at_once(self) -> None:
        serving = server()
        with ThreadPoolExecutor(8) as pool:
            files = [os.urandom(100_000) for _ in range(16)]
            assert list(pool.map(lambda file: run_sandboxed(JOBS, ["echo"], content=file), files)) == files
        assert server() == serving

    def test_it_has_one_thread_no_environment_and_no_file_after_every_reader(self) -> None:
        for reader in READERS:
            with suppress(SandboxFailed):
                run_sandboxed(reader, ["1", "1", "1"], content=b"damaged")
        serving = server()
        until(lambda: is_idle(serving))
        assert serving.num_threads() == 1
        assert set(serving.environ()) <= {"OPENBLAS_NUM_THREADS", "LC_CTYPE"}

    def test_a_child_has_no_file_of_another(self) -> None:
        with a_sleeping_one() as (child, _call):
            others = {os.stat(f"/proc/{child.pid}/fd/{number}").st_ino for number in (0, 1)}
            found = json.loads(run_sandboxed(JOBS, ["describe"], content=b"of the second"))
            assert set(found) == {"0", "1", "2"}
            assert not others & {inode for _device, inode in (found["0"], found["1"])}
            assert run_sandboxed(JOBS, ["echo"], content=b"of the second") == b"of the second"

    @pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
    def test_a_child_that_is_killed_or_hangs_does_not_delay_the_next(self, end: signal.Signals) -> None:
        with a_sleeping_one() as (child, call):
            serving = server()
            child.send_signal(end)
            assert run_sandboxed(JOBS, ["echo"], content=b"next", seconds=5) == b"next"
            assert server() == serving
            with suppress(psutil.NoSuchProcess):
                child.kill()
            with pytest.raises(SandboxFailed) as failed:
                call.result(timeout=30)
        assert (failed.value.code, failed.value.was_ended) == (-signal.SIGKILL, True)

    def test_one_that_hangs_is_ended_and_the_call_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        serving = server()
        limit, end = runner._START_SECONDS, runner._end_server

        def end_server(hanging: runner._ForkServer) -> None:
            """The next server has the usual time."""
            monkeypatch.setattr(runner, "_START_SECONDS", limit)
            end(hanging)

        monkeypatch.setattr(runner, "_START_SECONDS", 1)
        monkeypatch.setattr(runner, "_end_server", end_server)
        serving.suspend()
        assert run_sandboxed(JOBS, ["echo"], content=b"x") == b"x"
        assert not serving.is_running()

    def test_a_repeated_call_has_the_whole_file_and_only_its_own_output(self, monkeypatch: pytest.MonkeyPatch) -> None:
        receive, begun = socket.socket.recv, []

        def as_if_ended(answer: socket.socket, size: int) -> bytes:
            """The first server ends after its fork, before its answer arrives."""
            begun.append(answer)
            if len(begun) == 1:
                assert (receive(answer, size), receive(answer, size)) == (STARTED, b"0")
                return b""
            return receive(answer, size)

        monkeypatch.setattr(socket.socket, "recv", as_if_ended, raising=False)
        assert run_sandboxed(JOBS, ["echo", "a"], content=b"whole") == b"awhole"
        assert len(begun) == 3

    def test_its_children_end_with_it_and_their_calls_fail(self) -> None:
        with a_sleeping_one() as (child, call):
            server().kill()
            with pytest.raises(SandboxFailed) as failed:
                call.result(timeout=30)
            assert (failed.value.code, failed.value.was_ended) == (None, True)
            until(lambda: not has_not_ended(child))
        assert run_sandboxed(JOBS, ["echo"], content=b"x") == b"x"

    def test_without_one_every_call_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner.sys, "executable", "/bin/false")
        assert failure("echo").was_ended

    def test_it_ends_without_calls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "IDLE_SECONDS", 0.2)
        serving = server()
        until(lambda: not has_not_ended(serving))
        assert run_sandboxed(JOBS, ["echo"], content=b"x") == b"x"

    def test_it_and_its_children_end_with_their_owner(self) -> None:
        code = """
threading.Thread(target=runner.run_sandboxed, args=("tests.common.sandbox.jobs", ["sleep"]), kwargs={"content": b""}).start()
print(server(), flush=True)
signal.pause()
"""
        with owner(code) as process:
            (serving,) = line_of(process)
            ended = psutil.Process(serving)
            until(ended.children)
            family = [ended, *ended.children()]
            process.kill()
            until(lambda: not any(map(has_not_ended, family)))

    def test_a_fork_of_the_owner_starts_its_own_server(self) -> None:
        code = """
before = server()
if os.fork():
    sys.stdin.readline()
    print(server(), flush=True)
    os._exit(0)
print(before, server(), os.getpid(), flush=True)
signal.pause()
"""
        with owner(code) as process:
            of_parent, of_fork, fork = (psutil.Process(number) for number in line_of(process))
            try:
                assert of_parent != of_fork
                process.stdin.write("\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
                # The fork did not use the server of its parent, which goes on with it.
                assert line_of(process) == [of_parent.pid]
                until(lambda: not has_not_ended(of_parent))
                assert has_not_ended(of_fork)
            finally:
                fork.kill()
            until(lambda: not has_not_ended(of_fork))


class Clock:
    """Replaces the module `time`: only sleeping takes time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class TestPlaces:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Clock:
        clock = Clock()
        monkeypatch.setattr(runner, "time", clock)
        return clock

    def test_a_release_without_secret_key_has_places(self, settings: Settings) -> None:
        settings.SECRET_KEY = ""
        with place_in_pool(), place_in_pool(), pytest.raises(SandboxBusy), place_in_pool(seconds=0):
            pass

    def test_one_network_gets_one_place_without_waiting(self, clock: Clock) -> None:
        with place_in_pool(network="first"):
            with pytest.raises(SandboxBusy), place_in_pool(network="first", seconds=30):
                pytest.fail("a second place")
            assert clock.now == 0
            with place_in_pool(network="second"):
                pass
        with place_in_pool(network="first"):
            pass

    def test_a_third_process_waits_up_to_its_timeout(self, clock: Clock) -> None:
        with place_in_pool(network="first"), place_in_pool(network="second"):
            with pytest.raises(SandboxBusy), place_in_pool(network="third", seconds=0.2):
                pytest.fail("a third place")
            assert 0.2 <= clock.now <= 0.2 + runner._POLL_SECONDS
            # The refused one holds nothing, not even its network.
            with pytest.raises(SandboxBusy), place_in_pool(network="third", seconds=0):
                pytest.fail("a third place")

    def test_places_are_of_all_processes_and_end_with_them(self) -> None:
        code = f"""
runner.POOL = {runner.POOL!r}
with runner.place_in_pool(network="first"):
    print(1, flush=True)
    signal.pause()
"""
        with owner(code) as process:
            assert line_of(process) == [1]
            with pytest.raises(SandboxBusy), place_in_pool(network="first"):
                pytest.fail("a second place")
            with place_in_pool(network="second"), pytest.raises(SandboxBusy), place_in_pool(network="third", seconds=0):
                pytest.fail("a third place")
        with place_in_pool(network="first"), place_in_pool(network="second"):
            pass

    def test_networks(self, settings: Settings) -> None:
        settings.ALLOWED_HOSTS = ["testserver", ".onion"]

        def network(address: str, **headers: str) -> str:
            return network_of(RequestFactory().get("/", REMOTE_ADDR=address, **headers))

        assert network("192.0.2.1") == network("192.0.2.200") != network("198.51.100.1")
        onion = {"HTTP_HOST": "a" * 56 + ".onion"}
        assert network("127.0.0.1", **onion) == network("127.0.0.2", **onion) != ""
