"""Template tags for police packages."""

from datetime import datetime
from typing import Any

from django import template

from hotline.referral.police.selectors import police_alerts

register = template.Library()


@register.inclusion_tag("staff/hotline/police/notices.html", name="police_notices")
def notices_of(now: datetime, may_hand_over: bool) -> dict[str, Any]:
    """Show packages to hand over or to correct, for users with the permission HAND_OVER_PACKAGE."""
    return {"notices": police_alerts(now) if may_hand_over else None}


@register.filter
def has_expired(recipient: Any, now: datetime) -> bool:
    """Return whether the recipient's certificate has expired."""
    return bool(recipient.has_expired(now))
