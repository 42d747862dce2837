"""What happens to a package that was made: downloaded, its password read, its delivery recorded, discarded, and at last erased."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from hotline.models import (
    PackageProblem,
    PackageState,
    PoliceDelivery,
    PoliceFile,
    PolicePackage,
    PolicePackageItem,
    ReferralState,
    Report,
)
from hotline.referral import services
from hotline.referral.police.build import queue_mail
from hotline.referral.police.selectors import withdrawn_cases
from hotline.referral.quarantine.services import mark_handed_over

AT_ONCE = 100


class PackageError(Exception):
    """The act was refused and nothing was written; `message` is for the person at the desk."""

    message: Promise = _("This was not possible. Nothing was changed.")


class PackageStateChanged(PackageError):
    message = _("The package has been handed over or discarded in the meantime. Look at its present state.")


class PackageErased(PackageError):
    message = _("The file is erased since the hand-over. What was in it stands below.")


class PackageReturned(PackageError):
    message = _(
        "It went by e-mail and came back: what is in it counts as sent. Hand it over in another way, or try the e-mail again."
    )


class PackageAltered(PackageError):
    message = _(
        "The stored file is not the one that was made: do not hand it over. Discard it and tell whoever runs the system."
    )


class PasswordErased(PackageError):
    message = _(
        "The password was read before and is shown only once. If it is lost, discard the package: a new one is made."
    )


class PasswordUnread(PackageError):
    message = _(
        "Locked pictures are in it, so the file is erased with this. Nobody has read its password yet: show it and tell it to the police first, or they can never open it."
    )


@dataclass(frozen=True)
class Delivery:
    """How a package was handed over: the way, what the police confirm it with, when."""

    how: PoliceDelivery
    number: str
    at: datetime


def open_file(*, package: PolicePackage, actor: User, now: datetime) -> bytes:
    """The encrypted package, for one download; logged. Raises Erased, Altered, SealError."""
    with transaction.atomic():
        content = _encrypted(package)
        PolicePackage.objects.filter(pk=package.pk, downloaded_at=None).update(downloaded_at=now)
        audit_log.record(action="police.downloaded", subject=package, actor=actor, now=now)
        return content


def read_password(*, package: PolicePackage, actor: User, now: datetime) -> str:
    """The password of an archive, this once; logged, and erased. Raises Erased, PasswordErased, SealError."""
    with transaction.atomic():
        file = _lock_file(package)
        if file.sealed_password is None:
            raise PasswordErased
        password = sealing.open_sealed(
            file.sealed_password, ring="hotline", table="hotline_policefile", field="password", row=file.uuid
        )
        file.sealed_password = None
        file.save(update_fields=["sealed_password"])
        audit_log.record(action="police.password_read", subject=package, actor=actor, now=now)
        return password.decode()


def record_delivery(*, package: PolicePackage, delivery: Delivery, actor: User | None, now: datetime) -> None:
    """The police have it: what is in it is sent from now on, holds run from now. Raises PackageStateChanged, PasswordUnread.

    `actor` is None where a mail server took it over. What was taken back before is not sent. A file with pictures in it is erased.
    """
    with transaction.atomic():
        waiting = PolicePackage.objects.filter(pk=package.pk, state=PackageState.MADE)
        if not waiting.update(
            state=PackageState.DELIVERED,
            problem="",
            due_at=None,
            delivered_at=delivery.at,
            delivered_by=actor,
            delivered_how=delivery.how,
            receipt_number=delivery.number,
        ):
            raise PackageStateChanged
        told: dict[str, audit_log.AuditValue] = {
            "package": package.pk,
            "reference": package.reference,
            "how": delivery.how.value,
        }
        # By case, as everybody locks them.
        reports = dict[int, Report]()
        for referral in package.referrals.select_related("report", "item").order_by("report_id", "pk"):
            sent_before = referral.state == ReferralState.SENT
            if services.mark_sent(referral=referral, now=now, data={"package": package.pk}) or sent_before:
                reports[referral.report_id] = referral.report
        for report in reports.values():
            audit_log.record(action="police.delivered", subject=report, actor=actor, now=now, data=told)
        mark_handed_over(package=package.uuid, now=now)
        audit_log.record(action="police.package_delivered", subject=package, actor=actor, now=now, data=told)
        file = PoliceFile.objects.filter(package=package)
        if not package.pictures:
            file.update(outgoing=None)
        elif file.filter(sealed_password__isnull=False).exists():
            raise PasswordUnread
        elif file.delete()[0]:
            audit_log.record(action="police.erased", subject=package, actor=actor, now=now)


def record_returned(*, package: PolicePackage, now: datetime) -> None:
    """Its e-mail came back: it waits to be handed over again. What is in it stays sent, for nobody knows who has seen it. Again: nothing."""
    with transaction.atomic():
        sent = PolicePackage.objects.filter(
            pk=package.pk, state=PackageState.DELIVERED, delivered_how=PoliceDelivery.EMAIL
        )
        if not sent.update(
            state=PackageState.MADE,
            problem=PackageProblem.RETURNED,
            delivered_at=None,
            delivered_by=None,
            delivered_how="",
            receipt_number="",
        ):
            return
        told: dict[str, audit_log.AuditValue] = {"package": package.pk, "reference": package.reference}
        for report in Report.objects.filter(referrals__packages=package).distinct().order_by("pk"):
            audit_log.record(action="police.returned", subject=report, actor=None, now=now, data=told)
        audit_log.record(action="police.package_returned", subject=package, actor=None, now=now)


def discard_package(*, package: PolicePackage, actor: User | None, now: datetime) -> None:
    """It is not handed over: erased; what is in it and still due goes into another one at the next run. Raises PackageStateChanged, PackageReturned."""
    with transaction.atomic():
        if package.problem == PackageProblem.RETURNED:
            raise PackageReturned
        waiting = PolicePackage.objects.filter(pk=package.pk, state=PackageState.MADE)
        if not waiting.update(state=PackageState.FAILED, ended_at=now, due_at=None):
            raise PackageStateChanged
        PolicePackageItem.objects.filter(package=package).update(dropped_at=now)
        PoliceFile.objects.filter(package=package).delete()
        audit_log.record(action="police.package_discarded", subject=package, actor=actor, now=now)


def discard_withdrawn(*, now: datetime) -> int:
    """Discard packages that nobody has seen yet and of which something was taken back; returns how many."""
    waiting = PolicePackage.objects.filter(state=PackageState.MADE, downloaded_at=None, mail_tag="")
    stale = [package for package in waiting.order_by("pk")[:AT_ONCE] if withdrawn_cases(package)]
    for package in stale:
        discard_package(package=package, actor=None, now=now)
    return len(stale)


def retry_email(*, package: PolicePackage, actor: User, now: datetime) -> None:
    """Try its e-mail again, from now on; with pictures in it, it still goes in another way. Raises PackageStateChanged, Erased, Altered, SealError."""
    with transaction.atomic():
        file = _lock_file(package)
        package.refresh_from_db()
        if package.state != PackageState.MADE or package.recipient.delivery != PoliceDelivery.EMAIL:
            raise PackageStateChanged
        encrypted = _encrypted(package)
        queue_mail(package, file, encrypted, now)
        package.save(update_fields=["problem", "due_at", "attempts"])
        file.save(update_fields=["outgoing"])
        audit_log.record(action="police.email_retried", subject=package, actor=actor, now=now)


def erase_expired_files(*, now: datetime) -> int:
    """Erase the files of packages that the police have had for `POLICE_RETENTION_DAYS`; what was in them stays written down."""
    before = now - timedelta(days=settings.POLICE_RETENTION_DAYS)
    old = PolicePackage.objects.filter(state=PackageState.DELIVERED, delivered_at__lte=before, file__isnull=False)
    erased = 0
    for package in old.order_by("pk")[:AT_ONCE]:
        with transaction.atomic():
            if PoliceFile.objects.filter(package=package).delete()[0]:
                audit_log.record(action="police.erased", subject=package, actor=None, now=now)
                erased += 1
    return erased


def _encrypted(package: PolicePackage) -> bytes:
    file = _lock_file(package)
    content = sealing.open_sealed(file.sealed, ring="hotline", table="hotline_policefile", field="file", row=file.uuid)
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise PackageAltered
    return content


def _lock_file(package: PolicePackage) -> PoliceFile:
    """The file, its package locked first, as everybody does. Raises Erased."""
    PolicePackage.objects.select_for_update().get(pk=package.pk)
    file = PoliceFile.objects.select_for_update().filter(package=package).first()
    if file is None:
        raise PackageErased
    return file
