"""Export of one person's data, decrypted and recorded in the audit trail; nothing is written to disk."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.data_inventory import DIGEST, SEALED, STAFF
from clicksafely.privacy.data_subjects import DATA_SUBJECTS, can_answer
from clicksafely.privacy.inventory import entries

# Never exported: keys and digests, and the member of staff who acted.
NEVER_EXPORTED: Final = {DIGEST, STAFF}
ERASED: Final = "erased"
ExportedData = dict[str, list[dict[str, Any]]]


def export_person(*, kind: str, row: Model, actor: User, now: datetime) -> ExportedData:
    """Return all data of the person that `row` represents, as {table: [{field: value}]}, sealed values decrypted.

    Raises PermissionDenied, and SealError when a value cannot be decrypted; nothing is exported then. Records one audit event.
    """
    subject = DATA_SUBJECTS[kind]
    if not can_answer(actor, subject):
        raise PermissionDenied
    exported_data: ExportedData = {subject.model._meta.label: [_exported(row, subject.own)]}
    with transaction.atomic():
        for label, (way, names) in subject.tables.items():
            model = apps.get_model(label)
            rows = model._base_manager.filter(**{way: row.pk}).order_by("pk")
            exported_data[label] = [_exported(each, names) for each in rows]
        audit_log.record(action="personal_data.exported", subject=row, actor=actor, now=now, data={"as": kind})
    return exported_data


def _exported(row: Model, names: Iterable[str] | None) -> dict[str, Any]:
    if names is None:
        names = _exportable(row._meta.label)
    return {name: _value(row, name) for name in names}


def _exportable(label: str) -> Iterator[str]:
    yield from (entry.field for entry in entries() if entry.label == label and entry.how not in NEVER_EXPORTED)


def _value(row: Model, name: str) -> Any:
    places = {each.column: each for each in getattr(row, "sealed_fields", ()) if isinstance(each, SealedColumn)}
    if name in places:
        plain = places[name].read(row)
        return ERASED if plain is None else _legible(plain.decode())
    value = getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
    if isinstance(value, bytes | memoryview):
        raise TypeError(f"{row._meta.label}.{name} is binary and not declared as {SEALED}")
    return value


def _legible(text: str) -> Any:
    """Parse sealed JSON objects; return other text unchanged."""
    try:
        parts = json.loads(text)
    except ValueError:
        return text
    return parts if isinstance(parts, dict) else text
