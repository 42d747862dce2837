"""Storage folders of the library. Only views that check permissions serve these files."""

from pathlib import Path

from django.conf import settings


def files_folder() -> Path:
    """Return the folder of resource files and their previews."""
    return Path(settings.MEDIA_ROOT) / "library"


def preview_of(path: Path) -> Path:
    """Return the path for the preview image of a file's first page."""
    return path.with_suffix(".webp")


def covers_folder() -> Path:
    """Return the folder of the cover thumbnails, which can be recreated."""
    return Path(settings.MEDIA_ROOT) / "library-covers"


def bundles_folder() -> Path:
    """Return the folder of the zip bundles, which can be recreated."""
    return Path(settings.MEDIA_ROOT) / "library-bundles"
