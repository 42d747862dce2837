"""Validity of consents. Pure, except for the equivalent query."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from youthpanel.ages import SELF_CONSENT_AGE, age_on, birthday_of_age
from youthpanel.models import Consent, ConsentGiver, ConsentScope, Member

GRACE: Final = timedelta(days=60)
# These consents end with the membership. Consents to photographs and quotations are permanent until withdrawn.
OF_MEMBERS_ONLY: Final = (ConsentScope.MEMBERSHIP, ConsentScope.ONLINE, ConsentScope.TRAVEL)


def required_giver(day: date, *, year: int, month: int) -> ConsentGiver:
    """Return the required giver of a consent on `day` for a person born in that month."""
    return ConsentGiver.MEMBER if age_on(day, year=year, month=month) >= SELF_CONSENT_AGE else ConsentGiver.GUARDIAN


def consent_end(consent: Consent, *, year: int, month: int) -> date:
    """Return the first day on which a consent is no longer valid, unless withdrawn earlier.

    `year` and `month` are those of the member's birth. From 15, a person consents to information society services
    alone (Law on Personal Data Protection of Serbia, 2018, article 16). A guardian's consent to online participation
    therefore ends `GRACE` after the member turned 15. The member may give a new consent by then.
    """
    if consent.giver == ConsentGiver.GUARDIAN and consent.scope == ConsentScope.ONLINE:
        return min(consent.expires_on, birthday_of_age(SELF_CONSENT_AGE, year=year, month=month) + GRACE)
    return consent.expires_on


def is_consent_valid(consent: Consent, member: Member, on: date) -> bool:
    """Return whether this consent of `member` is valid on that day.

    It is valid if it is given by the required giver, not expired and not withdrawn.
    """
    born = {"year": member.birth_year, "month": member.birth_month}
    if member.erased_at or (member.left_on and on >= member.left_on and consent.scope in OF_MEMBERS_ONLY):
        return False
    if consent.withdrawn_on and on >= consent.withdrawn_on:
        return False
    if consent.giver == ConsentGiver.MEMBER and required_giver(on, **born) != ConsentGiver.MEMBER:
        return False
    return consent.given_on <= on < consent_end(consent, **born)


def members_with_consent(members: QuerySet[Member], scope: ConsentScope | str, on: date) -> QuerySet[Member]:
    """Return the `members` with a consent for which `is_consent_valid` is true, as a database query for lists."""
    consents = Consent.objects.filter(member=OuterRef("pk"), scope=scope, given_on__lte=on, expires_on__gt=on)
    by_giver = Q(giver=ConsentGiver.GUARDIAN)
    if scope == ConsentScope.ONLINE:
        by_giver &= Q(month__gte=_earliest_month(on - GRACE + timedelta(days=1)))
    by_giver |= Q(giver=ConsentGiver.MEMBER, month__lte=on.year * 12 + on.month)
    # The month (years * 12 + months) whose first day is the member's 15th birthday by `birthday_of_age`.
    consents = consents.alias(month=F("member__birth_year") * 12 + F("member__birth_month") + SELF_CONSENT_AGE * 12 + 1)
    consents = consents.filter(by_giver).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))
    if scope in OF_MEMBERS_ONLY:
        members = members.filter(Q(left_on=None) | Q(left_on__gt=on))
    return members.filter(Exists(consents), erased_at=None)


def _earliest_month(day: date) -> int:
    """Return the first month (years * 12 + months) that begins on `day` or later."""
    return day.year * 12 + day.month + (day.day > 1)
