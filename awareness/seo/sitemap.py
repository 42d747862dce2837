"""The map of the site (sitemaps.org, with the alternates of a page in other languages and scripts)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

from awareness.pages.static_pages import PAGE
from awareness.search.models import SearchEntry
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.templatetags.page_metadata import build_absolute_url

# Pages of one file: three languages each, with their alternates two megabytes, which the page cache still keeps.
PART = 700
# What is no page of its own to a search engine, and one that is although it may not be kept.
LEFT_OUT = frozenset({"resources-count"})
ALSO = ("report",)

_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_OPEN_INDEX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)


@dataclass(frozen=True)
class SitemapEntry:
    """A page by its path in every language that it is written in, and when it changed."""

    paths: dict[str, str]
    changed_at: datetime | None = None


def page_names() -> list[str]:
    """The public pages that take no argument, in the order of their addresses: whatever any app declares with `public_page`."""
    declared = [
        pattern.name
        for pattern in _under_a_language()
        if pattern.name
        and not pattern.pattern.converters
        and str(pattern.pattern).endswith("/") | (str(pattern.pattern) == "")
        and getattr(pattern.callback, "is_public_page", False)
    ]
    return [name for name in dict.fromkeys((*declared, *ALSO)) if name not in LEFT_OUT]


def _under_a_language() -> Iterator[URLPattern]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and isinstance(resolver.pattern, LocalePrefixPattern):
            yield from _leaves(resolver)


def _leaves(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif str(pattern.pattern) == "":
            yield from _leaves(pattern)


def mapped_pages() -> list[SitemapEntry]:
    """The pages by name, in every language."""
    found = (_paths(name, {}, LANGUAGES) for name in page_names())
    return [SitemapEntry(paths) for paths in found if paths]


def _records(now: datetime) -> "QuerySet[Any, Any]":
    return (
        SearchEntry.objects.filter(Q(published_at__lte=now), Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))
        .exclude(kind=PAGE)
        .values("kind", "object_id", "url_name", "url_kwargs")
        .annotate(languages=ArrayAgg("language"), changed=Max("changed_at"))
        .order_by("kind", "object_id")
    )


def count_records(now: datetime) -> int:
    """Records that everybody sees at `now`; one query."""
    return _records(now).count()


def mapped_records(now: datetime, start: int, end: int) -> Iterator[SitemapEntry]:
    """Those from `start` up to `end`; one query. A record that is not written in a language has no page in it."""
    for row in _records(now)[start:end]:
        codes = [code for code in LANGUAGES if (ENGLISH if code == ENGLISH else SERBIAN) in row["languages"]]
        paths = _paths(row["url_name"], row["url_kwargs"], codes)
        if paths:
            yield SitemapEntry(paths, row["changed"])


def _paths(name: str, kwargs: dict[str, str], codes: Iterable[str]) -> dict[str, str]:
    paths = {}
    for code in codes:
        with translation.override(code):
            try:
                paths[code] = reverse(name, kwargs=kwargs or None)
            except NoReverseMatch:
                return {}
    return paths


def as_urlset(request: HttpRequest, mapped: Iterable[SitemapEntry]) -> str:
    """The file of these pages."""
    return _OPEN + "".join(_url(request, page) for page in mapped) + "</urlset>\n"


def as_index(request: HttpRequest, paths: Sequence[str]) -> str:
    """The file that lists files."""
    files = "".join(f"<sitemap><loc>{escape(build_absolute_url(request, path))}</loc></sitemap>\n" for path in paths)
    return f"{_OPEN_INDEX}{files}</sitemapindex>\n"


def _url(request: HttpRequest, page: SitemapEntry) -> str:
    addresses = {code: build_absolute_url(request, path) for code, path in page.paths.items()}
    default = addresses.get(SERBIAN) or next(iter(addresses.values()))
    links = [(LANGUAGES[code].tag, address) for code, address in addresses.items()] + [("x-default", default)]
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(address)}/>\n' for tag, address in links
    )
    changed = f"<lastmod>{page.changed_at.isoformat(timespec='seconds')}</lastmod>\n" if page.changed_at else ""
    return "".join(
        f"<url><loc>{escape(address)}</loc>\n{changed}{alternates}</url>\n" for address in addresses.values()
    )
