"""Template tag for the id of a reporter's unfinished form."""

from django import template
from django.template.context import Context

from hotline.intake.web.draft_ids import draft_id_of

register = template.Library()


@register.simple_tag(takes_context=True)
def draft_id(context: Context) -> str:
    """`{% draft_id as draft %}`: the id for the hidden field `draft_id` of the page's forms and its quick exit.

    A page that is rendered for several visitors has a placeholder in its context.
    """
    shown: str = context.get("draft_id") or draft_id_of(context["request"])
    return shown
