"""The picture that is shown where a page is shared."""

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.gathering.pages import page_title
from awareness.gathering.pictures.addresses import picture_path
from clicksafely.common.language import ENGLISH, SERBIAN
from clicksafely.common.script import in_script
from clicksafely.common.templatetags.page import absolute

register = template.Library()


@register.simple_tag(takes_context=True)
def shared_picture(context: Context) -> str:
    """`{% shared_picture %}`: the full address of a drawing of `picture_title`, which a view gives, or of the title of a page of the Centre;
    else of the picture of the whole site.
    """
    request, code = context.get("request"), get_language()
    name = getattr(getattr(request, "resolver_match", None), "url_name", None) or ""
    title = context.get("picture_title") or page_title(name, ENGLISH if code == ENGLISH else SERBIAN)
    path = picture_path(in_script(str(title), code), in_script(_("Click Safely"), code)) if title else ""
    return absolute(request, path or static("img/og.png"))
