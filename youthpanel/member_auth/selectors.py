"""Queries of invitation codes for coordinators: eligible members, unused codes, used codes."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.db.models.enums import TextChoices
from django.utils.translation import pgettext_lazy

from youthpanel.ages import SELF_CONSENT_AGE, birthday_of_age
from youthpanel.members.consent_validity import consent_end
from youthpanel.members.selectors import active_members, has_valid_consent
from youthpanel.models import Cohort, ConsentGiver, ConsentScope, InvitationCode, Member, MemberSession


class InvitationObstacle(TextChoices):
    """Why a member can get no code now."""

    LEFT = "left", pgettext_lazy("invitation", "has left the panel")
    NONE = "none", pgettext_lazy("invitation", "no consent to taking part online")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "the consent to taking part online was withdrawn")
    TURNED = "turned", pgettext_lazy("invitation", "is 15 now: must consent alone")
    EXPIRED = "expired", pgettext_lazy("invitation", "the consent to taking part online has run out")


def invitation_obstacle(member: Member, today: date) -> InvitationObstacle | None:
    """Why `member` may not take part online today; None if allowed. Reads `member.consents`."""
    if has_valid_consent(member, ConsentScope.ONLINE, today):
        return None
    if member.left_on or member.erased_at:
        return InvitationObstacle.LEFT
    given = [consent for consent in member.consents.all() if consent.scope == ConsentScope.ONLINE]
    if not given:
        return InvitationObstacle.NONE
    born = {"year": member.birth_year, "month": member.birth_month}
    last = max(given, key=lambda consent: (consent.withdrawn_on is None, consent.given_on, consent.pk))
    if last.withdrawn_on:
        return InvitationObstacle.WITHDRAWN
    by_age = (
        last.giver == ConsentGiver.GUARDIAN
        and birthday_of_age(SELF_CONSENT_AGE, **born) <= today
        and consent_end(last, **born) <= today
    )
    return InvitationObstacle.TURNED if by_age and last.expires_on > today else InvitationObstacle.EXPIRED


class CodeHolder(NamedTuple):
    """A row of the list: the member's newest code (unused, used, expired), whether a session is active, and the obstacle."""

    member: Member
    code: InvitationCode | None
    is_usable: bool
    is_signed_in: bool
    obstacle: InvitationObstacle | None


def code_holders(cohort: Cohort, *, today: date, now: datetime) -> list[CodeHolder]:
    """The current members of the cohort, by pseudonym. Four queries."""
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


def _holder(member: Member, is_signed_in: bool, today: date, now: datetime) -> CodeHolder:
    code = next(iter(member.codes.all()), None)
    is_usable = code is not None and code.used_at is None and code.expires_at > now
    return CodeHolder(member, code, is_usable, is_signed_in, invitation_obstacle(member, today))


def members_without_code(cohort: Cohort, *, now: datetime) -> QuerySet[Member]:
    """The current members of the cohort without a valid code."""
    having = InvitationCode.objects.filter(used_at=None, expires_at__gt=now).values("member_id")
    return active_members().filter(cohort=cohort).exclude(pk__in=having)


def database_now() -> datetime:
    """The time of the database: one clock for all processes and for the stored phases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
