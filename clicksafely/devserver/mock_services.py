"""Settings of the stand-ins (`make stand-ins`: mail and name servers on this machine) while they run."""

import fcntl
from pathlib import Path

SETTINGS_FILE = "stand-ins.env"


def mock_service_settings(var_dir: Path) -> dict[str, str]:
    """What the stand-ins of this var folder want set; nothing where none are running. They hold their file locked as long as they do."""
    path = var_dir / SETTINGS_FILE
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
