"""Receives the file of a hash list: straight to the disk, whatever its size; what is not kept is read and forgotten."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.triage.hashes.files import ListTooBig, ListWriter, NoRoomForList, StoredFile

FIELD = "file"
TOO_BIG = _("This file is larger than a hash list may be. Divide it, or ask whoever runs the system.")
NO_ROOM = _("The disk has no room for this file. Nothing of it was kept; tell whoever runs the system.")


class ReceivedList(UploadedFile):  # type: ignore[type-arg]
    """A file in the folder of the lists; or `refusal`, the text for the person who sent it."""

    def __init__(self, *args: Any, stored: StoredFile | None, refusal: Promise | None, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        self.stored, self.refusal = stored, refusal


class ListUploadHandler(FileUploadHandler):
    """Keeps the form's file with the lists; files of other fields are forgotten. A broken connection leaves nothing."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.writer: ListWriter | None = None
        self.refusal: Promise | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.writer, self.refusal = None, None
        if self.field_name == FIELD:
            try:
                self.writer = ListWriter()
            except NoRoomForList:
                self.refusal = NO_ROOM

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk, unless the file is refused already."""
        if self.writer is None:
            return
        try:
            self.writer.write(raw_data)
        except ListTooBig:
            self.writer, self.refusal = None, TOO_BIG
        except NoRoomForList:
            self.writer, self.refusal = None, NO_ROOM

    def file_complete(self, file_size: int) -> ReceivedList:
        """Hand over what was kept."""
        stored = None
        if self.writer is not None:
            try:
                stored = self.writer.finish()
            except NoRoomForList:
                self.refusal = NO_ROOM
            self.writer = None
        return ReceivedList(
            self.file_name, self.content_type, file_size, self.charset, stored=stored, refusal=self.refusal
        )

    def upload_interrupted(self) -> None:
        """Erase half a file."""
        if self.writer is not None:
            self.writer.discard()
            self.writer = None
