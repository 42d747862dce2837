"""Uploads of staff forms that go to the disk as they arrive, whatever their size; what is not kept is read and forgotten."""

import logging
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.file_store import FileTooBig, FileWriter, StorageFull, StoredFile

logger = logging.getLogger(__name__)

STORAGE_FULL_MESSAGE = _(
    "This file cannot be stored right now. Nothing of it was kept: try again in a minute, or tell whoever runs the system."
)


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file on the disk; or `refusal`, the text for the person who sent it. `kept`: all files of its request on the disk."""

    def __init__(
        self, *args: Any, stored: StoredFile | None, refusal: Promise | None, kept: list[StoredFile], **kwargs: Any
    ) -> None:
        super().__init__(None, *args, **kwargs)
        self.stored, self.refusal, self.kept = stored, refusal, kept

    def close(self) -> None:
        """Nothing is open."""


class DiskUploadHandler(FileUploadHandler):
    """Keeps files on the disk. A kind of form says by `begin` where and how much of a file, and by `together` how many bytes a request may have.

    What is refused is told in the words `too_big` of a file and `too_much` of a request.
    """

    too_big: ClassVar[Promise]
    together: ClassVar[int] = sys.maxsize
    too_much: ClassVar[Promise]

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.writer: FileWriter | None = None
        self.refusal: Promise | None = None
        self.kept: list[StoredFile] = []
        self._hopeless = False

    def begin(self) -> FileWriter | None:
        """Where the file that begins is written; None: it is forgotten. Raises NoRoom."""
        raise NotImplementedError

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Which of these files belong to something by now, and stay."""
        return ()

    def discard(self, stored: StoredFile) -> None:
        """Erase a file that became nothing's."""
        stored.erase()

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Of a request that says that it is larger than all files may be, nothing is written at all."""
        self._hopeless = content_length > self.together

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.writer, self.refusal = None, None
        if self._hopeless:
            self.refusal = self.too_much
            return
        try:
            self.writer = self.begin()
        except StorageFull:
            self.refusal = STORAGE_FULL_MESSAGE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk, unless the file is refused already."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except FileTooBig:
            self.writer, self.refusal = None, self.too_big
        except StorageFull:
            self.writer, self.refusal = None, STORAGE_FULL_MESSAGE

    def file_complete(self, file_size: int) -> ReceivedFile:
        """Hand over what was kept."""
        stored = None
        if self.writer is not None:
            try:
                stored = self.writer.finish()
                self.kept.append(stored)
            except StorageFull:
                self.refusal = STORAGE_FULL_MESSAGE
            self.writer = None
        return ReceivedFile(
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            stored=stored,
            refusal=self.refusal,
            kept=self.kept,
        )

    def upload_interrupted(self) -> None:
        """Erase half a file."""
        if self.writer is not None:
            self.writer.discard()
            self.writer = None


@contextmanager
def receive_uploads(request: HttpRequest, handler: DiskUploadHandler) -> Iterator[None]:
    """Take in the files of this request by `handler`; at the end, erase those that became nothing's, however Django took a broken connection."""
    request.upload_handlers = [handler]
    try:
        yield
    finally:
        handler.upload_interrupted()
        if handler.kept:
            needed = handler.needed([stored.uuid for stored in handler.kept])
            for stored in handler.kept:
                if stored.uuid not in needed:
                    _discard(handler, stored)


def _discard(handler: DiskUploadHandler, stored: StoredFile) -> None:
    try:
        handler.discard(stored)
    except StorageUnavailable as error:
        # The answer must not be lost with it: as nothing's it is swept.
        logger.error("a file that became nothing's could not be erased yet", exc_info=error)
