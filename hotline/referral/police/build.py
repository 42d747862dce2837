"""Makes packages of what is due to go to the police, each in one transaction: all of it, or nothing and the reason at the hand-over."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from clicksafely.common.documents.typst import TypstError
from hotline.models import (
    PackageFormat,
    PackageProblem,
    PoliceDelivery,
    PoliceFile,
    PolicePackage,
    PolicePackageItem,
    PoliceRecipient,
    Referral,
    ReferralProblem,
    Report,
    Upload,
)
from hotline.referral import services
from hotline.referral.police import encryption, selectors
from hotline.referral.police.certificates import CertificateRefused, check_usable, fingerprint, read_certificate
from hotline.referral.police.custody import as_utc
from hotline.referral.police.encryption import BrokenArchive, Member
from hotline.referral.police.export_data import HOTLINE, OpenedCase, describe_case, describe_package, open_case
from hotline.referral.police.report_pdf import LANGUAGE, render_pdf
from hotline.referral.quarantine.services import SuspectedFile, files_for_handover

logger = logging.getLogger(__name__)

# Somebody has to mend it; what was mended by a supervisor is tried at once.
RETRY_INTERVAL = timedelta(minutes=15)
# What most mail servers take, the third that base64 adds included.
MOST_BY_MAIL = 15 * 1024 * 1024
_UNWRITTEN = "0" * 64


def build_due_packages(*, now: datetime) -> int:
    """Pack what is due; returns how many packages were made. Run twice, or by two at a time, it makes none twice."""
    recipient = selectors.default_recipient()
    if recipient is None:
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.NO_RECIPIENT, now)
        return 0
    if recipient.has_expired(now):
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.CERTIFICATE_EXPIRED, now)
        return 0
    return sum(_pack(group, recipient, now) for group in selectors.groups_due(recipient, now))


def _pack(group: Sequence[int], recipient: PoliceRecipient, now: datetime) -> int:
    """Make the package of a group; where it cannot be made, of each case by itself, so that one keeps no other back."""
    try:
        with transaction.atomic():
            return _make(group, recipient, now)
    except sealing.NoPrivateKey:
        problem = ReferralProblem.NO_KEYS
        logger.error("Packages for the police cannot be made: this process holds no private keys.")
    except (CertificateRefused, BrokenArchive, TypstError, sealing.SealError, OSError) as error:
        # Its text may quote what somebody wrote.
        problem = ReferralProblem.NOT_MADE
        logger.error("A package for the police could not be made: %s.", type(error).__name__)
        cases = selectors.by_case(selectors.unpackaged_referrals(now).filter(pk__in=group))
        if len(cases) > 1:
            return sum(_pack(case, recipient, now) for case in cases)
    _put_off(selectors.unpackaged_referrals(now).filter(pk__in=group), problem, now)
    return 0


def _make(group: Sequence[int], recipient: PoliceRecipient, now: datetime) -> bool:
    # The cases first, as everybody locks them: whoever packs or takes back at the same time waits, and then finds what was done.
    reports = Report.objects.filter(referrals__in=list(group)).order_by("pk").distinct().values_list("pk", flat=True)
    list(Report.objects.select_for_update(no_key=True).filter(pk__in=list(reports)).order_by("pk"))
    rows = selectors.unpackaged_referrals(now).filter(pk__in=group).select_for_update(of=("self",))
    referrals = sorted(rows, key=lambda referral: (referral.report_id, referral.pk))
    if not referrals:
        return False
    package = PolicePackage.objects.create(
        made_at=now, recipient=recipient, format=_format_for(recipient), sha256=_UNWRITTEN, size=0
    )
    PolicePackageItem.objects.bulk_create(
        [PolicePackageItem(package=package, referral=referral) for referral in referrals]
    )
    Referral.objects.filter(pk__in=[referral.pk for referral in referrals]).update(problem="")
    members = _members(package, referrals, now)
    _keep(package, members, now)
    audit_log.record(
        action="police.package_created",
        subject=package,
        actor=None,
        now=now,
        data={"sha256": package.sha256, "recipient": recipient.pk, "referrals": [each.pk for each in referrals]},
    )
    return True


def _members(package: PolicePackage, referrals: Sequence[Referral], now: datetime) -> list[Member]:
    """The package's files, the report first and the manifest last; what is opened for it is logged at each case."""
    cases: list[dict[str, Any]] = []
    files: list[Member] = []
    by_report: dict[Report, list[Referral]] = {}
    for referral in referrals:
        by_report.setdefault(referral.report, []).append(referral)
    made_at, made_by = as_utc(now), f"{HOTLINE} (portal)"
    with translation.override(LANGUAGE):
        for report, of_report in by_report.items():
            opened = open_case(report, of_report)
            pictures = _pictures(package, report, of_report, now)
            _log_opening(package, report, of_report, opened, now)
            items = [(referral.item, referral) for referral in of_report if not referral.is_for_pictures]
            cases.append(describe_case(report, items, opened, pictures))
            files += [Member(f"files/{picture.name}", picture.data, made_at, made_by) for picture in pictures]
    content = describe_package(reference=package.reference, made_at=now, cases=cases)
    data = Member("case.json", encryption.as_json(content), made_at, made_by)
    recipient = package.recipient.in_full
    pdf = render_pdf(content, recipient=recipient, members=[data, *files])
    members = [Member("report.pdf", pdf, made_at, made_by), data, *files]
    custody = {case["reference"]: case["custody"] for case in cases}
    manifest = encryption.build_manifest(
        reference=package.reference, made_at=made_at, recipient=recipient, members=members, custody=custody
    )
    return [*members, manifest]


