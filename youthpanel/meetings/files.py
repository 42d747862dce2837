"""Documents and photographs of meetings."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.file_store import StorageFull
from clicksafely.common.files.image_uploads import ImageRefused
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from clicksafely.common.serbian.alphabet import PageOrder
from youthpanel.meetings import storage
from youthpanel.meetings.selectors import invited_members
from youthpanel.meetings.services import check_not_cancelled, lock_meeting
from youthpanel.meetings.upload_validation import CheckedUpload, FileRefused, check_upload
from youthpanel.members.name_detection import find_real_names_in_upload
from youthpanel.members.selectors import members_with_consent
from youthpanel.models import ConsentScope, Meeting, MeetingFile, MeetingFileKind, Member


@dataclass(frozen=True, kw_only=True)
class FileData:
    """Details of a file. `shown`: primary keys of the members on it. `shows_no_person`: no person on it is recognisable."""

    name: str
    description: str
    shown: frozenset[int]
    shows_no_person: bool


def publishable_files(files: QuerySet[MeetingFile], on: date) -> QuerySet[MeetingFile]:
    """Return documents, and photographs on which all members consent on that day or no person is recognisable.

    Every request checks the consents.
    """
    through = MeetingFile.shown.through.objects.filter(meetingfile=OuterRef("pk"))
    agreeing = members_with_consent(Member.objects.all(), ConsentScope.PHOTOGRAPH, on).values("pk")
    everybody = Q(Exists(through), shows_no_person=False) & ~Q(Exists(through.exclude(member__in=agreeing)))
    empty = Q(shows_no_person=True) & ~Q(Exists(through))
    return files.filter(Q(kind=MeetingFileKind.DOCUMENT) | everybody | empty, erased=False)


@dataclass(frozen=True)
class ListedFile:
    """A file in the list of its meeting.

    `is_shown` is False for a photograph without a valid consent of all members on it.
    """

    file: MeetingFile
    is_shown: bool


def list_files(meeting: Meeting, on: date) -> list[ListedFile]:
    """Return all files that are not erased, the newest last; three queries."""
    files = list(MeetingFile.objects.filter(meeting=meeting, erased=False).prefetch_related("shown"))
    shown = set(publishable_files(MeetingFile.objects.filter(meeting=meeting), on).values_list("pk", flat=True))
    return [ListedFile(file, file.pk in shown) for file in files]


def find_publishable_file(meeting_id: int, file_id: int, on: date) -> MeetingFile | None:
    """Return the file if it may be shown, otherwise None."""
    return publishable_files(MeetingFile.objects.filter(meeting=meeting_id), on).filter(pk=file_id).first()


def members_possibly_shown(meeting: Meeting, on: date) -> list[tuple[Member, bool]]:
    """Members who may be on a photograph of the meeting, each with whether a consent to photographs holds; two queries."""
    members = list(_present(meeting))
    agreeing = set(
        members_with_consent(_present(meeting), ConsentScope.PHOTOGRAPH, on).order_by().values_list("pk", flat=True)
    )
    return [(member, member.pk in agreeing) for member in members]


def _present(meeting: Meeting) -> QuerySet[Member]:
    """Invited members, and members who are marked on a photograph."""
    who = Q(pk__in=invited_members(meeting).order_by().values("pk")) | Q(
        pk__in=MeetingFile.shown.through.objects.filter(meetingfile__meeting=meeting).values("member")
    )
    return Member.objects.filter(who, erased_at=None).order_by(PageOrder("pseudonym"), "pk")


def add_file(
    *, meeting: Meeting, upload: "UploadedFile[bytes]", draft: FileData, actor: AbstractBaseUser, now: datetime
) -> MeetingFile:
    """Save a file.

    Raises ActionRefused, with faults at the fields; then no part of the file remains on the disk.
    """
    try:
        read = check_upload(upload)
    except (FileRefused, ImageRefused) as refused:
        raise ActionRefused([FieldFault("file", refused.message)]) from refused
    try:
        if read.kind == MeetingFileKind.DOCUMENT:
            _refuse_names(meeting, read, actor, now)
        with transaction.atomic():
            return _keep(lock_meeting(meeting), read, draft, actor, now)
    except BaseException:
        # If the bucket cannot delete it now, the task for orphaned files does.
        with suppress(StorageUnavailable):
            storage.erase_file(read.stored)
        raise


def update_file(*, file: MeetingFile, draft: FileData, actor: AbstractBaseUser, now: datetime) -> None:
    """Change the name of a file and the members on it. Raises ActionRefused."""
    with transaction.atomic():
        file = MeetingFile.objects.select_for_update().select_related("meeting").get(pk=file.pk, erased=False)
        _refuse(_mark_faults(file.meeting, MeetingFileKind(file.kind), draft, localdate(now)))
        file.name, file.description, file.shows_no_person = draft.name, draft.description, draft.shows_no_person
        file.save(update_fields=["name", "description", "shows_no_person"])
        file.shown.set(draft.shown)
        audit_log.record(action="meeting_file.changed", subject=file, actor=actor, now=now)


def remove_file(*, file: MeetingFile, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete a file. It is deleted from the disk after the commit."""
    with transaction.atomic():
        audit_log.record(action="meeting_file.removed", subject=file, actor=actor, now=now)
        gone = MeetingFile(uuid=file.uuid)
        file.delete()
        transaction.on_commit(lambda: storage.erase_file(gone))


