"""Template filters for titles of Serbian sources."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from clicksafely.common.serbian import scripts

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def source_title(title: str) -> str:
    """`{{ source.title|source_title }}`: the title of a source, or a pseudonym, in the script of the page's readers."""
    return scripts.source_title(title, get_language() or "")


@register.filter(is_safe=True)
@stringfilter
def source_lang(title: str) -> str:
    """`<cite{{ title|source_lang }}>`: the attribute `lang` if `source_title` shows a Serbian title on a page in English."""
    shown = source_title(title)
    return mark_safe(' lang="sr-Latn"') if get_language() == scripts.ENGLISH_LANGUAGE and shown != title else ""
