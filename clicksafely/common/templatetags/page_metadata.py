"""Template tags for page metadata: absolute URLs and the organisation as JSON-LD."""

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clicksafely.common.page_metadata import build_absolute_url, json_ld

register = template.Library()


@register.simple_tag(takes_context=True)
def absolute_url(context: Context, url: str) -> str:
    """Return a path of this site as an absolute URL: at `SITE_URL` if set, otherwise at the request's host."""
    return build_absolute_url(context.get("request"), url)


@register.simple_tag(takes_context=True)
def organization_data(context: Context) -> SafeString:
    """Return the schema.org `Organization` block of the Centre, escaped for a script element."""
    request = context.get("request")
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": _("Click Safely"),
        "description": _("Safer Internet Centre of Serbia"),
        "url": build_absolute_url(request, reverse("home")),
        "logo": build_absolute_url(request, static("img/icon-512.png")),
        "foundingDate": "2013-01",
        "areaServed": "RS",
        "memberOf": {"@type": "Organization", "name": "INHOPE"},
    }
    return json_ld(data)
