"""Opens and erases sealed picture files. Callers check permissions."""

from contextlib import suppress

from clicksafely.common.files.atomic_files import sync_directory
from clicksafely.common.files.storage import DISK_STORAGE, media_storage
from hotline.models import Upload
from hotline.models.sealed_content import sealed_path


def open_picture(upload: Upload) -> bytes:
    """Return the decrypted picture, for one response or package.

    Raises SealError, FileNotFoundError, StorageUnavailable.
    """
    return Upload.IMAGE.open(upload)


def erase_picture(upload: Upload) -> None:
    """Erase the sealed file and remains of an interrupted re-sealing from the disk. A missing file is no error.

    The caller locks `upload`, so that re-sealing waits and then finds no file.
    """
    path = sealed_path(upload.uuid)
    media_storage().erase(path)
    DISK_STORAGE.erase(path.with_name(f"{path.name}.new"))
    with suppress(FileNotFoundError):
        sync_directory(path)
