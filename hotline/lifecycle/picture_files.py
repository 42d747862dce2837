"""The sealed files of pictures: the one place that opens them, and that erases them. Whether somebody may is for its callers to say."""

from contextlib import suppress

from clicksafely.common.crypto import sealing
from clicksafely.common.files.atomic_files import sync_directory
from clicksafely.common.files.storage import media_storage
from hotline.models import Upload
from hotline.models.sealed_content import sealed_path


def open_picture(upload: Upload) -> bytes:
    """The picture in clear, for one answer or one package. Raises SealError, FileNotFoundError, Unreachable."""
    sealed = media_storage().read(sealed_path(upload.uuid))
    return sealing.open_sealed(sealed, ring="hotline", table="hotline_upload", field="image", row=upload.uuid)


def erase_picture(upload: Upload) -> None:
    """Erase the sealed file, also one that a re-sealing left unfinished; off the disk when it returns. Nothing to erase is fine.

    `upload` is locked by the caller: re-sealing waits for it, and then finds nothing.
    """
    path = sealed_path(upload.uuid)
    media_storage().erase(path)
    path.with_name(f"{path.name}.new").unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        sync_directory(path)
