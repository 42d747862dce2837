"""Services of drafts: the text that will replace a published record, stored separately until it is published."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, Final, cast

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.publishing.editor_hints import EditorHint, label_of
from awareness.publishing.models import Draft, Publication, Version
from awareness.publishing.services import lock_row, restore_version, save_first_version, save_record
from awareness.publishing.versions import (
    NEVER_RESTORED_FIELDS,
    PARTS,
    Content,
    missing_rows,
    restore_fields,
    restore_parts,
    serialize_record,
)
from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.transactions import rolled_back

PUBLISH_PERMISSION: Final = "publishing.publish_content"


class CannotPublish(Exception):
    """The text cannot be published; `faults` name the places. Nothing was written."""

    def __init__(self, faults: list[EditorHint]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class DraftExists(Exception):
    """The record has a draft, which the action would overwrite. Nothing was written."""


def find_draft(record: models.Model) -> Draft | None:
    """Return the draft of a record; None if there is none."""
    found = Draft.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return found.select_related("author").first()


def opened_token(record: models.Model) -> str:
    """Return the value of the form field `opened` for a record with a `revision`.

    It changes with every save of the record or its draft.
    """
    revision, draft = record.revision, find_draft(record)  # type: ignore[attr-defined]
    return f"{revision}.{draft.pk}.{draft.revision}" if draft else str(revision)


def lock_opened[Row: models.Model](record: Row, opened: str) -> Row:
    """Lock and return the stored row of `record`, until the end of the transaction.

    Raises EditConflict if the record or its draft was saved or deleted after an editor received the token `opened`.
    """
    stored = lock_row(type(record), record.pk)
    if stored is None or opened != opened_token(stored):
        raise EditConflict
    return stored


@contextmanager
def shown_draft(record: models.Model) -> Iterator[Draft | None]:
    """Run a block that sees the draft of `record`, if there is one, in its rows. Undo all that the block writes.

    The draft is written in a transaction that is rolled back (`rolled_back`). Other connections do not see it. `record`
    itself does not change.
    """
    draft = find_draft(record)
    with rolled_back():
        if draft is not None:
            apply_draft(record=cast(Publication, copy(record)), content=draft.content, now=timezone.now())
        yield draft


def apply_draft(*, record: Publication, content: Content, now: datetime) -> None:
    """Write a draft to the rows of `record`, as an unpublished record with its present address. Runs in `rolled_back`."""
    restore_fields(record, content)
    record.published_at = record.withdrawn_at = None
    record.save()
    restore_parts(record, content, now=now)


def restore_address_and_dates(record: Publication, content: Content) -> None:
    """Set slug and dates of `record` from a draft. A slug that another record uses now is skipped."""
    slug = content["slug"]
    if not type(record)._default_manager.filter(slug=slug).exclude(pk=record.pk).exists():
        record.slug = slug
    for name in ("published_at", "withdrawn_at"):
        setattr(record, name, record._meta.get_field(name).to_python(content[name]))  # type: ignore[union-attr]


def write_draft_content(*, record: Publication, save_parts: Callable[[], object]) -> Content:
    """Write `record` and its parts as an unpublished record and return the content. Runs in `rolled_back`."""
    dates = {"published_at": record.published_at, "withdrawn_at": record.withdrawn_at}
    record.published_at = record.withdrawn_at = None
    record.save()
    save_parts()
    return serialize_record(record) | dates


def save_draft(
    *,
    record: Publication,
    content: Content,
    actor: AbstractBaseUser,
    now: datetime,
    publish_at: datetime | None = None,
) -> Draft:
    """Store `content` as the draft of `record`. A time at which an earlier draft would be published is discarded.

    At `publish_at` the draft is published; the caller checks that `actor` may publish. The caller holds the row lock of
    `record`.
    """
    with transaction.atomic():
        # Publication finds the rows of the draft, no longer those of the public text.
        save_first_version(record)
        _store_removed_parts(record, content, now)
        values: dict[str, Any] = {
            "based_on": record.revision,
            "author": actor,
            "saved_at": now,
            "publish_at": publish_at,
            "refused_at": None,
            "content": content,
        }
        draft = find_draft(record)
        if draft is None:
            draft = Draft(kind=record._meta.label_lower, object_id=record.pk, **values)
        else:
            draft.revision += 1
            for name, value in values.items():
                setattr(draft, name, value)
        draft.save()
        _erase_unused_parts(record)
        _record(record, "draft_scheduled" if publish_at else "draft_saved", actor, now)
    return draft


def restore_into_draft(
    *, record: Publication, version: Version, actor: AbstractBaseUser, now: datetime
) -> Draft | None:
    """Make the content of `version` the draft of `record`, with the present address and dates, and return the draft.

    A record that was never published is restored itself; then the result is None. Raises DraftExists.
    """
    with transaction.atomic():
        record = _lock(record)
        if find_draft(record) is not None:
            raise DraftExists
        if record.published_at is None:
            restore_version(record=record, version=version, actor=actor, now=now)
            return None
        present = serialize_record(record)
        present_values = {name: present[name] for name in NEVER_RESTORED_FIELDS}
        return save_draft(record=record, content={**present, **version.content, **present_values}, actor=actor, now=now)


def discard_draft(*, record: Publication, opened: str, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete the draft of `record`, and its files. Raises EditConflict like `lock_opened`."""
    with transaction.atomic():
        lock_opened(record, opened)
        if find_draft(record) is not None:
            _delete_draft(record)
            _record(record, "draft_discarded", actor, now)


