"""What is read of the records: consents that hold, who somebody is, and what is due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_duty
from clicksafely.common.serbian.search_folding import fold
from youthpanel.ages import OLDEST, OWN_CONSENT, turns
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import GRACE, consent_holds, ends_on, with_consent
from youthpanel.members.exceptions import Fault
from youthpanel.members.identity import Identity, identity_digest, unseal_identity
from youthpanel.members.validation import same_person
from youthpanel.models import Attendance, Consent, Giver, Member, School, Scope
from youthpanel.models.members import folded
from youthpanel.permissions import OPEN_IDENTITY

__all__ = ["holds", "who_is", "with_consent"]

# Coordinators are reminded so long before a consent ends.
AHEAD: Final = timedelta(days=30)
MOST_SHOWN: Final = 300


def holds(member: Member, scope: Scope | str, on: date) -> bool:
    """Whether a consent of `member` for `scope` holds on that day: see `holding.consent_holds`."""
    return any(consent_holds(consent, member, on) for consent in member.consents.all() if consent.scope == scope)


def who_is(member: Member, actor: AbstractBaseUser, *, now: datetime | None = None) -> Identity:
    """Open, on purpose, who a member really is; each opening is recorded and stands in the member's timeline.

    Raises PermissionDenied, ValueError for a shadow, SealError.
    """
    if not has_duty(actor, OPEN_IDENTITY):
        raise PermissionDenied
    identity = unseal_identity(member)
    audit_log.record(action="identity.opened", subject=member, actor=actor, now=now or timezone.now())
    return identity


def pseudonym_faults(member: Member, pseudonym: str) -> Iterator[Fault]:
    """Why a known member cannot have this pseudonym. The name is compared with it here and shown to nobody, so this is no opening."""
    try:
        name = unseal_identity(member).name
    except SealError:
        yield Fault(
            "pseudonym",
            _("The keys of the panel are not at hand, so it cannot be seen whether this gives the member away."),
        )
        return
    yield from pseudonyms.faults_of(pseudonym, name=name, year=member.birth_year)


def active_members() -> QuerySet[Member]:
    """Those who are in the panel now."""
    return Member.objects.filter(left_on=None)


def taken_faults(*, name: str, pseudonym: str, year: int, month: int, besides: Member | None = None) -> Iterator[Fault]:
    """Whether the person or the pseudonym is in the panel already; `besides` is the member who may be both."""
    others = Member.objects.exclude(pk=besides.pk) if besides else Member.objects.all()
    found = others.filter(identity=identity_digest(name, year=year, month=month)).first()
    if found:
        yield same_person(found.pseudonym)
    elif others.alias(folded=folded("pseudonym")).filter(folded=fold(pseudonym)).exists():
        yield Fault("pseudonym", _("Another member has this pseudonym. Choose another one."))


def known_pseudonyms() -> set[str]:
    """All pseudonyms, folded."""
    return {fold(pseudonym) for pseudonym in Member.objects.values_list("pseudonym", flat=True)}


def schools_by_name() -> dict[tuple[str, str], School]:
    """Every school by its folded name and the code of its town."""
    return {(fold(school.name), school.town): school for school in School.objects.all()}


class DueConsent(NamedTuple):
    """A consent that ends soon or has ended, of a member who is still there."""

    consent: Consent
    ends: date
    over: bool
    turned: bool


def due_consents(*, today: date) -> list[DueConsent]:
    """What ends within `AHEAD`, or is over and was not renewed, soonest first; a guardian's for online after the member turned 15 too."""
    online = Q(scope=Scope.ONLINE, giver=Giver.GUARDIAN, member__birth_year__lte=today.year - OWN_CONSENT + 1)
    candidates = Consent.objects.filter(
        online | Q(expires_on__lte=today + AHEAD), withdrawn_on=None, member__left_on=None, member__erased_at=None
    ).select_related("member__cohort")
    due = [_due(consent, today) for consent in candidates]
    return sorted((each for each in due if each.ends <= today + AHEAD or each.turned), key=lambda each: each.ends)[
        :MOST_SHOWN
    ]


def _due(consent: Consent, today: date) -> DueConsent:
    born = {"year": consent.member.birth_year, "month": consent.member.birth_month}
    ends = ends_on(consent, **born)
    of_age = turns(OWN_CONSENT, **born) <= today
    turned = of_age and consent.scope == Scope.ONLINE and consent.giver == Giver.GUARDIAN
    return DueConsent(consent, ends, ends <= today, turned)


def without_membership(*, today: date) -> QuerySet[Member]:
    """Members whose consent to membership does not hold."""
    holding = with_consent(active_members(), Scope.MEMBERSHIP, today).values("pk")
    return active_members().exclude(pk__in=holding).select_related("cohort", "school")


def leaves_by_age(member: Member) -> date:
    """The last day of the year in which a member turns 18."""
    return date(member.birth_year + OLDEST, 12, 31)


def of_age_this_year(*, today: date) -> QuerySet[Member]:
    """Members who turn 18 in this year, or did before: they leave at its end."""
    return active_members().filter(birth_year__lte=today.year - OLDEST).select_related("cohort")


def turning_fifteen(*, today: date) -> list[Member]:
    """Members who turn 15 within `GRACE` from now: from then on they consent alone."""
    soon = active_members().filter(birth_year__in=(today.year - OWN_CONSENT, today.year - OWN_CONSENT + 1, today.year - OWN_CONSENT - 1))  # fmt: skip
    return [
        member
        for member in soon.select_related("cohort")
        if today < turns(OWN_CONSENT, year=member.birth_year, month=member.birth_month) <= today + GRACE
    ]


def to_be_forgotten(*, left_by: date) -> QuerySet[Member]:
    """Those who left on that day or before and are not a shadow yet."""
    return Member.objects.filter(left_on__lte=left_by, erased_at=None).order_by("left_on", "pk")


def timeline(member: Member) -> QuerySet[AuditEvent]:
    """What was done with a member, newest first."""
    return AuditEvent.objects.filter(subject_table=Member._meta.db_table, subject_id=member.pk).order_by("-id")


def attended(member: Member) -> list[Attendance]:
    """The meetings of which it is recorded whether the member came, the newest first; one query."""
    noted = Attendance.objects.filter(member=member, came__isnull=False, meeting__cancelled_at=None)
    return list(noted.select_related("meeting").order_by("-meeting__starts_at", "-meeting_id"))


def cohort_sizes() -> dict[int, int]:
    """How many members, shadows included, each cohort has."""
    return dict(Member.objects.values_list("cohort").annotate(number=Count("pk")))
