"""Receives the files of the editors' form of a resource."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from awareness.library.models import LARGEST_FILE, ResourceFile
from awareness.library.storage import delete_file, new_file
from clicksafely.common.files.file_store import FileWriter, StoredFile
from clicksafely.common.files.upload_handlers import DiskUploadHandler

TOO_BIG = _("This file is larger than 512 MB. Divide it, or save it with a smaller picture or sound quality.")

# Two of the largest. Half of what proxies are told to let through: what is in between is told at the form, what they stop is told nowhere.
LARGEST_TOGETHER: Final = 2 * LARGEST_FILE
TOO_MUCH = _(
    "These files are larger than 1 GB together, so none of them was kept. Send fewer now and the others afterwards."
)


class LibraryUploadHandler(DiskUploadHandler):
    """Keeps files with the library's."""

    too_big = TOO_BIG
    together = LARGEST_TOGETHER
    too_much = TOO_MUCH

    def begin(self) -> FileWriter:
        """Every file of the form is taken."""
        return new_file()

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Those that became a resource's."""
        return set(ResourceFile.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))

    def discard(self, stored: StoredFile) -> None:
        """A file and its preview."""
        delete_file(stored)
