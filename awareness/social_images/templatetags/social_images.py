"""Template tag for the Open Graph picture of a page."""

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.pages.static_pages import page_title
from awareness.social_images.signed_paths import picture_path
from clicksafely.common.i18n.language import ENGLISH, SERBIAN
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.serbian.scripts import to_script

register = template.Library()


@register.simple_tag(takes_context=True)
def shared_picture(context: Context) -> str:
    """`{% shared_picture %}`: absolute URL of the drawing of a title.

    The title is `picture_title` from the view, the title of a fixed or static page, or the site's slogan. If the
    process does not serve drawings, it is the URL of the logo.
    """
    request, code = context.get("request"), get_language()
    name = getattr(getattr(request, "resolver_match", None), "url_name", None) or ""
    title = context.get("picture_title")
    # "quiz" and "quiz-result" share an illustration. Klik appears only for the home page, never with the hotline or help pages.
    kind = name.partition("-")[0] if title else "klik" if name == "home" else ""
    if name != "home":
        title = title or getattr(context.get("fixed_page"), "title", "")
    title = title or page_title(name, ENGLISH if code == ENGLISH else SERBIAN)
    title = title or _("A smart click is worth more than a hundred passwords.")
    path = picture_path(to_script(str(title), code), to_script(_("Click Safely"), code), kind)
    return build_absolute_url(request, path or static("img/icon-512.png"))
