"""Everything that the database keeps, of whatever app: table, field, how, on which grounds, until when."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Model

from clicksafely.common import data_inventory
from clicksafely.privacy.legal_basis import legal_basis_of
from clicksafely.privacy.library_tables import IMPERSONAL_TABLES, KEPT_UNTIL_CHANGED, LIBRARY_TABLES
from hotline.retention import inventory as hotline

ALL = "*"
_HEAD = """# What the portal keeps

Made by `manage.py data_inventory > docs/data-inventory.md`; a test fails where a field of any table is missing. Models say it themselves
(`field_inventory`, see `clicksafely/common/data_inventory.py`), the hotline's in `hotline/retention/inventory.py` because its rules are
data (*What will be erased* in the staff site), Django's and libraries' in `clicksafely/privacy/library_tables.py`. `*` stands for every field.
The grounds are the points of article 12, paragraph 1 of the Law on Personal Data Protection (ZZPL, Official Gazette RS 87/2018), which
are those of article 6, paragraph 1 of the GDPR. How somebody is told what is kept of them, or is forgotten: `docs/privacy.md`.

A picture that the police have got leaves an empty row and its hashes; a message that waits is sealed under `MAIL_SECRET`. What is sealed
belongs to one of the rings `hotline`, `bookings` and `panel`. Beside the tables: counters of limits in Valkey (an hour, under a digest).
"""


class InventoryEntry(NamedTuple):
    """One field of a model, `label` being "app.Model"; `field` is ALL where nothing in the table needs telling apart."""

    label: str
    field: str
    how: str
    ground: str
    until: str


def models() -> list[type[Model]]:
    """Every table that the portal has, those between two others included."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted(found, key=lambda model: model._meta.label)


def entries() -> Iterator[InventoryEntry]:
    """Every classified field, table by table. Raises KeyError where a table has no grounds."""
    of_hotline: dict[str, list[tuple[str, str, str]]] = {}
    for each in hotline.entries():
        of_hotline.setdefault(each.model, []).append((each.field, hotline.HOW[each.how], hotline.UNTIL[each.until]))
    for model in models():
        label = model._meta.label
        said = of_hotline.get(model.__name__, []) if label.startswith("hotline.") else list(_said(model))
        yield from (
            InventoryEntry(label, field, how, legal_basis_of(label, field, how), until) for field, how, until in said
        )


def _said(model: type[Model]) -> Iterator[tuple[str, str, str]]:
    label, name = model._meta.label, model.__name__
    kept = getattr(model, "field_inventory", None) or LIBRARY_TABLES.get(label)
    if name in IMPERSONAL_TABLES.get(model._meta.app_label, "").split():
        yield (
            ALL,
            data_inventory.STAFF_TEXT
            if model._meta.app_label not in {"auth", "contenttypes"}
            else data_inventory.CODES,
            KEPT_UNTIL_CHANGED,
        )
    for (how, until), fields in (kept or {}).items():
        yield from ((field, how, until) for field in fields.split())


def as_markdown() -> str:
    """The page `docs/data-inventory.md`."""
    rows = [f"| {e.label} | `{e.field}` | {e.how} | {e.ground} | {e.until} |" for e in entries()]
    return "\n".join([_HEAD, "| table | field | kept how | grounds | until |", "|---|---|---|---|---|", *rows]) + "\n"
