"""The data inventory of all apps: table, field, storage, legal basis, retention."""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import Model

from clicksafely.common import data_inventory
from clicksafely.privacy.legal_basis import ALL, legal_basis_of
from clicksafely.privacy.library_tables import IMPERSONAL_TABLES, KEPT_UNTIL_CHANGED, LIBRARY_TABLES

_HEAD = """# Data inventory

Printed by `manage.py data_inventory`; a test fails if a field of any table is missing. Sources: `field_inventory`
of the models (see `clicksafely/common/data_inventory.py`), and `clicksafely/privacy/library_tables.py` for Django and libraries. The rules
of the hotline are data (*Scheduled erasures* in the staff site). `*` stands for every other field.
The legal basis is a point of article 12, paragraph 1 of the Law on Personal Data Protection (ZZPL, Official Gazette RS 87/2018), equal to
article 6, paragraph 1 of the GDPR. Export and erasure of one person's data: `docs/privacy.md`.

A picture handed over to the police leaves an empty row and its hashes. A queued message is sealed under `MAIL_SECRET`. Other sealed values
belong to one of the key rings `hotline`, `bookings` and `panel`. Outside the tables: rate limits in Valkey (an hour, by digest).
"""


class InventoryEntry(NamedTuple):
    """One field of a model. `label` is "app.Model"; `field` is ALL for the fields without an entry of their own."""

    label: str
    field: str
    how: str
    ground: str
    until: str


def models() -> list[type[Model]]:
    """Return all managed models, including automatic many-to-many tables, sorted by label."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted(found, key=lambda model: model._meta.label)


def entries() -> Iterator[InventoryEntry]:
    """Yield every classified field, table by table. Raises KeyError if a table has no legal basis."""
    for model in models():
        label = model._meta.label
        yield from (
            InventoryEntry(label, field, how, legal_basis_of(label, field, how), until)
            for field, how, until in _classified_fields(model)
        )


def _classified_fields(model: type[Model]) -> Iterator[tuple[str, str, str]]:
    label = model._meta.label
    classification = getattr(model, "field_inventory", None) or LIBRARY_TABLES.get(label, {})
    if hasattr(model, "impersonal_fields"):
        yield ALL, data_inventory.STAFF_TEXT, KEPT_UNTIL_CHANGED
    elif label in IMPERSONAL_TABLES or (model._meta.auto_created and not classification):
        yield ALL, data_inventory.CODES, KEPT_UNTIL_CHANGED
    for (how, until), fields in classification.items():
        yield from ((field, how, until) for field in fields.split())


def as_markdown() -> str:
    """Return the inventory as a table in Markdown."""
    rows = [f"| {e.label} | `{e.field}` | {e.how} | {e.ground} | {e.until} |" for e in entries()]
    return (
        "\n".join([_HEAD, "| table | field | storage | legal basis | retention |", "|---|---|---|---|---|", *rows])
        + "\n"
    )
