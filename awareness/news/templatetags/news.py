"""Pictures of articles in lists."""

from django import template

from awareness.news.blocks import card_path
from awareness.news.models import ArticleBlock

register = template.Library()


@register.simple_tag
def card_picture(block: ArticleBlock) -> str:
    """`{% card_picture block %}`: the address of a picture block cropped for a card."""
    return card_path(block)
