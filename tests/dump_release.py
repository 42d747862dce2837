"""Dumps the demonstration of this version, from which `tests/test_upgrade.py` upgrades: `python -m tests.dump_release`.

Writes `tests/releases/VERSION.dump`. Run it when a version is released, and keep the file with later versions. The keys of the sealed texts
are not kept: nothing in a dump can be opened.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from clicksafely.common.crypto import provision
from clicksafely.devserver import local_servers
from clicksafely.devserver.environment import complete_environment
from tests.postgres_programs import run_program

BASE_DIR: Final = Path(__file__).resolve().parent.parent
RELEASES: Final = BASE_DIR / "tests" / "releases"
# Rows that the portal recreates or that end with a process.
NOT_DUMPED: Final = ("django_session", "search_searchentry", "search_searchword")


def dump_release() -> Path:
    """Install the demonstration on servers of its own, and return the path of its dump."""
    version: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    path = RELEASES / f"{version}.dump"
    with TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        var_dir = complete_environment(BASE_DIR, durable=False)
        try:
            provision.ensure_secrets(var_dir)
            prepare = [sys.executable, "manage.py", "prepare", "--combined-roles"]
            subprocess.run(prepare, cwd=BASE_DIR, env=os.environ | {"DEMO": "true"}, check=True)
            excluded = (f"--exclude-table-data=public.{table}" for table in NOT_DUMPED)
            options = ("--format=custom", "--compress=9", "--no-owner", "--no-privileges")
            run_program("pg_dump", *options, *excluded, f"--file={path}", os.environ["DATABASE_URL"])
        finally:
            local_servers.release_all()
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{dump_release()}\n")
