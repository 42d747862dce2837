"""Parts of schema.org JSON-LD that the pages of all publications share."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.publishing.models import Publication
from awareness.publishing.shortcuts import is_serbian_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.templatetags.page_metadata import build_absolute_url


def centre(request: HttpRequest) -> dict[str, Any]:
    """The Centre as an `Organization`."""
    return {"@type": "Organization", "name": _("Click Safely"), "url": build_absolute_url(request, reverse("home"))}


def language_tag(record: Publication) -> str:
    """The BCP 47 name of the language in which the page shows a record."""
    return LANGUAGES[SERBIAN if is_serbian_only(record) else get_language() or SERBIAN].tag
