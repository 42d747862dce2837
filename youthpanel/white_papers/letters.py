"""Letters of addressees as PDF, attached to their responses: public once added, and removable."""

from contextlib import suppress
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.documents.validation import PDF, DocumentRefused, check_document
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.file_store import FileWriter, StorageFull, StoredFile, store_chunks, sync_files
from clicksafely.common.files.storage import media_storage
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from clicksafely.common.page_cache import content_version
from youthpanel.meetings.storage import MAX_FILE_BYTES, letter_path, letters_folder
from youthpanel.members.name_detection import find_real_names_in_upload
from youthpanel.models import Recommendation, Response, ResponseLetter
from youthpanel.white_papers.content import BilingualText

# More letters would be an archive, not an answer.
MAX_LETTERS = 10


def add_letter(
    *,
    response: Response,
    upload: "UploadedFile[bytes]",
    title: BilingualText,
    description: BilingualText,
    actor: AbstractBaseUser,
    now: datetime,
) -> ResponseLetter:
    """Publish a letter with its response. Raises ActionRefused with faults at the fields; then no part of it is stored."""
    stored = _store(upload)
    try:
        pages = _pages(stored)
        _refuse_names(stored, response, title, description, actor, now)
        with transaction.atomic():
            # So that the limit holds. The staff site may not update responses, and so not lock them.
            Recommendation.objects.select_for_update().get(pk=response.recommendation_id)
            if response.letters.count() >= MAX_LETTERS:
                raise ActionRefused([FieldFault("file", _("This answer has the largest number of letters."))])
            letter = ResponseLetter(
                uuid=stored.uuid,
                response=response,
                title_sr=title["sr"],
                title_en=title["en"],
                description_sr=description["sr"],
                description_en=description["en"],
                size=stored.size,
                sha256=stored.sha256,
                pages=pages,
                added_at=now,
            )
            letter.save(force_insert=True)
            content_version.bump()
            audit_log.record(action="letter.added", subject=letter, actor=actor, now=now)
            # Last, so that a refused file is never sent to the bucket.
            try:
                sync_files(letter_path(letter))
            except StorageFull as error:
                raise ActionRefused([FieldFault("file", STORAGE_FULL_MESSAGE)]) from error
            return letter
    except BaseException:
        # If the bucket cannot delete it now, the task for orphaned files does.
        with suppress(StorageUnavailable):
            media_storage().erase(stored.path)
        raise


def remove_letter(*, letter: ResponseLetter, actor: AbstractBaseUser, now: datetime) -> None:
    """Remove a letter from its response. Its file is deleted after the commit."""
    with transaction.atomic():
        audit_log.record(action="letter.removed", subject=letter, actor=actor, now=now)
        path = letter_path(letter)
        letter.delete()
        content_version.bump()
        transaction.on_commit(lambda: media_storage().erase(path))


def _store(upload: "UploadedFile[bytes]") -> StoredFile:
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise ActionRefused([FieldFault("file", _("This file is larger than 10 MB. Reduce it or split it."))])
    upload.seek(0)
    try:
        return store_chunks(upload.chunks(), FileWriter(letters_folder(), largest=MAX_FILE_BYTES))
    except StorageFull as error:
        raise ActionRefused([FieldFault("file", STORAGE_FULL_MESSAGE)]) from error


def _pages(stored: StoredFile) -> int:
    try:
        found = check_document(stored.path)
    except DocumentRefused as refused:
        raise ActionRefused([FieldFault("file", refused.message)]) from refused
    if found is None or found.media_type != PDF or not found.pages:
        raise ActionRefused([FieldFault("file", _("Choose a PDF."))])
    return found.pages


def _refuse_names(
    stored: StoredFile,
    response: Response,
    title: BilingualText,
    description: BilingualText,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    """Refuse letters with a member's real name. The comparison is audited before the refusal; scans have no text."""
    fields = {
        "title_sr": title["sr"],
        "title_en": title["en"],
        "description_sr": description["sr"],
        "description_en": description["en"],
    }
    found = find_real_names_in_upload(stored.path, list(fields.values()), subject=response, actor=actor, now=now)
    if found:
        message = _("This seems to contain the real name of a member. It was not saved: choose a letter without it.")
        raise ActionRefused([FieldFault([*fields, "file"][place], message) for place in found])
