"""Queries of packages: referrals to pack, packages to deliver, problems for supervisors."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clicksafely.common.crypto.signing import NoVerificationKeys
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
from hotline.referral import orders, services

# The hour in Belgrade at which the packages of a day are created.
PACKAGE_HOUR = 8

# Referrals that are due and unpacked for longer are overdue: the packing worker does not run.
LATE = timedelta(minutes=10)
PROBLEMS = (
    ReferralProblem.NO_RECIPIENT,
    ReferralProblem.CERTIFICATE_EXPIRED,
    ReferralProblem.RECIPIENT_UNSIGNED,
    ReferralProblem.DECISION_UNSIGNED,
    ReferralProblem.NO_KEYS,
    ReferralProblem.NOT_MADE,
)


def default_recipient() -> PoliceRecipient | None:
    """Return the recipient of new packages."""
    return PoliceRecipient.objects.filter(is_default=True, active=True).first()


def unpackaged_referrals(now: datetime) -> QuerySet[Referral]:
    """Due referrals to the police that are in no package yet, oldest first."""
    packed = PolicePackageItem.objects.filter(referral=OuterRef("pk"), dropped_at=None)
    return services.due_referrals(route=Route.POLICE, now=now).filter(~Exists(packed))


def groups_due(recipient: PoliceRecipient, now: datetime) -> list[list[int]]:
    """Ids of the referrals due at `now`, grouped by package. Imminent danger never waits for the daily package."""
    waiting = list(unpackaged_referrals(now))
    at_once = [each for each in waiting if each.urgent or recipient.grouping == PackageGrouping.CASE]
    last = last_hour_of_packing(now)
    of_the_day = [each.pk for each in waiting if each not in at_once and each.created_at <= last]
    return [*by_case(at_once), *([of_the_day] if of_the_day else [])]


def by_case(referrals: Iterable[Referral]) -> list[list[int]]:
    """Ids of referrals by case, locked pictures apart: a picture that cannot be decrypted must not delay an address."""
    cases: dict[tuple[int, bool], list[int]] = {}
    for referral in referrals:
        cases.setdefault((referral.report_id, referral.is_for_pictures), []).append(referral.pk)
    return list(cases.values())


def last_hour_of_packing(now: datetime) -> datetime:
    """Return the last time for daily packages: today or yesterday at `PACKAGE_HOUR` in Belgrade."""
    local = timezone.localtime(now)
    today = local.replace(hour=PACKAGE_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def find_sent(*, tags: Iterable[str]) -> PolicePackage | None:
    """Return the package sent by e-mail under one of these tags, as they are stored."""
    nonempty_tags = {tag for tag in tags if tag}
    return (
        PolicePackage.objects.exclude(mail_tag="").filter(mail_tag__in=nonempty_tags).first() if nonempty_tags else None
    )


def package_mails(package: PolicePackage) -> list[IncomingMail]:
    """E-mail replies about a package, oldest first; their content is sealed."""
    return list(package.mails.defer("sealed").order_by("pk"))


def find_items(package: PolicePackage) -> list[PolicePackageItem]:
    """Return the referrals of a package with case and content, by case."""
    items = package.items.select_related("referral__item", "referral__report")
    return list(items.order_by("referral__report_id", "referral_id"))


def withdrawn_cases(package: PolicePackage) -> list[Report]:
    """Return the cases of a waiting package with withdrawn content: a withdrawn referral, or an unlocked picture."""
    if package.state != PackageState.MADE:
        return []
    # Referrals in a returned e-mail stay sent.
    taken = package.referrals.exclude(state__in=[ReferralState.DUE, ReferralState.SENT]).values("report")
    freed = Upload.objects.filter(pk__in=package.pictures).exclude(packed_in=package.uuid).values("report")
    return list(Report.objects.filter(Q(pk__in=taken) | Q(pk__in=freed)).order_by("pk"))


def open_holds(package: PolicePackage) -> list[PoliceHold]:
    """The open holds on the content of a package."""
    holds = PoliceHold.objects.filter(ended_at=None, item__referrals__packages=package)
    return list(holds.select_related("report").distinct().order_by("pk"))


@dataclass(frozen=True)
class PoliceAlerts:
    """Warnings for supervisors: recipients changed outside the staff site, expiring certificates, postponed or
    overdue referrals, packages to deliver."""

    altered: Sequence[PoliceRecipient]
    expiring: Sequence[PoliceRecipient]
    put_off: Sequence[Referral]
    overlooked: int
    waiting: Sequence[PolicePackage]
    now: datetime


def police_alerts(now: datetime) -> PoliceAlerts | None:
    """Return the warnings; None if there are none."""
    recipients = list(PoliceRecipient.objects.order_by("valid_until", "pk"))
    on_their_way = Referral.objects.filter(route=Route.POLICE, state=ReferralState.DUE)
    put_off = on_their_way.filter(problem__in=PROBLEMS).select_related("report").order_by("pk")
    waiting = PolicePackage.objects.filter(state=PackageState.MADE).order_by("created_at")
    notices = PoliceAlerts(
        altered=_altered(recipients),
        expiring=[recipient for recipient in recipients if recipient.active and recipient.expires_soon(now)],
        put_off=list(put_off[:20]),
        overlooked=_overlooked(now),
        waiting=list(waiting[:20]),
        now=now,
    )
    anything = notices.altered or notices.expiring or notices.put_off or notices.overlooked or notices.waiting
    return notices if anything else None


def _altered(recipients: Sequence[PoliceRecipient]) -> list[PoliceRecipient]:
    # Without the public keys nothing can be verified; the checks at the start report that.
    with contextlib.suppress(NoVerificationKeys):
        return orders.unsigned_recipients(recipients)
    return []


def _overlooked(now: datetime) -> int:
    recipient = default_recipient()
    if recipient is None:
        return unpackaged_referrals(now - LATE).filter(problem="").count()
    groups = groups_due(recipient, now - LATE)
    return Referral.objects.filter(pk__in=[pk for group in groups for pk in group], problem="").count()
