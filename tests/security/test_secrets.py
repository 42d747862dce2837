"""Secrets of a running portal appear in no log line, process list or response, and in no file readable by others."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
from django.conf import settings

from clicksafely.common.crypto.part_secrets import SECRETS
from tests.live_portal import Site
from tests.stored_data import file_content

FOR_OTHERS = 0o077
MAX_READ = 1_000_000


def secrets(site: Site) -> dict[str, str]:
    """Return the secrets by name: those of the settings, of the key rings and of the demonstration accounts."""
    found = {name: str(getattr(settings, name)) for name in SECRETS}
    found |= {f"password of {name}": account["password"] for name, account in site.accounts().items()}
    found |= {f"second factor of {name}": account["otpauth"] for name, account in site.accounts().items()}
    assert all(len(value) >= 12 for value in found.values())
    return found


def files(folder: Path) -> Iterator[Path]:
    """Yield the files accessible to other users of the machine: none below a closed folder. Running processes may remove some meanwhile."""
    for path in folder.glob("*"):
        # The servers' folder is a link where other users may not enter the var folder.
        if path.is_socket() or (path.is_symlink() and path.name != "servers"):
            continue
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mode & FOR_OTHERS:
                yield from files(path) if path.is_dir() else [path]


def command_lines() -> Iterator[str]:
    """Yield the command lines of processes started here; a process may end meanwhile."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie too
            yield " ".join(process.cmdline())


def test_secrets_are_not_disclosed(site: Site) -> None:
    values = secrets(site)
    for path in ("/sr/", "/admin/login/", "/healthz", "/sr/nowhere/", "/.well-known/security.txt"):
        text = httpx2.get(f"{site.url}{path}", trust_env=False).text
        assert [name for name, value in values.items() if value in text] == [], path
    logged = site.log.getvalue()
    assert [name for name, value in values.items() if value in logged] == []
    commands = list(command_lines())
    assert len(commands) > 3
    assert [name for name, value in values.items() for command in commands if value in command] == []


def test_they_are_in_no_file_readable_by_others(site: Site) -> None:
    values = {name: value.encode() for name, value in secrets(site).items()}
    private = Path(settings.SEALING_PRIVATE_KEYS)
    assert private.stat().st_mode & FOR_OTHERS == 0
    for folder in (site.var_dir, settings.VAR_DIR):
        for path in files(folder):
            text = file_content([path])[:MAX_READ]
            assert [name for name, value in values.items() if value in text] == [], path
            assert b"PRIVATE KEY" not in text, path
    assert not {path.suffix for path in files(settings.VAR_DIR)} & {".env"}
