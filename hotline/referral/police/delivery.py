"""Actions on a package: download, password, record of delivery, discard, retry and erasure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
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
from hotline.referral import orders, services
from hotline.referral.police.build import queue_mail
from hotline.referral.police.selectors import withdrawn_cases
from hotline.referral.quarantine.services import mark_handed_over

# Days after the handover until a file is erased, in case the police lose it.
RETENTION_DAYS = 30

AT_ONCE = 100


class PackageStateChanged(ActionRefused):
    reason = _("The package has been handed over or discarded in the meantime. Check its current state.")


class PackageErased(ActionRefused):
    reason = _("The file was erased after the delivery. Its contents are listed below.")


class PackageReturned(ActionRefused):
    reason = _(
        "The e-mail was sent and returned, so the content counts as sent. Deliver the package in another way, "
        "or send the e-mail again."
    )


class PackageAltered(ActionRefused):
    reason = _(
        "The stored file has changed since it was created. Do not hand it over: discard the package and inform "
        "the administrator."
    )


class RecipientAltered(ActionRefused):
    reason = _(
        "The police recipient was changed outside the staff site, so nothing is sent. Compare the recipient's e-mail "
        "and certificate with the police, save the recipient, and try again. Inform the administrator."
    )


class PasswordErased(ActionRefused):
    reason = _(
        "The password has already been shown, and it is shown only once. If it is lost, discard the package; a "
        "new one will be created."
    )


class PasswordUnread(ActionRefused):
    reason = _(
        "The package contains locked pictures, so recording the delivery erases its file. The password has not "
        "been shown yet: show it and give it to the police first, or they cannot open the package."
    )


@dataclass(frozen=True)
class Delivery:
    """A recorded delivery: method, the police's confirmation, time."""

    how: PoliceDelivery
    number: str
    at: datetime


def open_file(*, package: PolicePackage, actor: User, now: datetime) -> bytes:
    """Return the encrypted package, for one download; logged. Raises PackageErased, PackageAltered, SealError."""
    with transaction.atomic():
        content = _encrypted(package)
        PolicePackage.objects.filter(pk=package.pk, downloaded_at=None).update(downloaded_at=now)
        audit_log.record(action="police.downloaded", subject=package, actor=actor, now=now)
        return content


def read_password(*, package: PolicePackage, actor: User, now: datetime) -> str:
    """Return the password of an archive and erase it. Audited. Raises PackageErased, PasswordErased, SealError."""
    with transaction.atomic():
        file = _lock_file(package)
        if file.sealed_password is None:
            raise PasswordErased
        password = PoliceFile.PASSWORD.open(file)
        file.sealed_password = None
        file.save(update_fields=["sealed_password"])
        audit_log.record(action="police.password_read", subject=package, actor=actor, now=now)
        return password.decode()


def record_delivery(*, package: PolicePackage, delivery: Delivery, actor: User | None, now: datetime) -> None:
    """Record a delivery: the referrals are sent, and police holds start. Raises PackageStateChanged, PasswordUnread.

    `actor` is None after acceptance by a mail server. Withdrawn referrals are left out. A file with pictures is
    erased.
    """
    with transaction.atomic():
        waiting = PolicePackage.objects.filter(pk=package.pk, state=PackageState.MADE)
        if not waiting.update(
            state=PackageState.DELIVERED,
            email_problem="",
            due_at=None,
            failing_since=None,
            error="",
            delivered_at=delivery.at,
            delivered_by=actor,
            delivery_method=delivery.how,
            receipt_number=delivery.number,
        ):
            raise PackageStateChanged
        data: dict[str, audit_log.AuditValue] = {
            "package": package.pk,
            "reference": package.reference,
            "how": delivery.how.value,
        }
        # Locked case by case, in the common order.
        reports = dict[int, Report]()
        for referral in package.referrals.select_related("report", "item").order_by("report_id", "pk"):
            sent_before = referral.state == ReferralState.SENT
            if services.mark_sent(referral=referral, now=now, data={"package": package.pk}) or sent_before:
                reports[referral.report_id] = referral.report
        for report in reports.values():
            audit_log.record(action="police.delivered", subject=report, actor=actor, now=now, data=data)
        mark_handed_over(package=package.uuid, now=now)
        audit_log.record(action="police.package_delivered", subject=package, actor=actor, now=now, data=data)
        file = PoliceFile.objects.filter(package=package)
        if not package.pictures:
            file.update(outgoing=None)
        elif file.filter(sealed_password__isnull=False).exists():
            raise PasswordUnread
        elif file.delete()[0]:
            audit_log.record(action="police.erased", subject=package, actor=actor, now=now)


