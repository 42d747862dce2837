"""A transaction that is always rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Run a block in a transaction or a savepoint, and undo all that it writes to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
