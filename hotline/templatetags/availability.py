"""Template filters for availability checks."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

_HOUR, _DAY = 3600, 24 * 3600


@register.filter
def checked_ago(checked_at: datetime, now: datetime) -> str:
    """Return how long ago the item was checked."""
    seconds = int((now - checked_at).total_seconds())
    if seconds < 60:
        return _("checked just now")
    if seconds < 2 * _HOUR:
        return ngettext("checked %(n)s minute ago", "checked %(n)s minutes ago", seconds // 60) % {"n": seconds // 60}
    if seconds < 2 * _DAY:
        return ngettext("checked %(n)s hour ago", "checked %(n)s hours ago", seconds // _HOUR) % {"n": seconds // _HOUR}
    return ngettext("checked %(n)s day ago", "checked %(n)s days ago", seconds // _DAY) % {"n": seconds // _DAY}


@register.filter
def after_hours(hours: int) -> str:
    """Return how long after the first referral the item was removed."""
    return ngettext("removed after %(n)s h", "removed after %(n)s h", hours) % {"n": hours}
