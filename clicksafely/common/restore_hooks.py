"""What is no longer true once a backup has come back: each app says here what has to be done about its own data, and hears nothing of backups."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.module_loading import import_string

_ACTS: Final[dict[str, None]] = {}


def register_restore_hook(path: str) -> None:
    """The dotted path of a function that is given the time (aware) when a database was restored. An app offers it when it is ready.

    It returns a sentence for whoever restores, or "" where there is nothing to say. What it raises undoes the restore.
    """
    _ACTS[path] = None


def run_restore_hooks(now: datetime) -> list[str]:
    """Do all of it in the transaction at hand, in the order of the installed apps. Returns what is to be said."""
    acts: list[Callable[[datetime], str]] = [import_string(path) for path in _ACTS]
    return [said for act in acts if (said := act(now))]
