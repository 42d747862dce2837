"""Template tags of reporting partners."""

from django import template

from hotline.intake.api.webhooks import selectors

register = template.Library()


@register.simple_tag
def stopped_webhooks(may_see: bool) -> int:
    """Return how many webhooks of partners are stopped after errors, 0 for users who may not see it."""
    return selectors.count_stopped() if may_see else 0
