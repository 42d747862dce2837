"""Services for hash lists: add, switch on and off, remove."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.files.file_store import StorageFull, StoredFile, sync_files
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from hotline.models import HashList, ListState
from hotline.triage.hash_lists.list_import import requeue_matching

# Names of tasks. The sweep matches waiting reports.
IMPORT_TASK = "hotline.import_hash_list"
ERASE_TASK = "hotline.erase_hash_list"
SWEEP_TASK = "hotline.sweep_unmatched"
UNDER_WAY = (ListState.WAITING, ListState.IMPORTING)


class NameTaken(ActionRefused):
    field = "name"
    reason = _("A list with this name is in use. Tick “replace” to replace it with this file, or choose another name.")


class UnderWay(ActionRefused):
    field = "name"
    reason = _("A file for this list is being imported. Wait until the import is complete.")


class SameFile(ActionRefused):
    field = "file"
    reason = _("This file is already in use: its hashes are the same.")


@dataclass(frozen=True, kw_only=True)
class ListDetails:
    """The details of a new list. See HashList."""

    name: str
    source: str
    label: str
    meaning: str
    layout: str


def add_list(
    *, details: ListDetails, stored: StoredFile, replaces: bool, actor: User | None, now: datetime
) -> HashList:
    """Create a list, or a new version of one, from a stored file. It waits for its import.

    `actor` is None for the management command. Raises NameTaken if an active list has this name and `replaces` is
    false. Raises UnderWay, SameFile, or ActionRefused if the file was not stored.
    """
    try:
        with transaction.atomic():
            former = HashList.objects.filter(name=details.name, state=ListState.ACTIVE).first()
            if former and not replaces:
                raise NameTaken
            if former and bytes(former.file_digest).hex() == stored.sha256 and former.layout == details.layout:
                raise SameFile
            added = HashList.objects.create(
                uuid=stored.uuid,
                name=details.name,
                source=details.source,
                label=details.label,
                meaning=details.meaning,
                layout=details.layout,
                file_size=stored.size,
                file_digest=bytes.fromhex(stored.sha256),
                imported_by=actor,
                arrived_at=now,
            )
            data: dict[str, audit_log.AuditValue] = {
                "size": stored.size,
                "sha256": stored.sha256,
                "layout": details.layout,
            }
            audit_log.record(action="hashlist.added", subject=added, actor=actor, now=now, data=data)
            sync_files(stored.path)
            return added
    except StorageFull as error:
        raise ActionRefused([FieldFault("file", STORAGE_FULL_MESSAGE)]) from error
    except IntegrityError as error:
        if not HashList.objects.filter(name=details.name, state__in=UNDER_WAY).exists():
            raise
        raise UnderWay from error


def switch_list(*, list_id: int, on: bool, actor: User, now: datetime) -> None:
    """Activate or deactivate a list. Its hashes stay. Raises NameTaken, and ActionRefused if the list has changed."""
    old, new = (ListState.OFF, ListState.ACTIVE) if on else (ListState.ACTIVE, ListState.OFF)
    action = "hashlist.switched_on" if on else "hashlist.switched_off"
    try:
        with transaction.atomic():
            hash_list = _move(list_id, (old,), new)
            audit_log.record(action=action, subject=hash_list, actor=actor, now=now)
            if on:
                requeue_matching()
    except IntegrityError as error:
        raise NameTaken from error


def remove_list(*, list_id: int, actor: User, now: datetime) -> None:
    """Remove a list, also during its import. Its hashes are deleted in batches later. Matches stay.

    Raises ActionRefused.
    """
    with transaction.atomic():
        hash_list = _move(list_id, (*UNDER_WAY, ListState.ACTIVE, ListState.OFF), ListState.REMOVING)
        audit_log.record(action="hashlist.removed", subject=hash_list, actor=actor, now=now)


def _move(list_id: int, old: Sequence[ListState], new: ListState) -> HashList:
    # The lease is cleared. A running worker notices with its next batch, and the next worker need not wait for expiry.
    if not HashList.objects.filter(pk=list_id, state__in=old).update(state=new, lease=None, lease_until=None):
        raise ActionRefused(_("The list has changed in the meantime, so this is no longer possible. Check it again."))
    return HashList.objects.get(pk=list_id)
