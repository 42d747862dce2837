"""Implements `make reset`: erases the var folder and its external parts."""

import os
import shutil
import sys
from pathlib import Path

from clicksafely.devserver import local_servers
from clicksafely.devserver.launch import BASE_DIR, lock_var_folder
from clicksafely.devserver.launch_checks import LaunchError
from clicksafely.devserver.server_folders import LocalServerError


def main() -> int:
    """Ask for confirmation, then erase. Exit code: 0 erased, 1 not erased."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    if not var_dir.exists():
        sys.stdout.write(f"{var_dir} does not exist.\n")
        return 0
    sys.stdout.write(f"This erases {var_dir}: database, keys, secrets, uploads. Type yes to continue: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != "yes":
        sys.stdout.write("Nothing was erased.\n")
        return 1
    try:
        lock_var_folder(var_dir)
        local_servers.remove_data(var_dir)
    except (LaunchError, LocalServerError) as error:
        sys.stdout.write(f"{error}\n")
        return 1
    for entry in var_dir.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    sys.stdout.write("Erased.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