def publish_record(
    *, record: Publication, actor: AbstractBaseUser | None, now: datetime, parts: Callable[[], object]
) -> None:
    """Save `record` as published, with its parts, and delete its draft.

    Raises CannotPublish, for example if a licence is missing.
    """
    with transaction.atomic():
        # Before it is saved: a constraint would refuse it without a message.
        if faults := _faults_of("", record):
            raise CannotPublish(faults)
        save_record(record=record, actor=actor, now=now, parts=parts)
        if faults := publication_faults(record):
            raise CannotPublish(faults)
        _delete_draft(record)


def publication_faults(record: Publication) -> list[EditorHint]:
    """Return what prevents the publication of a saved record: the field, with its part, and the message."""
    rows: list[tuple[str, Any]] = [("", record)]
    for name in record.versioned_parts:
        for number, part in enumerate(getattr(record, name).all(), 1):
            rows.append((f"{part._meta.verbose_name} {number}, ", part))
    return [fault for place, row in rows if hasattr(row, "publication_faults") for fault in _faults_of(place, row)]


def _faults_of(place: str, row: Any) -> list[EditorHint]:
    return [
        EditorHint(f"{place}{label_of(row, field)}", message) for field, message in row.publication_faults().items()
    ]


def publish_draft(*, draft: Draft, record: Publication, now: datetime) -> None:
    """Publish the scheduled draft of a locked record in the name of its author. Raises CannotPublish."""
    with transaction.atomic():
        if faults := draft_faults(draft, record):
            raise CannotPublish(faults)
        restore_fields(record, draft.content)
        restore_address_and_dates(record, draft.content)
        set_publication_dates(record, now)
        try:
            record.validate_unique()
            record.validate_constraints()
        except ValidationError as error:
            raise CannotPublish([EditorHint(str(record), message) for message in error.messages]) from error
        publish_record(
            record=record, actor=draft.author, now=now, parts=lambda: restore_parts(record, draft.content, now=now)
        )


def set_publication_dates(record: Publication, now: datetime) -> None:
    """Set the dates of a record so that it is public at `now`. An earlier publication date stays."""
    record.published_at = min(record.published_at or now, now)
    if record.withdrawn_at is not None and record.withdrawn_at <= now:
        record.withdrawn_at = None


def draft_faults(draft: Draft, record: Publication) -> list[EditorHint]:
    """Return why a scheduled draft of `record` cannot be published, apart from its text."""
    found = []
    if draft.based_on != record.revision:
        found.append(EditorHint(str(record), _("The published text has changed since this draft was saved.")))
    if draft.content["slug"] != record.slug and (
        type(record)._default_manager.filter(slug=draft.content["slug"]).exclude(pk=record.pk).exists()
    ):
        found.append(EditorHint(label_of(record, "slug"), _("Another page has this address. Choose another one.")))
    if not has_role_permission(draft.author, PUBLISH_PERMISSION) or not draft.author.is_active:
        found.append(EditorHint(str(draft.author), _("The editor who scheduled the draft may no longer publish.")))
    found += [
        EditorHint(where, _("This refers to an entry that was deleted."))
        for where in missing_rows(type(record), draft.content)
    ]
    return found


