"""Template tags for ICCAM data."""

from datetime import datetime
from typing import Any

from django import template

from clicksafely.common.permissions import has_role_permission
from hotline.permissions import RETRY_ICCAM
from hotline.referral.iccam import selectors
from hotline.review.case_page import CasePage
from hotline.review.selectors import sees_assessments

register = template.Library()


@register.inclusion_tag("staff/hotline/review/_iccam.html")
def iccam_of(page: CasePage) -> dict[str, Any]:
    """Show the ICCAM data of the item and the partner's assessment.

    Hidden from users who must not see the first opinion.
    """
    item = page.item
    return {
        "report": page.report,
        "contents": selectors.known_contents(item) if item and sees_assessments(item, page.user) else [],
        "may_retry": has_role_permission(page.user, RETRY_ICCAM),
        "now": page.now,
        "is_folded": page.round is not None,
    }


@register.inclusion_tag("staff/hotline/review/_iccam_notice.html")
def iccam_notice(now: datetime, may_retry: bool) -> dict[str, Any]:
    """Show problems of the ICCAM exchange and failed reports, for users with the permission RETRY_ICCAM."""
    return {
        "trouble": selectors.sync_trouble(now) if may_retry else None,
        "given_up": list(selectors.failed_contents()[:20]) if may_retry else [],
    }
