"""The small pictures of the list: the first page of a resource's first file that has one, made when the file comes."""

from collections.abc import Collection
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from awareness.library.models import Resource, ResourceFile
from awareness.library.paths import covers_folder
from clicksafely.common.files.image_uploads import DECODE_ERRORS
from clicksafely.common.files.storage import media_storage

# In pixels: twice as many as the list shows, for sharp screens. Tall pages are cut at the bottom, where the list cuts them too.
WIDTH: Final = 240
HEIGHT: Final = 340


def cover_path(file: ResourceFile) -> Path:
    """Where the small picture of a file lies, once it is made."""
    return covers_folder() / f"{file.uuid}.webp"


def make_cover(file: ResourceFile) -> bool:
    """Make the small picture of a file; says whether there is one now. Nothing depends on it: the list shows a drawing where it fails."""
    path, half = cover_path(file), covers_folder() / f"{file.uuid}.part"
    try:
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        with Image.open(BytesIO(media_storage().read(file.preview_path)), formats=["WEBP"]) as page:
            whole = page.convert("RGB")
            small = whole.resize((WIDTH, max(1, round(whole.height * WIDTH / whole.width))), Image.Resampling.LANCZOS)
            small.crop((0, 0, WIDTH, min(small.height, HEIGHT))).save(half, "WEBP", quality=76, method=6)
        media_storage().keep(path, written=half)
    except DECODE_ERRORS:
        half.unlink(missing_ok=True)
        return False
    return True


def discard_cover(file: ResourceFile) -> None:
    """Erase the small picture of a file."""
    with suppress(OSError):
        media_storage().erase(cover_path(file))


def make_missing_covers(*, most: int = 500) -> int:
    """For files that came before there were covers, or whose cover was lost: at most so many; returns how many were made."""
    made = {found.path for found in media_storage().below(covers_folder())}
    lacking = [file for file in ResourceFile.objects.filter(has_preview=True) if cover_path(file) not in made]
    return sum(make_cover(file) for file in lacking[:most])


def covers_of(resources: Collection[Resource]) -> dict[int, ResourceFile]:
    """The file whose first page stands for each resource, by the key of the resource; none where no file has a picture. One query."""
    pictured = ResourceFile.present.filter(resource__in=resources, has_preview=True)
    first = pictured.order_by("resource_id", "order", "id").distinct("resource_id").only("id", "resource_id", "uuid")
    return {file.resource_id: file for file in first}
