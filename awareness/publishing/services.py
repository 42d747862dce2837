"""Services that save, restore and delete public records."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from awareness.publishing.models import Draft, FormerSlug, PlacedRecord, Publication, Version
from awareness.publishing.versions import restore_fields, restore_parts, save_version, versions_of
from clicksafely.common import search_registry as documents
from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.page_cache import content_version

_LOCK: Final = 0x706C6163  # "plac": PostgreSQL identifies advisory locks by number


def _no_parts() -> None:
    """Do nothing, for a record without parts."""


def save_record(
    *,
    record: models.Model,
    actor: AbstractBaseUser | None,
    now: datetime,
    parts: Callable[[], object] = _no_parts,
    action: str = "published",
) -> None:
    """Save `record`, and expire cached pages by a new content version. A former slug redirects to the new one.

    `actor` is None for the content loader. `parts` runs after the record has a primary key, and saves its parts in the
    same transaction and version. `action` ends the audit code. A placed record comes after the others with its number
    or a lower one. Number 0 places it before all others. Later records move by as little as needed. Raises EditConflict
    if the record was deleted.
    """
    with transaction.atomic():
        _lock_places(type(record))
        if isinstance(record, Publication):
            _begin_revision(record, now)
        if isinstance(record, PlacedRecord):
            _make_room(record)
        record.save()
        parts()
        if isinstance(record, Publication):
            save_version(record, author_id=actor.pk if actor else None)
        documents.notify_changed(record)
        content_version.bump()
        record_event(action=f"{record._meta.label_lower}.{action}", subject=record, actor=actor, now=now)


def restore_version(*, record: Publication, version: Version, actor: AbstractBaseUser, now: datetime) -> None:
    """Restore the content of `version` as a new revision. Slug and dates do not change.

    Raises ValidationError if the restored content violates a constraint.
    """

    def parts() -> None:
        restore_parts(record, version.content, now=now)

    restore_fields(record, version.content)
    record.validate_constraints()
    save_record(record=record, actor=actor, now=now, parts=parts)


def delete_record(*, record: models.Model, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete `record`, and expire cached pages by a new content version. Raises ActionRefused for a permanent record."""
    if isinstance(record, Publication) and record.is_permanent:
        raise ActionRefused(_("This page is always public. Change its text instead."))
    with transaction.atomic():
        record_event(action=f"{record._meta.label_lower}.withdrawn", subject=record, actor=actor, now=now)
        for model in (FormerSlug, Draft):
            model._default_manager.filter(kind=record._meta.label_lower, object_id=record.pk).delete()
        documents.notify_changed(record, stays=False)
        record.delete()
        content_version.bump()


def lock_row[Row: models.Model](model: type[Row], pk: int | None) -> Row | None:
    """Lock and return a stored row until the end of the transaction; None if it was deleted.

    The order numbers of placed records are locked first: to save one record can move the rows of others.
    """
    _lock_places(model)
    return model._default_manager.select_for_update().filter(pk=pk).first()


def save_first_version(stored: Publication) -> None:
    """Store the public text of a record without versions, such as loaded content, before it is replaced."""
    if not versions_of(stored).exists():
        save_version(stored, author_id=None)


def _lock_places(model: type[models.Model]) -> None:
    """Wait for other transactions that may change the order numbers of a placed model."""
    if issubclass(model, PlacedRecord):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, model._meta.db_table])


def _make_room(record: PlacedRecord) -> None:
    others = type(record)._default_manager.exclude(pk=record.pk).order_by("order", "pk").values_list("pk", "order")
    rows: list[tuple[int | None, int]] = list(others)
    place = sum(1 for _pk, order in rows if order <= record.order) if record.order else 0
    rows.insert(place, (None, record.order))
    last = 0
    moved: list[PlacedRecord] = []
    for pk, order in rows:
        last = max(order, last + 1)
        if pk is None:
            record.order = last
        elif last != order:
            moved.append(type(record)(pk=pk, order=last))  # type: ignore[misc]
    type(record)._default_manager.bulk_update(moved, ["order"])


def _begin_revision(record: Publication, now: datetime) -> None:
    """Lock the record and increment its revision. Raises EditConflict if the record was deleted."""
    record.changed_at = now
    if record.pk is None:
        return
    stored = lock_row(type(record), record.pk)
    if stored is None:
        raise EditConflict
    save_first_version(stored)
    record.revision = stored.revision + 1
    _keep_former_slug(record, stored.slug)


def _keep_former_slug(record: Publication, before: str) -> None:
    slug, kind = record.slug, record._meta.label_lower
    # A slug in use takes precedence over the former slug of another record.
    FormerSlug.objects.filter(kind=kind, slug=slug).delete()
    if slug != before:
        FormerSlug.objects.update_or_create(kind=kind, slug=before, defaults={"object_id": record.pk})
