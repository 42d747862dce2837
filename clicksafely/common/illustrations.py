"""The illustrations of the site: `static/img/<folder>/<name>.svg`."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders

FOLDERS: Final = ("topics", "games", "stories", "cards", "finds", "kinds", "scenes", "kits", "news")
_IMAGES: Final = Path(settings.BASE_DIR, "static", "img")
# The illustrations do not change while a process runs; records of editors have other slugs.
AVAILABLE_ILLUSTRATIONS: Final = frozenset(
    f"{folder}/{path.stem}" for folder in FOLDERS for path in (_IMAGES / folder).glob("*.svg")
)


def illustration_of_prefix(folder: str, slug: str) -> str:
    """Return the name of the illustration in `folder` with which `slug` begins, before a hyphen; empty if there is none."""
    names = (name.removeprefix(f"{folder}/") for name in AVAILABLE_ILLUSTRATIONS if name.startswith(f"{folder}/"))
    return next((name for name in names if slug.startswith(f"{name}-")), "")


def picture_svg(name: str) -> str:
    """Return the SVG of a static file. Raises FileNotFoundError."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")
