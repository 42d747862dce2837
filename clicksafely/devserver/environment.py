"""Default environment of a process without configured servers: VAR_DIR, DATABASE_URL, REDIS_URL, the secrets, mock services."""

import fcntl
import os
from pathlib import Path

from clicksafely.common.crypto import provision
from clicksafely.devserver import local_servers
from clicksafely.devserver.server_folders import LocalServerError

__all__ = ["LocalServerError", "complete_environment", "mock_service_settings"]

# Written by `make stand-ins`: mail and name servers on this machine.
MOCK_SERVICES_FILE = "stand-ins.env"


def complete_environment(base_dir: Path, *, start: bool = True, durable: bool = True) -> Path:
    """Provision the var folder and hold its embedded servers unless the environment names others.

    Adds the values for the settings and child processes to the environment. `start=False` adds the URLs without starting the servers.
    Returns the var folder. Raises LocalServerError.
    """
    var_dir = Path(os.environ.get("VAR_DIR", base_dir / "var")).resolve()
    os.environ["VAR_DIR"] = str(var_dir)
    database_url, redis_url = local_servers.server_urls(var_dir)
    postgres, valkey = "DATABASE_URL" not in os.environ, "REDIS_URL" not in os.environ
    if postgres or valkey:
        try:
            provision.ensure_secrets(var_dir)
        except OSError as error:
            raise LocalServerError(f"VAR_DIR cannot be used: {error}") from error
        if start:
            local_servers.hold(var_dir, postgres=postgres, valkey=valkey, durable=durable)
    os.environ.setdefault("DATABASE_URL", database_url)
    os.environ.setdefault("REDIS_URL", redis_url)
    return var_dir


def mock_service_settings(var_dir: Path) -> dict[str, str]:
    """Return the settings of the running mock services of this var folder. They keep their file locked while they run."""
    path = var_dir / MOCK_SERVICES_FILE
    try:
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                lines = [line.strip().partition("=") for line in file if "=" in line and not line.startswith("#")]
                return {name: value for name, _, value in lines}
    except OSError:
        pass
    return {}
