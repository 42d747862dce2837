"""Where the library keeps its files: nothing under these folders is served but by the views that look whether it may be."""

from pathlib import Path

from django.conf import settings


def files_folder() -> Path:
    """The files of resources and their previews."""
    return Path(settings.MEDIA_ROOT) / "library"


def preview_of(path: Path) -> Path:
    """Where a picture of the first page of a file lies, if there is one."""
    return path.with_suffix(".webp")


def covers_folder() -> Path:
    """The small pictures of the list. They can be made again at any time."""
    return Path(settings.MEDIA_ROOT) / "library-covers"


def bundles_folder() -> Path:
    """Zips that were asked for. They can be made again at any time."""
    return Path(settings.MEDIA_ROOT) / "library-bundles"
