"""The illustrations of the site: `static/img/<folder>/<name>.svg`."""

from pathlib import Path
from typing import Final

from django.conf import settings

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
