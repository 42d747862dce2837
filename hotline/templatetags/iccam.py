"""What the desk says of ICCAM."""

from datetime import datetime
from typing import Any

from django import template

from hotline.referral.iccam import selectors
from hotline.review.case import CasePage
from hotline.review.selectors import is_supervisor, sees_assessments

register = template.Library()


@register.inclusion_tag("hotline/desk/iccam.html")
def iccam_of(page: CasePage) -> dict[str, Any]:
    """What ICCAM has of the shown item, and what a partner said of it; not to whoever must not know of an opinion yet."""
    item = page.item
    return {
        "report": page.report,
        "known": selectors.known_of(item) if item and sees_assessments(item, page.user) else [],
        "is_supervisor": is_supervisor(page.user),
        "now": page.now,
    }


@register.inclusion_tag("hotline/desk/iccam_notice.html")
def iccam_notice(now: datetime, supervisor: bool) -> dict[str, Any]:
    """For supervisors: that the exchange stands still, and what partners were not told."""
    return {
        "trouble": selectors.trouble(now) if supervisor else None,
        "given_up": list(selectors.given_up()[:20]) if supervisor else [],
    }
