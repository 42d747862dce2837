"""Upload handler for the admin form of a resource."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from awareness.library.models import MAX_FILE_BYTES, ResourceFile
from awareness.library.storage import delete_file, new_file
from clicksafely.common.files.file_store import FileWriter, StoredFile
from clicksafely.common.files.upload_handlers import DiskUploadHandler

TOO_BIG = _("This file is larger than 512 MB. Split it, or save it with lower picture or sound quality.")

# Half of the proxy's body limit, so the form can report an oversized upload before the proxy rejects it.
MAX_TOTAL_BYTES: Final = 2 * MAX_FILE_BYTES
TOO_MUCH = _(
    "Together these files are larger than 1 GB, so none was saved. Upload some of them now and the others later."
)


class LibraryUploadHandler(DiskUploadHandler):
    """Stores uploads in the library's folder."""

    too_big = TOO_BIG
    together = MAX_TOTAL_BYTES
    too_much = TOO_MUCH

    def begin(self) -> FileWriter:
        """Return a writer for any file of the form."""
        return new_file()

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Return the ids that belong to stored resource files."""
        return set(ResourceFile.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))

    def discard(self, stored: StoredFile) -> None:
        """Erase a file and its preview."""
        delete_file(stored)