def _pictures(
    package: PolicePackage, report: Report, referrals: Sequence[Referral], now: datetime
) -> list[SuspectedFile]:
    """The locked pictures of a case, where a supervisor has decided to hand them over; they belong to this package from now on."""
    if not any(referral.is_for_pictures for referral in referrals):
        return []
    files = files_for_handover(report=report, package=package.uuid, now=now)
    package.pictures += Upload.objects.filter(packed_in=package.uuid, report=report).values_list("pk", flat=True)
    return files


def _log_opening(
    package: PolicePackage, report: Report, referrals: Sequence[Referral], opened: OpenedCase, now: datetime
) -> None:
    told: dict[str, audit_log.AuditValue] = {"package": package.pk, "reference": package.reference}
    if opened.words or opened.reasons:
        audit_log.record(action="police.words_opened", subject=report, actor=None, now=now, data=told)
    if opened.unreadable:
        package.without.append(report.pk)
    for referral in referrals:
        audit_log.record(
            action="police.packed", subject=report, actor=None, now=now, data=told | {"item": referral.item_id}
        )


def _keep(package: PolicePackage, members: Sequence[Member], now: datetime) -> None:
    """Encrypt, check that it can be opened again, and store it sealed once more."""
    file = PoliceFile(package=package, uuid=package.uuid)
    if package.format == PackageFormat.CMS:
        certificate = read_certificate(package.recipient.certificate)
        check_usable(certificate, now)
        clear = encryption.build_zip(members)
        encryption.check_archive(clear)
        encrypted = encryption.encrypt_to(certificate, clear)
        package.certificate_sha256 = fingerprint(certificate)
    else:
        password = encryption.generate_password()
        encrypted = encryption.build_encrypted_zip(members, password)
        encryption.check_archive(encrypted, password=password)
        file.sealed_password = _seal(file, "password", password.encode())
    file.sealed = _seal(file, "file", encrypted)
    package.members = [member.as_dict() for member in members]
    package.sha256, package.size = hashlib.sha256(encrypted).hexdigest(), len(encrypted)
    if package.recipient.delivery == PoliceDelivery.EMAIL:
        queue_mail(package, file, encrypted, now)
    package.save()
    file.save(force_insert=True)


def queue_mail(package: PolicePackage, file: PoliceFile, encrypted: bytes, now: datetime) -> None:
    """Let the package go out by e-mail, unless pictures are in it or it is too large; the caller saves both rows.

    Pictures are erased with the hand-over, and a mail server's yes is none: the message may still come back.
    """
    if package.pictures:
        package.problem = PackageProblem.PICTURES
        return
    if len(encrypted) > MOST_BY_MAIL:
        package.problem = PackageProblem.TOO_LARGE
        return
    package.problem, package.due_at, package.attempts = "", now, 0
    file.outgoing = encrypted


def _seal(file: PoliceFile, field: str, content: bytes) -> bytes:
    return sealing.seal(content, ring="hotline", table="hotline_policefile", field=field, row=file.uuid)


def _format_for(recipient: PoliceRecipient) -> PackageFormat:
    return PackageFormat.CMS if recipient.certificate else PackageFormat.ZIP


def _put_off(waiting: QuerySet[Referral], problem: ReferralProblem, now: datetime) -> None:
    for referral in waiting:
        services.postpone_referral(referral=referral, problem=problem, due_at=now + RETRY_INTERVAL)
