"""Views of the sitemap, robots.txt and security.txt."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from awareness.search.selectors import next_change
from awareness.seo.sitemap import SITEMAPS
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES
from clicksafely.common.page_cache.decorators import expire_page_at, public_page
from clicksafely.common.page_metadata import build_absolute_url

HOUR = 3600
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# Pages of one person, without indexable content.
CLOSED = ("/admin/", "/api/")
CLOSED_IN_A_LANGUAGE = ("report/sent/", "report/status/", "report/case/", "report/leave/", "hotline/complaint/", "search/",
    "class/", "bookings/")  # fmt: skip
MONTHS_VALID = 6


@read_only
@public_page(max_age=HOUR, params=("p",))
def sitemap(request: HttpRequest, section: str | None = None) -> HttpResponse:
    """One page `p` of a section, or all sections in one file. If they need several files, the index of the files."""
    expire_page_at(request, next_change(timezone.now()))
    if section is None and any(kind().paginator.num_pages > 1 for kind in SITEMAPS.values()):
        return _sitemap_index(request)
    return sitemaps.sitemap(request, SITEMAPS, section=section, content_type=XML)


def _sitemap_index(request: HttpRequest) -> HttpResponse:
    # Django's own index ignores SITE_URL.
    paths = [
        f"{reverse('sitemap-section', args=[section])}?p={page}"
        for section, kind in SITEMAPS.items()
        for page in kind().paginator.page_range
    ]
    files = [{"location": build_absolute_url(request, path)} for path in paths]
    return TemplateResponse(request, "sitemap_index.xml", {"sitemaps": files}, content_type=XML)


@read_only
@public_page(max_age=HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt (RFC 9309)."""
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
    """security.txt (RFC 9116), generated on request, so its expiry date stays in the future."""
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
    """Return the first day of a month, six months ahead, so that the file changes once a month."""
    months = now.month - 1 + MONTHS_VALID
    return datetime(now.year + months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _as_uri(contact: str) -> str:
    return contact if ":" in contact else f"mailto:{contact}"
