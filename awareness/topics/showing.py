"""How a view shows a publication: what everybody sees, a preview for whoever was given its address, or the way to where it is now."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.utils.crypto import constant_time_compare

from awareness.topics.publication import Publication, PublicationState
from awareness.topics.selectors import present_slug
from clicksafely.common.cacheable import changes_at

# The query parameter with a record's preview key. A page with one is never stored: `public_page` names its parameters.
PREVIEW = "preview"


def is_preview(request: HttpRequest, record: Publication) -> bool:
    """Whether the address holds the key of this record."""
    given = request.GET.get(PREVIEW, "")
    return bool(given) and constant_time_compare(given, record.preview_key)


def check_shown(request: HttpRequest, record: Publication | None, now: datetime) -> None:
    """Raises Http404 where the visitor may not see the record. The page holds until it is withdrawn at most."""
    if record is None:
        raise Http404
    if is_preview(request, record):
        return
    if record.state_at(now) != PublicationState.PUBLISHED:
        raise Http404
    changes_at(request, record.withdrawn_at)


def led_on(request: HttpRequest, model: type[Publication], slug: str) -> HttpResponsePermanentRedirect | None:
    """To the page that had the address with `slug` before; None where there is none."""
    present = present_slug(model, slug)
    if present is None:
        return None
    path = request.path.removesuffix(f"{slug}/")
    return HttpResponsePermanentRedirect(f"{path}{present}/")
