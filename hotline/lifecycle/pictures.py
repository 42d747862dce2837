"""The sealed files of pictures: the one place that opens them, and that erases them. Whether somebody may is for its callers to say."""

import os

from clicksafely.common import sealing
from hotline.models import Upload
from hotline.models.sealed import sealed_path


def open_picture(upload: Upload) -> bytes:
    """The picture in clear, for one answer or one package. Raises SealError, FileNotFoundError."""
    sealed = sealed_path(upload.uuid).read_bytes()
    return sealing.open_sealed(sealed, ring="hotline", table="hotline_upload", field="image", row=upload.uuid)


def erase_picture(upload: Upload) -> None:
    """Erase the sealed file, also one that a re-sealing left unfinished; off the disk when it returns. Nothing to erase is fine.

    `upload` is locked by the caller: re-sealing waits for it, and then finds nothing.
    """
    path = sealed_path(upload.uuid)
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.new").unlink(missing_ok=True)
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
