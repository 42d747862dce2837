"""What coordinators see before they make codes: who may get one, who has one, who used one."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy

from youthpanel.ages import OWN_CONSENT, turns
from youthpanel.members.consent_validity import ends_on
from youthpanel.members.selectors import active_members, holds
from youthpanel.models import Cohort, Giver, InvitationCode, Member, MemberSession, Scope


class Obstacle(TextChoices):
    """Why somebody gets no code now."""

    LEFT = "left", pgettext_lazy("invitation", "has left the panel")
    NONE = "none", pgettext_lazy("invitation", "no consent to taking part online")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "the consent to taking part online was withdrawn")
    TURNED = "turned", pgettext_lazy("invitation", "is 15 now: must consent alone")
    EXPIRED = "expired", pgettext_lazy("invitation", "the consent to taking part online has run out")


def obstacle(member: Member, today: date) -> Obstacle | None:
    """Why `member` may not take part online today; None where nothing stands in the way. Reads `member.consents`."""
    if holds(member, Scope.ONLINE, today):
        return None
    if member.left_on or member.erased_at:
        return Obstacle.LEFT
    given = [consent for consent in member.consents.all() if consent.scope == Scope.ONLINE]
    if not given:
        return Obstacle.NONE
    born = {"year": member.birth_year, "month": member.birth_month}
    last = max(given, key=lambda consent: (consent.withdrawn_on is None, consent.given_on, consent.pk))
    if last.withdrawn_on:
        return Obstacle.WITHDRAWN
    by_age = last.giver == Giver.GUARDIAN and turns(OWN_CONSENT, **born) <= today and ends_on(last, **born) <= today
    return Obstacle.TURNED if by_age and last.expires_on > today else Obstacle.EXPIRED


class Holder(NamedTuple):
    """A member of the list: the newest code (unused, used, run out), whether somebody is signed in, why there may be no new one."""

    member: Member
    code: InvitationCode | None
    is_good: bool
    is_here: bool
    obstacle: Obstacle | None


def holders(cohort: Cohort, *, today: date, now: datetime) -> list[Holder]:
    """Who is in the cohort now, by pseudonym. Four queries."""
    newest = InvitationCode.objects.order_by("-made_at", "-id")
    members = (
        active_members()
        .filter(cohort=cohort)
        .prefetch_related("consents", Prefetch("codes", newest))
        .order_by("pseudonym", "id")
    )
    here = set(
        MemberSession.objects.filter(member__cohort=cohort, expires_at__gt=now).values_list("member_id", flat=True)
    )
    return [_holder(member, member.pk in here, today, now) for member in members]


def _holder(member: Member, is_here: bool, today: date, now: datetime) -> Holder:
    code = next(iter(member.codes.all()), None)
    is_good = code is not None and code.used_at is None and code.expires_at > now
    return Holder(member, code, is_good, is_here, obstacle(member, today))


def without_code(cohort: Cohort, *, now: datetime) -> QuerySet[Member]:
    """Who is in the cohort and has no code that still can be used."""
    having = InvitationCode.objects.filter(used_at=None, expires_at__gt=now).values("member_id")
    return active_members().filter(cohort=cohort).exclude(pk__in=having)


def database_now() -> datetime:
    """The time of the database: one clock for all processes, and for the phases that it holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
