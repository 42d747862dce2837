"""Cover thumbnails of resources, created on upload from the first page of a file."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from awareness.library.models import Resource, ResourceFile
from awareness.library.paths import covers_folder
from clicksafely.common.files.image_uploads import ImageRefused, as_reencoded, render_checked
from clicksafely.common.files.renditions import Rendition
from clicksafely.common.files.storage import media_storage

# Pixels, twice the displayed size for high-density screens. Tall pages are cropped at the bottom, as in the list.
WIDTH: Final = 240
HEIGHT: Final = 340


def cover_path(file: ResourceFile) -> Path:
    """Return the path for the thumbnail of a file."""
    return covers_folder() / f"{file.uuid}.webp"


def make_cover(file: ResourceFile) -> bool:
    """Create the thumbnail of a file. Return False if it fails; the list then shows the preview or a drawing."""
    path, half = cover_path(file), covers_folder() / f"{file.uuid}.part"
    try:
        data = media_storage().read(file.preview_path)
        page = as_reencoded(data)
        lower = min(page.height, page.width * HEIGHT / WIDTH)
        size = (WIDTH, max(1, round(lower * WIDTH / page.width)))
        (cover,) = render_checked(data, "image/webp", Rendition(*size, "WEBP", 76, box=(0, 0, page.width, lower)))
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        half.write_bytes(cover.data)
        media_storage().keep(path, written=half)
    except (ImageRefused, OSError):
        half.unlink(missing_ok=True)
        return False
    return True


def discard_cover(file: ResourceFile) -> None:
    """Erase the thumbnail of a file."""
    with suppress(OSError):
        media_storage().erase(cover_path(file))


def make_missing_covers(*, most: int = 500) -> int:
    """Create missing thumbnails of at most `most` files. Return the number created."""
    existing_paths = {found.path for found in media_storage().below(covers_folder())}
    lacking = [file for file in ResourceFile.objects.filter(has_preview=True) if cover_path(file) not in existing_paths]
    return sum(make_cover(file) for file in lacking[:most])


def covers_of(resources: Collection[Resource]) -> dict[int, ResourceFile]:
    """Return the cover file of each resource by its primary key; resources without a preview are absent. One query."""
    pictured = ResourceFile.present.filter(resource__in=resources, has_preview=True)
    first = pictured.order_by("resource_id", "order", "id").distinct("resource_id").only("id", "resource_id", "uuid")
    return {file.resource_id: file for file in first}
