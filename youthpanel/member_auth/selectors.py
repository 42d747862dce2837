"""Queries of slips: members who may get one, their state, and replacements that wait for approval."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Prefetch, QuerySet
from django.db.models.enums import TextChoices
from django.utils.timezone import localdate, make_aware
from django.utils.translation import pgettext_lazy

from clicksafely.common.serbian.alphabet import PageOrder
from youthpanel.ages import SELF_CONSENT_AGE, birthday_of_age
from youthpanel.members.consent_validity import consent_end
from youthpanel.members.selectors import active_members, has_valid_consent
from youthpanel.models import (
    Cohort,
    ConsentGiver,
    ConsentScope,
    InvitationCode,
    Member,
    SlipReplacement,
)
from youthpanel.models.members import NAMING_FIELDS

# The last day of a season, month and day: the end of the school year. Slips of this month are for the next one.
SEASON_END: Final = (8, 31)
# In a row. A sequence of pictures is one of 5.7 million.
MAX_WRONG_TRIES: Final = 10


class InvitationObstacle(TextChoices):
    """Reason for which a member cannot get a code now."""

    LEFT = "left", pgettext_lazy("invitation", "has left the panel")
    NONE = "none", pgettext_lazy("invitation", "no consent to taking part online")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "consent to taking part online withdrawn")
    TURNED_15 = "turned_15", pgettext_lazy("invitation", "is 15 now: must consent alone")
    EXPIRED = "expired", pgettext_lazy("invitation", "consent to taking part online expired")


def invitation_obstacle(member: Member, today: date) -> InvitationObstacle | None:
    """Reason for which `member` may not take part online today; None if allowed. Reads `member.consents`."""
    if has_valid_consent(member, ConsentScope.ONLINE, today):
        return None
    if member.left_on or member.erased_at:
        return InvitationObstacle.LEFT
    online_consents = [consent for consent in member.consents.all() if consent.scope == ConsentScope.ONLINE]
    if not online_consents:
        return InvitationObstacle.NONE
    born = {"year": member.birth_year, "month": member.birth_month}
    last = max(online_consents, key=lambda consent: (consent.withdrawn_on is None, consent.given_on, consent.pk))
    if last.withdrawn_on:
        return InvitationObstacle.WITHDRAWN
    by_age = (
        last.giver == ConsentGiver.GUARDIAN
        and birthday_of_age(SELF_CONSENT_AGE, **born) <= today
        and consent_end(last, **born) <= today
    )
    return InvitationObstacle.TURNED_15 if by_age and last.expires_on > today else InvitationObstacle.EXPIRED


def season_end(cohort: Cohort, now: datetime) -> datetime:
    """Return the time at which a slip of `now` expires.

    It expires with the school year, or with the cohort if that ends earlier.
    """
    today = localdate(now)
    month, day = SEASON_END
    last = date(today.year + (today.month >= month), month, day)
    if cohort.ends_on and today <= cohort.ends_on < last:
        last = cohort.ends_on
    return make_aware(datetime.combine(last, time.max))


def awaits_pictures(code_digest: bytes, *, now: datetime) -> Member | None:
    """Return the member whose slip has this digest and no pictures yet, and who may take part online; otherwise None."""
    slips = InvitationCode.objects.filter(digest=code_digest, pictures=None, expires_at__gt=now)
    slip = slips.select_related("member").defer(*(f"member__{name}" for name in NAMING_FIELDS)).first()
    return slip.member if slip and has_valid_consent(slip.member, ConsentScope.ONLINE, localdate(now)) else None


def replaced_on(member: Member) -> list[date]:
    """Return the days on which slips of a member became void, the latest first."""
    void = InvitationCode.objects.filter(member=member, void_since__isnull=False).order_by("-void_since")
    return list(dict.fromkeys(map(localdate, void.values_list("void_since", flat=True))))


class SlipState(TextChoices):
    """The state of a slip for coordinators. It does not depend on the use of the slip."""

    NONE = "none", pgettext_lazy("slip", "no slip")
    NEW = "new", pgettext_lazy("slip", "pictures not chosen yet")
    OPENED = "opened", pgettext_lazy("slip", "pictures chosen")
    LOCKED = "locked", pgettext_lazy("slip", "locked after wrong pictures")
    ENDED = "ended", pgettext_lazy("slip", "void, a new one needs a second person")
    REQUESTED = "requested", pgettext_lazy("slip", "waits for a second person")


class CodeHolder(NamedTuple):
    """A row of the list: the member's valid slip and the obstacle to a new one."""

    member: Member
    code: InvitationCode | None
    state: SlipState
    obstacle: InvitationObstacle | None

    @property
    def needs_second_person(self) -> bool:
        """Whether a new slip needs the approval of another person."""
        return self.state not in (SlipState.NONE, SlipState.NEW)

    @property
    def can_be_revoked(self) -> bool:
        """Whether the slip can be made void, or its replacement requested."""
        return self.state not in (SlipState.NONE, SlipState.REQUESTED)


def code_holders(cohort: Cohort, *, today: date, now: datetime) -> list[CodeHolder]:
    """Return the current members of the cohort, by pseudonym. Four queries."""
    valid = InvitationCode.objects.filter(void_since=None, expires_at__gt=now)
    members = (
        active_members()
        .filter(cohort=cohort)
        .prefetch_related("consents", Prefetch("codes", valid))
        .order_by(PageOrder("pseudonym"), "id")
    )
    replaced = {each.member_id: each for each in SlipReplacement.objects.filter(member__cohort=cohort)}
    return [_holder(member, replaced.get(member.pk), today) for member in members]


def _holder(member: Member, replacement: SlipReplacement | None, today: date) -> CodeHolder:
    code = next(iter(member.codes.all()), None)
    return CodeHolder(member, code, _state(code, replacement), invitation_obstacle(member, today))


def _state(code: InvitationCode | None, replacement: SlipReplacement | None) -> SlipState:
    if code is None and replacement is None:
        return SlipState.NONE
    if code is None:
        return SlipState.REQUESTED if replacement and replacement.requested_by_id else SlipState.ENDED
    if code.pictures is None:
        return SlipState.NEW
    return SlipState.LOCKED if code.wrong_tries >= MAX_WRONG_TRIES else SlipState.OPENED


def members_without_code(cohort: Cohort, *, now: datetime) -> QuerySet[Member]:
    """Return the current members of the cohort without a valid slip."""
    having = InvitationCode.objects.filter(void_since=None, expires_at__gt=now).values("member_id")
    return active_members().filter(cohort=cohort).exclude(pk__in=having)


def members_needing_approval(members: Iterable[Member], *, now: datetime) -> set[int]:
    """Return the ids of those of `members` whose next slip needs a request and the approval of another person."""
    ids = [member.pk for member in members]
    codes_with_pictures = InvitationCode.objects.filter(member__in=ids, pictures__isnull=False, expires_at__gt=now)
    replaced = SlipReplacement.objects.filter(member__in=ids)
    return {*codes_with_pictures.values_list("member_id", flat=True), *replaced.values_list("member_id", flat=True)}


def requested_replacements() -> QuerySet[SlipReplacement]:
    """Return the replacements of current members that a person requested, the oldest first."""
    replacements = SlipReplacement.objects.filter(requested_by__isnull=False, member__in=active_members())
    return replacements.select_related("member__cohort", "requested_by").order_by("requested_at", "id")


def replacements_to_approve(user: AbstractBaseUser) -> QuerySet[SlipReplacement]:
    """Return the replacements that `user` may approve: those that another person requested."""
    return requested_replacements().exclude(requested_by=user.pk)
