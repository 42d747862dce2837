"""The files that machines ask for by their well-known addresses."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from awareness.search.selectors import next_change
from awareness.seo import sitemap as site_map
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES
from clicksafely.common.page_cache.decorators import expire_page_at, public_page
from clicksafely.common.templatetags.page_metadata import build_absolute_url

HOUR = 3600
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# Nobody's visit but the person's own, and nothing to be found in them.
CLOSED = ("/admin/", "/api/")
CLOSED_IN_A_LANGUAGE = ("report/sent/", "report/status/", "report/case/", "report/leave/", "hotline/complaint/", "search/", "class/", "bookings/")  # fmt: skip
MONTHS_VALID = 6


@read_only
@public_page(max_age=HOUR)
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages in one file, or where they are too many, the list of their files."""
    now = timezone.now()
    expire_page_at(request, next_change(now))
    records = site_map.count_records(now)
    if records <= site_map.PART:
        mapped = [*site_map.mapped_pages(), *site_map.mapped_records(now, 0, records)]
        return HttpResponse(site_map.as_urlset(request, mapped), content_type=XML)
    parts = range(-(-records // site_map.PART) + 1)
    paths = [reverse("sitemap-part", kwargs={"part": part}) for part in parts]
    return HttpResponse(site_map.as_index(request, paths), content_type=XML)


@read_only
@public_page(max_age=HOUR)
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """One of the files: the first has the pages, the others records."""
    now = timezone.now()
    expire_page_at(request, next_change(now))
    if part == 0:
        mapped = site_map.mapped_pages()
    else:
        start = (part - 1) * site_map.PART
        mapped = list(site_map.mapped_records(now, start, start + site_map.PART)) if part <= 10_000 else []
    if not mapped:
        raise Http404
    return HttpResponse(site_map.as_urlset(request, mapped), content_type=XML)


@read_only
@public_page(max_age=HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone (RFC 9309)."""
    closed = [*CLOSED, *(f"/{code}/{path}" for code in LANGUAGES for path in CLOSED_IN_A_LANGUAGE)]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {build_absolute_url(request, reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


@read_only
@public_page(max_age=HOUR)
def security(request: HttpRequest) -> HttpResponse:
    """Where a weakness is reported (RFC 9116). The running portal makes it, so it is as valid as the portal is alive."""
    with translation.override(ENGLISH):
        page = build_absolute_url(request, reverse("contact"))
    contacts = [_as_uri(contact) for contact in settings.SECURITY_CONTACT] or [page]
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {expiry(timezone.now()).isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: sr, en",
        f"Canonical: {build_absolute_url(request, reverse('security-txt'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)


def expiry(now: datetime) -> datetime:
    """The first of a month, half a year on: the file is the same all month."""
    months = now.month - 1 + MONTHS_VALID
    return datetime(now.year + months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _as_uri(contact: str) -> str:
    return contact if ":" in contact else f"mailto:{contact}"
