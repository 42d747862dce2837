"""Disclosure of referrals to reporters: never those to the police, and none during a police hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from hotline.availability.selectors import hours_to_removal
from hotline.lifecycle.review_dates import FollowedItem
from hotline.models import PoliceHold, Referral, ReferralState, Report, Route
from hotline.models.referral import OPEN

# The routes that are disclosed.
DISCLOSED_ROUTES = (Route.ICCAM, Route.HOST)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class PoliceDisclosure:
    """Disclosure limits: police `holds` on the content, and whether referrals may be disclosed at all."""

    holds: Sequence[PoliceHold]
    may_disclose_referrals: bool

    def told_at(self, at: datetime) -> datetime | None:
        """Return when an event at `at` may be disclosed: not before the end of a hold, None if the hold is active."""
        for hold in self.holds:
            if hold.placed_at <= at:
                if hold.ended_at is None:
                    return None
                at = max(at, hold.ended_at)
        return at


def police_disclosure_for(report: Report) -> PoliceDisclosure:
    """Return the disclosure limits. Referrals stay undisclosed if the police have content without an ended hold."""
    items = set(report.items.values_list("pk", flat=True))
    holds = list(PoliceHold.objects.filter(item__in=items).order_by("placed_at"))
    with_police = Referral.objects.filter(
        Q(item__in=items) | Q(report=report), route=Route.POLICE, state__in=[*OPEN, ReferralState.SENT]
    )
    ended = {hold.item_id for hold in holds if hold.ended_at}
    # Pictures of a report stay with the police for good.
    quiet = any(
        is_for_pictures or item not in ended
        for item, is_for_pictures in with_police.values_list("item", "is_for_pictures")
    )
    return PoliceDisclosure(holds, may_disclose_referrals=not quiet)


def disclosed_referrals(
    report: Report, discretion: PoliceDisclosure, followed: Sequence[FollowedItem]
) -> list[tuple[datetime, Route, str]]:
    """Return (time, route, country) of the first referral per route and country. The country is ISO 3166-1, or "".

    Referrals in another case are disclosed with the date of the `followed` item at the earliest. They are not disclosed
    if the content was gone before this report arrived.
    """
    if not discretion.may_disclose_referrals:
        return []
    no_sooner = {each.item.pk: each.handed_over_at for each in followed if not each.was_gone}
    sent = Referral.objects.filter(
        Q(report=report) | Q(item__in=no_sooner),
        route__in=DISCLOSED_ROUTES,
        state=ReferralState.SENT,
        is_for_pictures=False,
    )
    found: dict[tuple[Route, str], datetime] = {}
    for route, country, item, at in sent.order_by("ended_at", "pk").values_list("route", "country", "item", "ended_at"):
        told = discretion.told_at(max(at, no_sooner.get(item, at))) if at else None
        if told:
            key = (Route(route), country if route == Route.ICCAM else "")
            found[key] = min(told, found.get(key, told))
    return [(at, route, country) for (route, country), at in found.items()]


def disclosed_hours_to_removal(
    report: Report, discretion: PoliceDisclosure, followed: Sequence[FollowedItem], *, removed_at: datetime
) -> int | None:
    """Return the hours from the first disclosed referral to the removal of the last content, or None without such a
    referral.

    For content referred in another case, the hours are between the dates that this report discloses.
    """
    handed = disclosed_referrals(report, discretion, followed)
    if not handed:
        return None
    decided_here = report.items.filter(referrals__report=report).distinct()
    hours = [hours_to_removal(item, routes=DISCLOSED_ROUTES) for item in decided_here]
    if followed:
        hours.append(round((removed_at - min(at for at, _route, _country in handed)) / HOUR))
    return max((each for each in hours if each is not None), default=None)
