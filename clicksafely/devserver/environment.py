"""Completes the environment of a process that was given no servers: VAR_DIR, DATABASE_URL, REDIS_URL and the secrets."""

import os
from pathlib import Path

from clicksafely.devserver import local_servers, provision
from clicksafely.devserver.server_folders import LocalServerError

__all__ = ["LocalServerError", "complete_environment"]


def complete_environment(base_dir: Path, *, start: bool = True, durable: bool = True) -> Path:
    """Provision the var folder and hold its embedded servers, as far as the environment does not name others.

    What the settings and child processes need is put into the environment. `start=False` only names the servers.
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
