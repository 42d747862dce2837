"""Template tag for illustrations."""

from django import template
from django.templatetags.static import static

from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS

register = template.Library()


@register.simple_tag
def illustration(folder: str, name: str, other_folder: str = "", other_name: str = "") -> str:
    """`{% illustration "topics" topic.slug "kinds" "topic" as picture %}`: the URL of the first existing one of these, or empty."""
    candidates = (f"{folder}/{name}", f"{other_folder}/{other_name}")
    return next((static(f"img/{drawn}.svg") for drawn in candidates if drawn in AVAILABLE_ILLUSTRATIONS), "")
