"""Template tags for the language of a page and links to its other languages."""

from django import template
from django.template.context import Context
from django.utils.translation import get_language

from clicksafely.common.i18n import language

register = template.Library()


@register.simple_tag
def language_tag() -> str:
    """`<html lang="{% language_tag %}">`: the BCP 47 tag of the active language, with its script."""
    return language.LANGUAGES[get_language()].tag


@register.simple_tag(takes_context=True)
def language_links(context: Context, *params: str) -> list[language.LanguageLink]:
    """`{% language_links "q" as links %}`: links to this page in every language with the named query parameters.

    A view names them for the base template in `kept_params`.
    """
    request = context.get("request")
    if request is None:
        return language.language_links("/")
    names = params or context.get("kept_params") or ()
    parameters = [(name, value) for name in names for value in request.GET.getlist(name)]
    return language.language_links(request.path_info, parameters)
