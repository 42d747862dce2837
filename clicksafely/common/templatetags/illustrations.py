"""The drawn pictures of the site by what they stand for: `static/img/<folder>/<name>.svg`."""

from pathlib import Path
from typing import Final

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()

FOLDERS: Final = ("topics", "games", "kinds", "scenes")
_IMAGES: Final = Path(settings.BASE_DIR, "static", "img")
# What is drawn does not change while a process runs; what editors make has slugs of their own.
AVAILABLE_ILLUSTRATIONS: Final = frozenset(
    f"{folder}/{path.stem}" for folder in FOLDERS for path in (_IMAGES / folder).glob("*.svg")
)


@register.simple_tag
def illustration(folder: str, name: str, other_folder: str = "", other_name: str = "") -> str:
    """`{% illustration "topics" topic.slug "kinds" "topic" as picture %}`: the address of the first of these that is drawn, else empty."""
    wanted = (f"{folder}/{name}", f"{other_folder}/{other_name}")
    return next((static(f"img/{drawn}.svg") for drawn in wanted if drawn in AVAILABLE_ILLUSTRATIONS), "")
