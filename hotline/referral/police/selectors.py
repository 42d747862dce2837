"""Named reads of the packages: what is to be packed, what waits to be handed over, what a supervisor has to mend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hotline.models import (
    IncomingMail,
    PackageGrouping,
    PackageState,
    PoliceHold,
    PolicePackage,
    PolicePackageItem,
    PoliceRecipient,
    Referral,
    ReferralProblem,
    ReferralState,
    Report,
    Route,
    Upload,
)
from hotline.referral import services

# What is due and in no package for so long has been overlooked: whoever packs does not run.
LATE = timedelta(minutes=10)
PROBLEMS = (
    ReferralProblem.NO_RECIPIENT,
    ReferralProblem.CERTIFICATE_EXPIRED,
    ReferralProblem.NO_KEYS,
    ReferralProblem.NOT_MADE,
)


def default_recipient() -> PoliceRecipient | None:
    """Who gets the packages."""
    return PoliceRecipient.objects.filter(is_default=True, active=True).first()


def unpackaged_referrals(now: datetime) -> QuerySet[Referral]:
    """What is due to go to the police and in no package yet, the oldest first."""
    packed = PolicePackageItem.objects.filter(referral=OuterRef("pk"), dropped_at=None)
    return services.due_referrals(route=Route.POLICE, now=now).filter(~Exists(packed))


def groups_due(recipient: PoliceRecipient, now: datetime) -> list[list[int]]:
    """What is to be packed at `now`, by package: ids of hand-overs. Imminent danger never waits for the package of the day."""
    waiting = list(unpackaged_referrals(now))
    at_once = [each for each in waiting if each.urgent or recipient.grouping == PackageGrouping.CASE]
    last = last_hour_of_packing(now)
    of_the_day = [each.pk for each in waiting if each not in at_once and each.made_at <= last]
    return [*by_case(at_once), *([of_the_day] if of_the_day else [])]


def by_case(referrals: Iterable[Referral]) -> list[list[int]]:
    """Ids of hand-overs by case, its locked pictures apart: one that cannot be opened must not keep an address from the police."""
    cases: dict[tuple[int, bool], list[int]] = {}
    for referral in referrals:
        cases.setdefault((referral.report_id, referral.is_for_pictures), []).append(referral.pk)
    return list(cases.values())


def last_hour_of_packing(now: datetime) -> datetime:
    """When packages of a day were last due: today or yesterday at `POLICE_PACKAGE_HOUR` in Belgrade."""
    local = timezone.localtime(now)
    today = local.replace(hour=settings.POLICE_PACKAGE_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def find_sent(*, tags: Iterable[str]) -> PolicePackage | None:
    """The package that went by e-mail under one of these tags, as they are stored."""
    known = {tag for tag in tags if tag}
    return PolicePackage.objects.exclude(mail_tag="").filter(mail_tag__in=known).first() if known else None


def package_mails(package: PolicePackage) -> list[IncomingMail]:
    """Messages about a package that went by e-mail, the oldest first; what is in them is sealed."""
    return list(package.mails.defer("sealed").order_by("pk"))


def find_items(package: PolicePackage) -> list[PolicePackageItem]:
    """What is in a package, with case and content, by case."""
    items = package.items.select_related("referral__item", "referral__report")
    return list(items.order_by("referral__report_id", "referral_id"))


def withdrawn_cases(package: PolicePackage) -> list[Report]:
    """The cases of which a package that waits holds what should not be handed over any more: taken back, or a picture that was freed."""
    if package.state != PackageState.MADE:
        return []
    # What went by e-mail and came back stays sent.
    taken = package.referrals.exclude(state__in=[ReferralState.DUE, ReferralState.SENT]).values("report")
    freed = Upload.objects.filter(pk__in=package.pictures).exclude(packed_in=package.uuid).values("report")
    return list(Report.objects.filter(Q(pk__in=taken) | Q(pk__in=freed)).order_by("pk"))


def open_holds(package: PolicePackage) -> list[PoliceHold]:
    """The holds that still keep hosts from being told of what is in a package."""
    holds = PoliceHold.objects.filter(ended_at=None, item__referrals__packages=package)
    return list(holds.select_related("report").distinct().order_by("pk"))


@dataclass(frozen=True)
class PoliceAlerts:
    """For the supervisors' desk: certificates that end soon, what is put off and why, what nobody packs, what waits to be handed over."""

    expiring: Sequence[PoliceRecipient]
    put_off: Sequence[Referral]
    overlooked: int
    waiting: Sequence[PolicePackage]
    now: datetime


def police_alerts(now: datetime) -> PoliceAlerts | None:
    """None where nothing is to be done."""
    recipients = PoliceRecipient.objects.filter(active=True).exclude(valid_until=None).order_by("valid_until")
    on_their_way = Referral.objects.filter(route=Route.POLICE, state=ReferralState.DUE)
    put_off = on_their_way.filter(problem__in=PROBLEMS).select_related("report").order_by("pk")
    waiting = PolicePackage.objects.filter(state=PackageState.MADE).order_by("made_at")
    notices = PoliceAlerts(
        expiring=[recipient for recipient in recipients if recipient.expires_soon(now)],
        put_off=list(put_off[:20]),
        overlooked=_overlooked(now),
        waiting=list(waiting[:20]),
        now=now,
    )
    return notices if notices.expiring or notices.put_off or notices.overlooked or notices.waiting else None


def _overlooked(now: datetime) -> int:
    recipient = default_recipient()
    if recipient is None:
        return unpackaged_referrals(now - LATE).filter(problem="").count()
    groups = groups_due(recipient, now - LATE)
    return Referral.objects.filter(pk__in=[pk for group in groups for pk in group], problem="").count()
