"""Bar charts of shares."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def bar(share: float | None) -> SafeString | str:
    """Return a share (0 to 1) as a bar and in percent, a dash for None. Screen readers get the number only."""
    if share is None:
        return "–"
    percent = round(share * 100)
    drawing = (
        '<svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect '
        'class="share-all" width="100" height="8"/><rect class="share-part" width="{}" height="8"/></svg> {} %'
    )
    return format_html(drawing, percent, percent)
