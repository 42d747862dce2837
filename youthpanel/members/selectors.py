"""Queries of member records: valid consents, identities, duplicates and due dates."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import FieldFault
from clicksafely.common.models import AuditEvent
from clicksafely.common.serbian.search_folding import fold
from youthpanel.ages import OLDEST, SELF_CONSENT_AGE, birthday_of_age
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import GRACE, consent_end, is_consent_valid, members_with_consent
from youthpanel.members.identity import identity_digest, unseal_identity
from youthpanel.members.validation import duplicate_member_message
from youthpanel.models import Attendance, Consent, ConsentGiver, ConsentScope, Member, School
from youthpanel.models.members import folded_column

__all__ = ["has_valid_consent", "members_with_consent"]

# Coordinators are reminded this long before a consent ends.
DUE_PERIOD: Final = timedelta(days=30)
MAX_LISTED: Final = 300


def has_valid_consent(member: Member, scope: ConsentScope | str, on: date) -> bool:
    """Return whether `member` has a consent for `scope` that is valid on that day: see `consent_validity.is_consent_valid`."""
    return any(is_consent_valid(consent, member, on) for consent in member.consents.all() if consent.scope == scope)


def pseudonym_faults(member: Member, pseudonym: str) -> Iterator[FieldFault]:
    """Faults of this pseudonym for a member.

    The name is compared but not returned, so this is not audited as an opening.
    """
    try:
        name = unseal_identity(member).name
    except SealError:
        yield FieldFault(
            "pseudonym",
            _("The keys of the panel are not available, so it cannot be checked whether this reveals the member."),
        )
        return
    yield from pseudonyms.pseudonym_errors(pseudonym, name=name, year=member.birth_year)


def active_members() -> QuerySet[Member]:
    return Member.objects.filter(left_on=None)


def duplicate_faults(
    *, name: str, pseudonym: str, year: int, month: int, besides: Member | None = None
) -> Iterator[FieldFault]:
    """Yield whether the person or the pseudonym already exists; `besides` is a member to ignore."""
    others = Member.objects.exclude(pk=besides.pk) if besides else Member.objects.all()
    found = others.filter(identity=identity_digest(name, year=year, month=month)).first()
    if found:
        yield duplicate_member_message(found.pseudonym)
    elif others.alias(folded=folded_column("pseudonym")).filter(folded=fold(pseudonym)).exists():
        yield FieldFault("pseudonym", _("Another member has this pseudonym. Choose a different one."))


def known_pseudonyms() -> set[str]:
    """Return the pseudonyms of all members, folded for comparison."""
    return {fold(pseudonym) for pseudonym in Member.objects.values_list("pseudonym", flat=True)}


def schools_by_name() -> dict[tuple[str, str], School]:
    """Return every school by its folded name and the code of its town."""
    return {(fold(school.name), school.town): school for school in School.objects.all()}


class DueConsent(NamedTuple):
    """A consent of a current member that ends soon or has ended."""

    consent: Consent
    ends: date
    over: bool
    turned: bool


def unannounced_consents(*, today: date) -> list[int]:
    """Return the ids of unannounced consents of active members that end within `DUE_PERIOD` or have ended.

    No coordinator was notified of them. Reads only the columns that the worker for third-party servers may read.
    """
    open_ones = Consent.objects.filter(
        announced_on=None, withdrawn_on=None, member__left_on=None, member__erased_at=None
    )
    columns = ("pk", "scope", "giver", "expires_on", "member__birth_year", "member__birth_month")
    found = []
    for pk, scope, giver, expires_on, year, month in open_ones.order_by("pk").values_list(*columns):
        consent = Consent(scope=scope, giver=giver, expires_on=expires_on)
        if consent_end(consent, year=year, month=month) <= today + DUE_PERIOD:
            found.append(pk)
    return found


def due_consents(*, today: date) -> list[DueConsent]:
    """Consents that end within `DUE_PERIOD`, or ended without renewal, the soonest first.

    Also a guardian's consents to online participation after the member turned 15.
    """
    online = Q(
        scope=ConsentScope.ONLINE,
        giver=ConsentGiver.GUARDIAN,
        member__birth_year__lte=today.year - SELF_CONSENT_AGE + 1,
    )
    candidates = Consent.objects.filter(
        online | Q(expires_on__lte=today + DUE_PERIOD), withdrawn_on=None, member__left_on=None, member__erased_at=None
    ).select_related("member__cohort")
    due = [_due(consent, today) for consent in candidates]
    return sorted((each for each in due if each.ends <= today + DUE_PERIOD or each.turned), key=lambda each: each.ends)[
        :MAX_LISTED
    ]


def _due(consent: Consent, today: date) -> DueConsent:
    born = {"year": consent.member.birth_year, "month": consent.member.birth_month}
    ends = consent_end(consent, **born)
    of_age = birthday_of_age(SELF_CONSENT_AGE, **born) <= today
    turned = of_age and consent.scope == ConsentScope.ONLINE and consent.giver == ConsentGiver.GUARDIAN
    return DueConsent(consent, ends, ends <= today, turned)


def members_without_consent(*, today: date) -> QuerySet[Member]:
    """Members without a valid consent to membership."""
    holding = members_with_consent(active_members(), ConsentScope.MEMBERSHIP, today).values("pk")
    return active_members().exclude(pk__in=holding).select_related("cohort", "school")


def leaving_date_by_age(member: Member) -> date:
    """Return the last day of the year in which a member turns 18."""
    return date(member.birth_year + OLDEST, 12, 31)


def members_turning_18(*, today: date) -> QuerySet[Member]:
    """Members who turn 18 in this year or before, and leave at its end."""
    return active_members().filter(birth_year__lte=today.year - OLDEST).select_related("cohort")


def members_turning_15(*, today: date) -> list[Member]:
    """Members who turn 15 within `GRACE` from now, and then consent alone."""
    soon = active_members().filter(
        birth_year__in=(
            today.year - SELF_CONSENT_AGE,
            today.year - SELF_CONSENT_AGE + 1,
            today.year - SELF_CONSENT_AGE - 1,
        )
    )
    return [
        member
        for member in soon.select_related("cohort")
        if today < birthday_of_age(SELF_CONSENT_AGE, year=member.birth_year, month=member.birth_month) <= today + GRACE
    ]


def members_due_for_erasure(*, left_by: date) -> QuerySet[Member]:
    """Former members who left on that day or before and are not erased."""
    return Member.objects.filter(left_on__lte=left_by, erased_at=None).order_by("left_on", "pk")


def member_timeline(member: Member) -> QuerySet[AuditEvent]:
    """Return the events of a member, the newest first."""
    return AuditEvent.objects.filter(subject_table=Member._meta.db_table, subject_id=member.pk).order_by("-id")


def attended_meetings(member: Member) -> list[Attendance]:
    """Return the meetings with recorded attendance of the member, the newest first; one query."""
    noted = Attendance.objects.filter(member=member, attended__isnull=False, meeting__cancelled_at=None)
    return list(noted.select_related("meeting").order_by("-meeting__starts_at", "-meeting_id"))