def record_returned(*, package: PolicePackage, now: datetime) -> None:
    """Record a returned e-mail: the package waits for delivery again. Idempotent.

    Its referrals stay sent, because parts of the message may have been read.
    """
    with transaction.atomic():
        sent = PolicePackage.objects.filter(
            pk=package.pk, state=PackageState.DELIVERED, delivery_method=PoliceDelivery.EMAIL
        )
        if not sent.update(
            state=PackageState.MADE,
            email_problem=PackageProblem.RETURNED,
            delivered_at=None,
            delivered_by=None,
            delivery_method="",
            receipt_number="",
        ):
            return
        data: dict[str, audit_log.AuditValue] = {"package": package.pk, "reference": package.reference}
        for report in Report.objects.filter(referrals__packages=package).distinct().order_by("pk"):
            audit_log.record(action="police.returned", subject=report, actor=None, now=now, data=data)
        audit_log.record(action="police.package_returned", subject=package, actor=None, now=now)


def discard_package(*, package: PolicePackage, actor: User | None, now: datetime) -> None:
    """Discard an undelivered package; its referrals go into a new one. Raises PackageStateChanged, PackageReturned."""
    with transaction.atomic():
        if package.email_problem == PackageProblem.RETURNED:
            raise PackageReturned
        waiting = PolicePackage.objects.filter(pk=package.pk, state=PackageState.MADE)
        if not waiting.update(state=PackageState.FAILED, ended_at=now, due_at=None):
            raise PackageStateChanged
        PolicePackageItem.objects.filter(package=package).update(dropped_at=now)
        PoliceFile.objects.filter(package=package).delete()
        audit_log.record(action="police.package_discarded", subject=package, actor=actor, now=now)


def discard_withdrawn(*, now: datetime) -> int:
    """Discard packages that were never downloaded and contain withdrawn content; returns their number."""
    waiting = PolicePackage.objects.filter(state=PackageState.MADE, downloaded_at=None, mail_tag="")
    stale = [package for package in waiting.order_by("pk")[:AT_ONCE] if withdrawn_cases(package)]
    for package in stale:
        discard_package(package=package, actor=None, now=now)
    return len(stale)


def retry_email(*, package: PolicePackage, actor: User, now: datetime) -> None:
    """Send the e-mail again. Packages with pictures still need another method.

    Raises PackageStateChanged, RecipientAltered, PackageErased, PackageAltered, SealError.
    """
    with transaction.atomic():
        file = _lock_file(package)
        package.refresh_from_db()
        if not orders.is_recipient_signed(package.recipient):
            raise RecipientAltered
        if package.state != PackageState.MADE or package.recipient.delivery != PoliceDelivery.EMAIL:
            raise PackageStateChanged
        encrypted = _encrypted(package)
        queue_mail(package, file, encrypted, now)
        package.save(update_fields=["email_problem", "due_at", "attempts", "failing_since", "error"])
        file.save(update_fields=["outgoing"])
        audit_log.record(action="police.email_retried", subject=package, actor=actor, now=now)


def erase_expired_files(*, now: datetime) -> int:
    """Erase the files of packages delivered more than `RETENTION_DAYS` ago; the list of their content stays."""
    before = now - timedelta(days=RETENTION_DAYS)
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
    content = PoliceFile.FILE.open(file)
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise PackageAltered
    return content


def _lock_file(package: PolicePackage) -> PoliceFile:
    """Return the file, its package locked first. Raises PackageErased."""
    PolicePackage.objects.select_for_update().get(pk=package.pk)
    file = PoliceFile.objects.select_for_update().filter(package=package).first()
    if file is None:
        raise PackageErased
    return file
