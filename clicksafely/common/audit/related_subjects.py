"""Registry of what belongs to a subject in the audit trail, such as the packages of a case. Apps fill it when they start."""

from collections.abc import Callable, Iterable

from django.utils.module_loading import import_string

type Subject = tuple[str, int]

_related: dict[str, str] = {}


def register_related(table: str, selector: str) -> None:
    """Register other subjects whose openings are included in those of a subject of `table`.

    `selector` is the dotted path of a function `(id) -> [(table, id)]`.
    """
    _related[table] = selector


def related_subjects(subject: Subject) -> list[Subject]:
    """Return what belongs to a subject, without the subject."""
    table, number = subject
    if table not in _related:
        return []
    select: Callable[[int], Iterable[Subject]] = import_string(_related[table])
    return list(select(number))
