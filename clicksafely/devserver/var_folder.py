"""The var folder: secrets, database and uploads, hence for its owner alone."""

import contextlib
import os
import stat
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
DEFAULT_VAR_FOLDER = BASE_DIR / "var"


def make_var_folder(var_dir: Path) -> None:
    """Create the folder and those above it that are missing, closed to other users.

    Of what was there before only the checkout's own `var/` is closed, where it is ours; a folder that somebody named is left as it is.
    Root's folders can be passed, not read: the embedded servers run as another user below them.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in [*reversed(var_dir.parents), var_dir]:
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(mode)  # whatever the umask
    if var_dir.is_relative_to(DEFAULT_VAR_FOLDER):
        found = DEFAULT_VAR_FOLDER.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & ~mode:
            DEFAULT_VAR_FOLDER.chmod(stat.S_IMODE(found.st_mode) & mode)
