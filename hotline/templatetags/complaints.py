"""Template tag for open complaints."""

from datetime import datetime
from typing import Any

from django import template

from hotline.complaints import selectors

register = template.Library()


@register.inclusion_tag("staff/hotline/complaints/_open_complaints.html")
def complaints(now: datetime) -> dict[str, Any]:
    """Show the number of open and overdue complaints, for supervisors."""
    waiting = selectors.unclosed_complaints().order_by()[: selectors.COUNT_CAP].count()
    late = selectors.overdue(now).order_by()[: selectors.COUNT_CAP].count() if waiting else 0
    return {"open": waiting, "late": late}
