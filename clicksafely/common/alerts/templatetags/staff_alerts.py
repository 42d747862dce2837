"""Template tags of alerts: the bar on the pages of the staff site."""

from typing import Any

from django import template
from django.template.context import RequestContext

from clicksafely.common.alerts import selectors
from clicksafely.common.alerts.views import alert_lines

register = template.Library()


@register.inclusion_tag("staff/alerts/bar.html", takes_context=True)
def alert_bar(context: RequestContext) -> dict[str, Any]:
    """Render the open alerts that the user may see; nothing for accounts that see no kind of alert."""
    request = context["request"]
    return {
        "shows_alerts": bool(selectors.visible_kinds(request.user)),
        "alerts": alert_lines(request.user),
        "csrf_token": context["csrf_token"],
    }
