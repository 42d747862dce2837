"""Publishing: the only way a public record of the site is saved or taken away."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from awareness.publishing.models import FormerSlug, Publication, Version
from awareness.publishing.versions import restore_fields, restore_parts, save_version, versions_of
from clicksafely.common import search_registry as documents
from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.page_cache import content_version


class EditConflict(Exception):
    """Somebody else saved the record after it was opened for editing; nothing was written."""


def _no_parts() -> None:
    """A record that stands alone."""


def save_record(
    *,
    record: models.Model,
    actor: AbstractBaseUser | None,
    now: datetime,
    opened: int | None = None,
    parts: Callable[[], object] = _no_parts,
) -> None:
    """Save `record`; every page sees it with the next content generation. A slug that changed leads on from its former address.

    `actor` is None for the content loader. `opened` is the revision of a Publication that the editor began with. `parts` saves what hangs on the record, once it has a key: it
    is in the same transaction and in the same version. Raises ChangedMeanwhile.
    """
    with transaction.atomic():
        if isinstance(record, Publication):
            _take_turn(record, opened, now)
        record.save()
        parts()
        if isinstance(record, Publication):
            save_version(record, author_id=actor.pk if actor else None)
        documents.notify_changed(record)
        content_version.bump()
        record_event(action=f"{record._meta.label_lower}.published", subject=record, actor=actor, now=now)


def restore_version(*, record: Publication, version: Version, actor: AbstractBaseUser, now: datetime) -> None:
    """Let `record` say again what it said in `version`; that is a saving like any other. Address and dates stay as they are.

    Raises ValidationError where the database would refuse that text at those dates.
    """

    def parts() -> None:
        restore_parts(record, version.content, now=now)

    restore_fields(record, version.content)
    record.validate_constraints()
    save_record(record=record, actor=actor, now=now, parts=parts)


def delete_record(*, record: models.Model, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete `record`; no page shows it from the next content generation on."""
    with transaction.atomic():
        record_event(action=f"{record._meta.label_lower}.withdrawn", subject=record, actor=actor, now=now)
        FormerSlug.objects.filter(kind=record._meta.label_lower, object_id=record.pk).delete()
        documents.notify_changed(record, stays=False)
        record.delete()
        content_version.bump()


def _take_turn(record: Publication, opened: int | None, now: datetime) -> None:
    """Count this saving, unless another one came between."""
    record.changed_at = now
    if record.pk is None:
        return
    stored = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
    if stored is None or (opened is not None and stored.revision != opened):
        raise EditConflict
    if not versions_of(stored).exists():
        save_version(stored, author_id=None)
    record.revision = stored.revision + 1
    _keep_former_slug(record, stored.slug)


def _keep_former_slug(record: Publication, before: str) -> None:
    slug, kind = record.slug, record._meta.label_lower
    # Whoever takes an address over that another record had before is found there.
    FormerSlug.objects.filter(kind=kind, slug=slug).delete()
    if slug != before:
        FormerSlug.objects.update_or_create(kind=kind, slug=before, defaults={"object_id": record.pk})
