"""The var folder of secrets, database and uploads, accessible only to its owner."""

import contextlib
import os
import stat
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[3]
DEFAULT_VAR_FOLDER = BASE_DIR / "var"


def make_var_folder(var_dir: Path) -> None:
    """Create the folder and its missing parents, closed to other users.

    Of existing folders, only the checkout's own `var/` is closed; a folder named by the user is left unchanged. Folders of root can be
    entered but not read: the embedded servers run as another user below them.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in [*reversed(var_dir.parents), var_dir]:
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            folder.chmod(mode)  # independently of the umask
    if var_dir.is_relative_to(DEFAULT_VAR_FOLDER):
        found = DEFAULT_VAR_FOLDER.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & ~mode:
            DEFAULT_VAR_FOLDER.chmod(stat.S_IMODE(found.st_mode) & mode)
