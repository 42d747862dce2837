"""Podman with separate storage and networks, and Docker Compose on top of it."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fresh.host import FOLDER, RUNTIME, FreshError, download, run

PROJECT = "clicksafely-fresh"
SOCKET = RUNTIME / "podman.sock"
CONFIGURATION = FOLDER / "containers.conf"
OPTIONS = ("--root", FOLDER / "storage", "--runroot", RUNTIME / "storage", "--tmpdir", RUNTIME / "libpod")
HEALTH_SECONDS = 2.0


def podman(*arguments: str | Path, text: str | None = None) -> str:
    """The standard output of a Podman command."""
    return run("podman", *OPTIONS, *arguments, environment=_environment(), text=text)


def build(*arguments: str | Path) -> None:
    """Build an image; the commands of its recipe download."""
    download("podman", *OPTIONS, "build", *arguments, environment=_environment())


def configure() -> None:
    """Write the configuration: runc, networks in the own folder, and no limits above those of this machine."""
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    hard = {name: resource.getrlimit(number)[1] for name, number in limits.items()}
    ulimits = [f"{name}={limit}:{limit}" for name, limit in hard.items()]
    CONFIGURATION.write_text(
        f"[containers]\ndefault_ulimits = {json.dumps(ulimits)}\n"
        # Without the delay, the monitor of a command that Compose runs in a container lives for five minutes.
        f'[engine]\nruntime = "runc"\nexit_command_delay = 1\n'
        f'[network]\nnetwork_config_dir = "{FOLDER / "networks"}"\n'
    )


def remove_everything() -> None:
    """Remove containers, volumes and networks, also of earlier runs. Images stay."""
    podman("rm", "--all", "--force", "--time", "5")
    podman("volume", "prune", "--force")
    podman("network", "prune", "--force")
    podman("image", "prune", "--force")


def forget_everything() -> None:
    """Empty the own folder: checkouts, images and all other remains of earlier runs."""
    if CONFIGURATION.exists():
        remove_everything()
        podman("system", "reset", "--force")
    for path in FOLDER.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def has_image(name: str) -> bool:
    """Whether an image of this name is in the storage."""
    return bool(podman("images", "--quiet", name).strip())


def health(container: str) -> str:
    """The result of the last health check of a container."""
    return podman("inspect", "--format", "{{.State.Health.Status}}", container).strip()


def logs(container: str) -> str:
    """The last lines of both outputs of a container, and its state."""
    state = podman("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", container).strip()
    command = ["podman", *OPTIONS, "logs", "--tail", "15", container]
    lines = run("sh", "-c", 'exec "$@" 2>&1', "sh", *command, environment=_environment())
    return f"--- {container}: {state}\n{lines}"


@contextlib.contextmanager
def docker_api() -> Iterator[None]:
    """Serve Docker's API inside the block, and run due health checks, because systemd may be missing."""
    SOCKET.unlink(missing_ok=True)
    log = (FOLDER / "podman.log").open("wb")
    server = subprocess.Popen(
        ["podman", *map(str, OPTIONS), "system", "service", "--time", "0", f"unix://{SOCKET}"],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    ended = threading.Event()
    checks = threading.Thread(target=_run_health_checks, args=[ended], daemon=True)
    try:
        deadline = time.monotonic() + 300
        while not SOCKET.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                lines = Path(log.name).read_text(errors="replace").splitlines()[-30:]
                raise FreshError("\n".join(["Podman does not serve its API:", *lines]))
            time.sleep(0.1)
        checks.start()
        yield
    finally:
        ended.set()
        if checks.ident:
            checks.join()
        server.terminate()
        server.wait(30)
        log.close()


def _run_health_checks(ended: threading.Event) -> None:
    while not ended.wait(HEALTH_SECONDS):
        # A container may end between the two commands. The second fails for an unhealthy one.
        with contextlib.suppress(FreshError):
            for name in podman("ps", "--filter", "label=com.docker.compose.project", "--format", "{{.Names}}").split():
                with contextlib.suppress(FreshError):
                    podman("healthcheck", "run", name)


class Compose:
    """Docker Compose in a checkout, with the values of its `.env`."""

    def __init__(self, checkout: Path) -> None:
        self._checkout = checkout
        self._files = ["--file", str(checkout / "docker-compose.yml"), "--file", str(checkout / "fresh.yml")]

    def __call__(self, *arguments: str, text: str | None = None) -> str:
        """The standard output of a command. Raises FreshError if it fails."""
        command = ["docker-compose", "--project-name", PROJECT, "--ansi", "never", *self._files, *arguments]
        environment = _environment() | {"DOCKER_HOST": f"unix://{SOCKET}"}
        return run(*command, environment=environment, cwd=self._checkout, text=text)

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """The resolved services, including those of profiles."""
        services: dict[str, dict[str, Any]] = json.loads(self("--profile", "*", "config", "--format", "json"))[
            "services"
        ]
        return services


def _environment() -> dict[str, str]:
    return os.environ | {
        "CONTAINERS_CONF": str(CONFIGURATION),
        "PODMAN_IGNORE_CGROUPSV1_WARNING": "1",
    }
