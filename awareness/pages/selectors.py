"""Reads of the editorial pages."""

from itertools import groupby

from awareness.pages.models import ContactPoint, ContactUnit, Partner, PartnerRole
from clicksafely.common.page_cache.list_cache import CachedList


def consortium() -> list[Partner]:
    """Who carries the project out, in order."""
    return list(Partner.objects.filter(role=PartnerRole.CONSORTIUM))


cached_consortium = CachedList(consortium)


def partners_by_role() -> list[tuple[PartnerRole, list[Partner]]]:
    """All partners, grouped in the order the roles are declared; a role nobody has is left out."""
    by_role: dict[str, list[Partner]] = {}
    for partner in Partner.objects.all():
        by_role.setdefault(partner.role, []).append(partner)
    return [(role, by_role[role]) for role in PartnerRole if role in by_role]


cached_partners_by_role = CachedList(partners_by_role)


def contacts_by_unit() -> list[tuple[ContactUnit, list[ContactPoint]]]:
    """Shown contact points, grouped in the order the parts of the Centre are declared."""
    doors = list(ContactUnit)
    points = sorted(ContactPoint.objects.filter(active=True), key=lambda point: doors.index(ContactUnit(point.door)))
    return [(ContactUnit(door), list(group)) for door, group in groupby(points, key=lambda point: point.door)]
