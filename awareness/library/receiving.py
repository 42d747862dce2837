"""Receives the files of the editors' form: straight to the disk, whatever their size; what is not kept is read and forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.library.models import ResourceFile
from awareness.library.storing import NoRoom, Stored, TooBig, Writer, discard

TOO_BIG = _("This file is larger than 512 MB. Divide it, or save it with a smaller picture or sound quality.")
NO_ROOM = _("The disk has no room for this file. Nothing of it was kept; tell whoever runs the system.")


class Received(UploadedFile):  # type: ignore[type-arg]
    """A file in the library's folder; or `refusal`, the text for the person who sent it. `kept`: all files of the request on the disk."""

    def __init__(
        self, *args: Any, stored: Stored | None, refusal: Promise | None, kept: list[Stored], **kwargs: Any
    ) -> None:
        super().__init__(None, *args, **kwargs)
        self.stored, self.refusal, self.kept = stored, refusal, kept


class LibraryUploadHandler(FileUploadHandler):
    """Keeps files with the library's; a broken connection leaves nothing."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.writer: Writer | None = None
        self.refusal: Promise | None = None
        self.kept: list[Stored] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.writer, self.refusal = None, None
        try:
            self.writer = Writer()
        except NoRoom:
            self.refusal = NO_ROOM

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk, unless the file is refused already."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except TooBig:
            self.writer, self.refusal = None, TOO_BIG
        except NoRoom:
            self.writer, self.refusal = None, NO_ROOM

    def file_complete(self, file_size: int) -> Received:
        """Hand over what was kept."""
        stored = None
        if self.writer is not None:
            try:
                stored = self.writer.finish()
                self.kept.append(stored)
            except NoRoom:
                self.refusal = NO_ROOM
            self.writer = None
        return Received(
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
def receiving(request: HttpRequest) -> Iterator[LibraryUploadHandler]:
    """Take in the files of this request; at the end, erase those that became no resource's."""
    handler = LibraryUploadHandler(request)
    request.upload_handlers = [handler]
    try:
        yield handler
    finally:
        handler.upload_interrupted()
        if handler.kept:
            given = [stored.uuid for stored in handler.kept]
            taken = set(ResourceFile.objects.filter(uuid__in=given).values_list("uuid", flat=True))
            for stored in handler.kept:
                if stored.uuid not in taken:
                    discard(stored)
