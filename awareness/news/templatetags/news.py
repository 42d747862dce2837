"""Pictures of articles in lists."""

from django import template

from awareness.news.blocks import card_path
from awareness.news.models import ArticleBlock

register = template.Library()


@register.simple_tag
def card_picture(block: ArticleBlock) -> str:
    """`{% card_picture block %}`: URL of the card crop of a picture block."""
    return card_path(block)
