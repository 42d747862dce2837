"""Queries of fixed pages, partners and contact points."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest

from awareness.pages.content import seeded_pages
from awareness.pages.models import ContactPoint, ContactUnit, FixedPage, PageSection, Partner, PartnerRole, SectionKind
from clicksafely.common.page_cache.list_cache import CachedList


@dataclass(frozen=True)
class PageText:
    """A fixed page and its sections, in order."""

    page: FixedPage
    sections: Sequence[PageSection]

    @property
    def texts(self) -> list[PageSection]:
        """The sections that are only text."""
        return [section for section in self.sections if section.kind == SectionKind.TEXT]

    @property
    def of_kind(self) -> dict[str, PageSection]:
        """The other sections by their kind, of which a page has one each."""
        return {section.kind: section for section in self.sections if section.kind != SectionKind.TEXT}


def page_texts() -> list[PageText]:
    """Return all fixed pages; two queries."""
    return [PageText(page, list(page.sections.all())) for page in FixedPage.objects.prefetch_related("sections")]


def _seeded_texts() -> list[PageText]:
    return [PageText(page, sections) for page, sections in seeded_pages()]


cached_page_texts = CachedList(page_texts, fallback=_seeded_texts)


def find_page_text(request: HttpRequest, name: str) -> PageText:
    """Return the fixed page with this slug.

    Returns the page of the seed content if it is not loaded, or while the database is down.
    """
    texts_by_slug = {text.page.slug: text for text in cached_page_texts.during(request)}
    return texts_by_slug.get(name) or next(text for text in _seeded_texts() if text.page.slug == name)


def consortium() -> list[Partner]:
    """Members of the consortium, in order."""
    return list(Partner.objects.filter(role=PartnerRole.CONSORTIUM))


cached_consortium = CachedList(consortium)


def partners_by_role() -> list[tuple[PartnerRole, list[Partner]]]:
    """Return all partners, grouped by role in order of declaration; roles without partners are left out."""
    by_role: dict[str, list[Partner]] = {}
    for partner in Partner.objects.all():
        by_role.setdefault(partner.role, []).append(partner)
    return [(role, by_role[role]) for role in PartnerRole if role in by_role]


def contacts_by_unit() -> list[tuple[ContactUnit, list[ContactPoint]]]:
    """Shown contact points, grouped by part of the Centre in order of declaration."""
    units = list(ContactUnit)
    points = sorted(ContactPoint.objects.filter(active=True), key=lambda point: units.index(ContactUnit(point.unit)))
    return [(ContactUnit(unit), list(group)) for unit, group in groupby(points, key=lambda point: point.unit)]
