"""Sitemaps of the public pages, with alternates in other languages and scripts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Q, QuerySet
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import timezone

from awareness.pages.static_pages import PAGE
from awareness.search.models import SearchEntry
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN

# A public fragment that is not a page, and a page that is not cacheable but belongs in the sitemap.
LEFT_OUT = frozenset({"resources-count"})
ALSO = ("report",)


def page_names() -> list[str]:
    """URL names of public pages without arguments, in URL order: all views declared with `public_page`."""
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


class PublicSitemap(Sitemap):  # type: ignore[type-arg]
    """A sitemap of pages in several languages, with absolute URLs under `SITE_URL` and BCP 47 tags."""

    i18n = True
    alternates = True
    # URLs in one file. With alternates this is one megabyte; the page cache stores up to two.
    limit = 2100

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc or super().get_domain(site)

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme or super().get_protocol(protocol)

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        """Name the languages by their tags, and add the first one as `x-default`. Django's own default has no prefix."""
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            alternates = url["alternates"]
            default = alternates[0]["location"]
            for alternate in alternates:
                alternate["lang_code"] = LANGUAGES[alternate["lang_code"]].tag
            alternates.append({"location": default, "lang_code": "x-default"})
        return urls


class PageSitemap(PublicSitemap):
    """Pages without arguments, in every language."""

    def items(self) -> list[str]:
        return page_names()

    def location(self, item: str) -> str:
        return reverse(item)


class RecordSitemap(PublicSitemap):
    """Records that are public now, each in its written languages; one query."""

    def items(self) -> list[dict[str, Any]]:
        now = timezone.now()
        found = SearchEntry.objects.filter(Q(published_at__lte=now), Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))
        rows: QuerySet[Any, Any] = found.exclude(kind=PAGE).values("kind", "object_id", "url_name", "url_kwargs")
        rows = rows.annotate(languages=ArrayAgg("language"), changed=Max("changed_at"))
        # An entry from an older release may name a page that no longer exists.
        names = get_resolver().reverse_dict
        return [row for row in rows.order_by("kind", "object_id") if row["url_name"] in names]

    def get_languages_for_item(self, item: dict[str, Any]) -> list[str]:
        return [code for code in LANGUAGES if (ENGLISH if code == ENGLISH else SERBIAN) in item["languages"]]

    def location(self, item: dict[str, Any]) -> str:
        return reverse(item["url_name"], kwargs=item["url_kwargs"] or None)

    def lastmod(self, item: dict[str, Any]) -> datetime:
        changed: datetime = item["changed"]
        return changed


SITEMAPS: dict[str, Any] = {"pages": PageSitemap, "records": RecordSitemap}
