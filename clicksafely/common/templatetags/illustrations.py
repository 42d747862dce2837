"""Template tag for illustrations: `static/img/<folder>/<name>.svg`."""

from pathlib import Path
from typing import Final

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()

FOLDERS: Final = ("topics", "games", "stories", "cards", "finds", "kinds", "scenes")
_IMAGES: Final = Path(settings.BASE_DIR, "static", "img")
# The illustrations do not change while a process runs; records of editors have other slugs.
AVAILABLE_ILLUSTRATIONS: Final = frozenset(
    f"{folder}/{path.stem}" for folder in FOLDERS for path in (_IMAGES / folder).glob("*.svg")
)


@register.simple_tag
def illustration(folder: str, name: str, other_folder: str = "", other_name: str = "") -> str:
    """`{% illustration "topics" topic.slug "kinds" "topic" as picture %}`: the URL of the first existing one of these, or empty."""
    wanted = (f"{folder}/{name}", f"{other_folder}/{other_name}")
    return next((static(f"img/{drawn}.svg") for drawn in wanted if drawn in AVAILABLE_ILLUSTRATIONS), "")
