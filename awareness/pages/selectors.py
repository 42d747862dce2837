"""Queries of partners and contact points."""

from itertools import groupby

from awareness.pages.models import ContactPoint, ContactUnit, Partner, PartnerRole
from clicksafely.common.page_cache.list_cache import CachedList


def consortium() -> list[Partner]:
    """Members of the consortium, in order."""
    return list(Partner.objects.filter(role=PartnerRole.CONSORTIUM))


cached_consortium = CachedList(consortium)


def partners_by_role() -> list[tuple[PartnerRole, list[Partner]]]:
    """All partners, grouped by role in order of declaration; roles without partners are left out."""
    by_role: dict[str, list[Partner]] = {}
    for partner in Partner.objects.all():
        by_role.setdefault(partner.role, []).append(partner)
    return [(role, by_role[role]) for role in PartnerRole if role in by_role]


def contacts_by_unit() -> list[tuple[ContactUnit, list[ContactPoint]]]:
    """Shown contact points, grouped by part of the Centre in order of declaration."""
    units = list(ContactUnit)
    points = sorted(ContactPoint.objects.filter(active=True), key=lambda point: units.index(ContactUnit(point.unit)))
    return [(ContactUnit(unit), list(group)) for unit, group in groupby(points, key=lambda point: point.unit)]
