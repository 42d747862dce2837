"""Registry of functions that adjust an app's data after the restore of a backup."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.utils.module_loading import import_string

_ACTS: Final[dict[str, None]] = {}


def register_restore_hook(path: str) -> None:
    """Register the dotted path of a function, in `AppConfig.ready`. It is called with the time (aware) after a database was restored.

    It returns a sentence for the administrator, or "". An exception undoes the restore.
    """
    _ACTS[path] = None


def run_restore_hooks(now: datetime) -> list[str]:
    """Run all hooks in the current transaction, in the order of the installed apps. Return their sentences."""
    acts: list[Callable[[datetime], str]] = [import_string(path) for path in _ACTS]
    return [sentence for act in acts if (sentence := act(now))]
