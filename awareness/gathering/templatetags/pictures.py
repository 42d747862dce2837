"""The picture that is shown where a page is shared."""

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.gathering.pages import PAGES
from awareness.gathering.pictures.addresses import picture_path
from clicksafely.common.script import in_script
from clicksafely.common.templatetags.page import absolute

register = template.Library()

_TITLES = {facts.name: {"sr": facts.sr[0], "en": facts.en[0]} for facts in PAGES}


@register.simple_tag(takes_context=True)
def shared_picture(context: Context) -> str:
    """`{% shared_picture %}`: the full address of a drawing of `picture_title`, which a view gives, or of the title of a page of the Centre;
    else of the picture of the whole site.
    """
    request, code = context.get("request"), get_language()
    name = getattr(getattr(request, "resolver_match", None), "url_name", None) or ""
    title = context.get("picture_title") or _TITLES.get(name, {}).get("en" if code == "en" else "sr")
    path = picture_path(in_script(str(title), code), in_script(_("Click Safely"), code)) if title else ""
    return absolute(request, path or static("img/og.png"))