def publish_due_drafts(*, now: datetime) -> None:
    """Publish every draft whose time has come. One that cannot be published stays, with the time of the refusal."""
    due = Draft.objects.filter(publish_at__lte=now, refused_at=None).order_by("publish_at", "pk")
    for key in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            # Every writer locks the record before its draft. An editor may have changed the draft before the lock.
            record = _lock_record_of(key)
            draft = due.select_related("author").defer("author__password").filter(pk=key).first()
            if record is None or draft is None:
                continue
            try:
                with transaction.atomic():
                    publish_draft(draft=draft, record=record, now=now)
            except (CannotPublish, IntegrityError):
                Draft.objects.filter(pk=key).update(refused_at=now)
                _record(record, "draft_refused", None, now)


def unpublish_record(*, record: Publication, opened: str, actor: AbstractBaseUser, now: datetime) -> None:
    """Withdraw a public record at once, or cancel its future publication. The time of a scheduled draft is discarded.

    Raises EditConflict like `lock_opened`, and ActionRefused for a permanent record.
    """
    if record.is_permanent:
        raise ActionRefused(_("This page is always public. Change its text instead."))
    with transaction.atomic():
        record = lock_opened(record, opened)
        draft = find_draft(record)
        if record.published_at is not None and record.published_at >= now:
            record.published_at = record.withdrawn_at = None
        else:
            record.withdrawn_at = now
        save_record(record=record, actor=actor, now=now, action="unpublished")
        if draft is not None:
            # Only the dates of the record have changed, not the text that the draft replaces.
            stale = draft.based_on != record.revision - 1
            draft.based_on = draft.based_on if stale else record.revision
            draft.publish_at = draft.refused_at = None
            draft.save()


def _record(record: Publication, act: str, actor: AbstractBaseUser | None, now: datetime) -> None:
    record_event(action=f"{record._meta.label_lower}.{act}", subject=record, actor=actor, now=now)


def _lock(record: Publication) -> Publication:
    locked = lock_row(type(record), record.pk)
    if locked is None:
        raise EditConflict
    return locked


def _lock_record_of(draft_id: int) -> Publication | None:
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is None:
        return None
    found: Publication | None = lock_row(apps.get_model(draft.kind), draft.object_id)
    return found


def _delete_draft(record: Publication) -> None:
    Draft.objects.filter(kind=record._meta.label_lower, object_id=record.pk).delete()
    _erase_unused_parts(record)


def _store_removed_parts(record: Publication, content: Content, now: datetime) -> None:
    """Store the new soft-deleted parts of a draft as removed, so that their files stay and are not public."""
    for name, key in record.soft_deleted_parts.items():
        rows, parent = _all_parts(record, name)
        fields = {field.name: field for field in rows.model._meta.concrete_fields}
        stored_keys = {str(each) for each in rows.values_list(key, flat=True)}
        for part in content.get(PARTS, {}).get(name, ()):
            if str(part[key]) not in stored_keys:
                values = {fields[each].attname: value for each, value in part.items() if each in fields}
                rows.model(**{parent: record}, **(values | {"removed_at": now})).save(force_insert=True)


def _erase_unused_parts(record: Publication) -> None:
    """Delete removed parts that neither a version nor the draft contains. A periodic task erases their files."""
    for name, key in record.soft_deleted_parts.items():
        rows, _parent = _all_parts(record, name)
        used = {
            str(part[key])
            for model in (Version, Draft)
            for content in model.objects.filter(kind=record._meta.label_lower, object_id=record.pk).values_list(
                "content", flat=True
            )
            for part in content.get(PARTS, {}).get(name, ())
        }
        for row in rows.exclude(removed_at=None):
            if str(getattr(row, key)) not in used:
                row.delete()


def _all_parts(record: Publication, name: str) -> tuple[Any, str]:
    """Return all rows of a soft-deleted part, also the removed ones, and the name of their reference to the record."""
    relation: Any = record._meta.get_field(name)
    return relation.related_model._base_manager.filter(**{relation.field.name: record}), relation.field.name
