"""Disclosure of referrals to reporters: never those to the police, and none during a police hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from hotline.availability.selectors import removed_at as removal_of
from hotline.lifecycle.review_dates import FollowedItem
from hotline.models import ContentItem, Report, Route

HOUR = timedelta(hours=1)


class Hold(NamedTuple):
    """A hold of the police on content; `ended_at` is None while it is active."""

    placed_at: datetime
    ended_at: datetime | None


class DisclosableReferral(NamedTuple):
    """A sent referral of the report or of its content to a host or a partner hotline, in any case.

    `is_decided_here`: this report has a referral of the item, of any route.
    """

    item_id: int | None
    is_own: bool
    is_decided_here: bool
    route: str
    country: str
    ended_at: datetime | None


@dataclass(frozen=True)
class PoliceDisclosure:
    """Disclosure limits: police `holds` on the content, and whether referrals may be disclosed at all."""

    holds: Sequence[Hold]
    may_disclose_referrals: bool

    def published_time(self, at: datetime) -> datetime | None:
        """Return when an event at `at` may be disclosed: after the end of every hold. None while a hold is active."""
        for hold in self.holds:
            if hold.placed_at <= at:
                if hold.ended_at is None:
                    return None
                at = max(at, hold.ended_at)
        return at


def police_disclosure_for(report: Report) -> PoliceDisclosure:
    """Return the disclosure limits. Referrals stay undisclosed if the police have content without an ended hold.

    The public site reads neither referrals nor holds. Functions of the database return the facts about one report.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_is_with_police(%s)", [report.pk])
        (is_with_police,) = cursor.fetchone()
        cursor.execute("SELECT placed_at, ended_at FROM hotline_disclosure_holds(%s)", [report.pk])
        holds = [Hold(*row) for row in cursor.fetchall()]
    return PoliceDisclosure(holds, may_disclose_referrals=not is_with_police)


def _sent_referrals(report: Report) -> list[DisclosableReferral]:
    """Return the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id, is_own, is_decided_here, route, country, ended_at FROM hotline_disclosure_referrals(%s)",
            [report.pk],
        )
        return [DisclosableReferral(*row) for row in cursor.fetchall()]


def disclosed_referrals(
    report: Report, discretion: PoliceDisclosure, followed: Sequence[FollowedItem]
) -> list[tuple[datetime, Route, str]]:
    """Return (time, route, country) of the first referral per route and country. The country is ISO 3166-1, or "".

    Referrals in another case are disclosed with the date of the `followed` item at the earliest. They are not disclosed
    if the content was gone before this report arrived.
    """
    if not discretion.may_disclose_referrals:
        return []
    no_sooner = {each.item.pk: each.handed_over_at for each in followed if not each.was_unavailable}
    found: dict[tuple[Route, str], datetime] = {}
    for item, is_own, _decided, route, country, at in _sent_referrals(report):
        if not is_own and item not in no_sooner:
            continue
        published_at = discretion.published_time(max(at, no_sooner.get(item, at) if item else at)) if at else None
        if published_at:
            key = (Route(route), country if route == Route.ICCAM else "")
            found[key] = min(published_at, found.get(key, published_at))
    return [(at, route, country) for (route, country), at in found.items()]


def disclosed_hours_to_removal(
    report: Report, discretion: PoliceDisclosure, followed: Sequence[FollowedItem], *, removed_at: datetime
) -> int | None:
    """Return the hours from the first disclosed referral to the removal of the last content.

    Returns None without such a referral. For content referred in another case, the hours are between the dates that
    this report discloses.
    """
    handed = disclosed_referrals(report, discretion, followed)
    if not handed:
        return None
    first: dict[int, datetime] = {}
    for sent in _sent_referrals(report):
        if sent.item_id and sent.is_decided_here and sent.ended_at:
            first.setdefault(sent.item_id, sent.ended_at)
    gone = {item: removal_of(item) for item in ContentItem.objects.filter(pk__in=first).only("pk")}
    hours = [max(0, round((at - first[item.pk]) / HOUR)) for item, at in gone.items() if at]
    if followed:
        hours.append(round((removed_at - min(at for at, _route, _country in handed)) / HOUR))
    return max(hours, default=None)