def _keep(
    meeting: Meeting, read: CheckedUpload, draft: FileData, actor: AbstractBaseUser, now: datetime
) -> MeetingFile:
    check_not_cancelled(meeting)
    _refuse(_mark_faults(meeting, read.kind, draft, localdate(now)))
    file = MeetingFile(
        uuid=read.stored.uuid,
        meeting=meeting,
        kind=read.kind,
        name=draft.name,
        description=draft.description,
        shows_no_person=draft.shows_no_person,
        size=read.stored.size,
        sha256=read.stored.sha256,
        media_type=read.media_type,
        added_at=now,
    )
    file.save(force_insert=True)
    file.shown.set(draft.shown)
    audit_log.record(action="meeting_file.added", subject=file, actor=actor, now=now, data={"kind": str(read.kind)})
    # Last, so that a refused file is never sent to the bucket.
    try:
        storage.save_upload(read.stored, with_small=read.kind == MeetingFileKind.PHOTOGRAPH)
    except StorageFull as error:
        raise ActionRefused([FieldFault("file", STORAGE_FULL_MESSAGE)]) from error
    return file


def _refuse_names(meeting: Meeting, read: CheckedUpload, actor: AbstractBaseUser, now: datetime) -> None:
    """Refuse documents with real names, because a document never changes and an erased member would remain in it.

    The comparison is audited before the refusal.
    """
    if find_real_names_in_upload(storage.file_path(read.stored), subject=meeting, actor=actor, now=now):
        message = _(
            "This document seems to contain the real name of a member. It was not saved: use pseudonyms and choose it again."
        )
        raise ActionRefused([FieldFault("file", message)])


def _mark_faults(meeting: Meeting, kind: MeetingFileKind, draft: FileData, today: date) -> Iterable[FieldFault]:
    if kind == MeetingFileKind.DOCUMENT:
        if draft.shown or draft.shows_no_person:
            yield FieldFault(
                "file", _("Members are marked only on pictures, and this is a document. Remove the ticks.")
            )
        return
    if not draft.shown and not draft.shows_no_person:
        yield FieldFault(
            "shown", _("This is a picture: tick the members on it, or state that no one can be recognised.")
        )
    if draft.shown and draft.shows_no_person:
        yield FieldFault("shows_no_person", _("You also ticked members. Choose one of the two."))
    if draft.shown:
        yield from _consent_faults(meeting, draft.shown, today)


def _consent_faults(meeting: Meeting, shown: Collection[int], today: date) -> Iterable[FieldFault]:
    marked = _present(meeting).filter(pk__in=shown)
    if marked.count() != len(shown):
        yield FieldFault("shown", _("A ticked member was not invited to this meeting. Check the ticks."))
    without = marked.exclude(
        pk__in=members_with_consent(Member.objects.all(), ConsentScope.PHOTOGRAPH, today).values("pk")
    )
    if names := ", ".join(without.values_list("pseudonym", flat=True)):
        message = _("No valid consent to photographs for: %(members)s. The picture was not saved.")
        yield FieldFault("shown", message % {"members": names})


def _refuse(faults: Iterable[FieldFault]) -> None:
    if found := list(faults):
        raise ActionRefused(found)
