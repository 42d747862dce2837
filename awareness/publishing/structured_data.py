"""Shared parts of schema.org JSON-LD for publications."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.publishing.models import Publication
from awareness.publishing.shortcuts import is_serbian_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_metadata import build_absolute_url

CONTEXT = {"@context": "https://schema.org"}


def record_data(request: HttpRequest, record: Publication, kind: str | Sequence[str], here: str) -> dict[str, Any]:
    """Return the properties that all records share, in the language of the page. `here` is the absolute URL of the page."""
    return {
        "@type": kind,
        "@id": here,
        "url": here,
        "name": record.title,  # type: ignore[attr-defined]
        "description": record.summary,  # type: ignore[attr-defined]
        "inLanguage": language_tag(record),
        "datePublished": record.published_at.isoformat() if record.published_at else "",
        "dateModified": record.changed_at.isoformat(),
        "isAccessibleForFree": True,
        "publisher": centre(request),
    }


def centre(request: HttpRequest) -> dict[str, Any]:
    """Return the Centre as an `Organization`."""
    return {"@type": "Organization", "name": _("Click Safely"), "url": build_absolute_url(request, reverse("home"))}


def language_tag(record: Publication) -> str:
    """Return the BCP 47 tag of the language in which the page shows a record."""
    return LANGUAGES[SERBIAN if is_serbian_only(record) else get_language() or SERBIAN].tag


def breadcrumbs(
    request: HttpRequest, list_title: str, list_path: str, record: Publication, here: str
) -> dict[str, Any]:
    """Return the `BreadcrumbList` from the home page through a list to the record."""
    steps = [
        (_("Home"), build_absolute_url(request, reverse("home"))),
        (list_title, build_absolute_url(request, list_path)),
        (record.title, here),  # type: ignore[attr-defined]
    ]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{here}#way",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that have a value."""
    return {name: value for name, value in data.items() if value not in ("", None, [])}
