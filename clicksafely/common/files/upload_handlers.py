"""Upload handlers of staff forms: files are streamed to disk; rejected ones are read and dropped."""

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
    "This file cannot be stored at the moment. No part of it was saved. Try again in a minute, or inform the "
    "administrator."
)


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file on disk; or `refusal`, the text for the sender. `stored_files`: all files of its request on disk."""

    def __init__(
        self,
        *args: Any,
        stored: StoredFile | None,
        refusal: Promise | None,
        stored_files: list[StoredFile],
        **kwargs: Any,
    ) -> None:
        super().__init__(None, *args, **kwargs)
        self.stored, self.refusal, self.stored_files = stored, refusal, stored_files

    def close(self) -> None:
        """No effect: the file is not open."""


class DiskUploadHandler(FileUploadHandler):
    """Streams files to disk. Subclasses define the target and size limit of a file in `begin`, and the limit of a request in `together`.

    The messages are `too_big` for a file and `too_much` for a request.
    """

    too_big: ClassVar[Promise]
    together: ClassVar[int] = sys.maxsize
    too_much: ClassVar[Promise]

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.writer: FileWriter | None = None
        self.refusal: Promise | None = None
        self.stored_files: list[StoredFile] = []
        self._hopeless = False

    def begin(self) -> FileWriter | None:
        """Return the writer of the next file; None: it is dropped. Raises StorageFull."""
        raise NotImplementedError

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Return which of these files are in use and stay."""
        return ()

    def discard(self, stored: StoredFile) -> None:
        """Erase a file that is not in use."""
        stored.erase()

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Write no part of a request that declares more bytes than its limit."""
        self._hopeless = content_length > self.together

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a file."""
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
        """Write the chunk unless the file is refused."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except FileTooBig:
            self.writer, self.refusal = None, self.too_big
        except StorageFull:
            self.writer, self.refusal = None, STORAGE_FULL_MESSAGE

    def file_complete(self, file_size: int) -> ReceivedFile:
        """Return the stored file."""
        stored = None
        if self.writer is not None:
            try:
                stored = self.writer.finish()
                self.stored_files.append(stored)
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
            stored_files=self.stored_files,
        )

    def upload_interrupted(self) -> None:
        """Erase the incomplete file."""
        if self.writer is not None:
            self.writer.discard()
            self.writer = None


@contextmanager
def receive_uploads(request: HttpRequest, handler: DiskUploadHandler) -> Iterator[None]:
    """Receive the files of this request with `handler`.

    At the end, unused files are erased, even after a broken connection.
    """
    request.upload_handlers = [handler]
    try:
        yield
    finally:
        handler.upload_interrupted()
        if handler.stored_files:
            needed = handler.needed([stored.uuid for stored in handler.stored_files])
            for stored in handler.stored_files:
                if stored.uuid not in needed:
                    _discard(handler, stored)


def _discard(handler: DiskUploadHandler, stored: StoredFile) -> None:
    try:
        handler.discard(stored)
    except StorageUnavailable as error:
        # The response must not fail because of this; the unused file is removed by the later cleanup.
        logger.error("an unused file could not be erased yet", exc_info=error)
