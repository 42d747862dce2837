"""Builds packages of referrals that are due, each in one transaction."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from clicksafely.common.crypto.signing import NoVerificationKeys
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
from hotline.referral import orders, services
from hotline.referral.police import encryption, selectors
from hotline.referral.police.certificates import CertificateRefused, check_usable, fingerprint, read_certificate
from hotline.referral.police.custody import as_utc
from hotline.referral.police.encryption import BrokenArchive, Member
from hotline.referral.police.export_data import HOTLINE, OpenedCase, describe_case, describe_package, open_case
from hotline.referral.police.report_pdf import LANGUAGE, render_pdf
from hotline.referral.quarantine.services import SuspectedFile, files_for_handover

logger = logging.getLogger(__name__)

# A person has to correct the cause; changes by a supervisor trigger a retry at once.
RETRY_INTERVAL = timedelta(minutes=15)
# The usual limit of mail servers, including the third that base64 adds.
MAX_EMAIL_BYTES = 15 * 1024 * 1024
_UNWRITTEN = "0" * 64
# Recorded in the audit trail when they are first found.
REFUSED_ORDERS = (ReferralProblem.RECIPIENT_UNSIGNED, ReferralProblem.DECISION_UNSIGNED)


def build_due_packages(*, now: datetime) -> int:
    """Pack the due referrals; return the number of packages. Idempotent, also for concurrent runs.

    On failure the reason is stored at the referral.
    """
    # The objects that are verified here are the ones used below: the rows may change in the meantime.
    recipients = list(PoliceRecipient.objects.order_by("pk"))
    try:
        altered = orders.unsigned_recipients(recipients)
    except NoVerificationKeys:
        logger.error("Police packages cannot be built: the public signing keys are missing or damaged.")
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.NO_KEYS, now)
        return 0
    if altered:
        logger.error("Police packages are not built: a recipient was changed outside the staff site.")
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.RECIPIENT_UNSIGNED, now)
        return 0
    recipient = next((each for each in recipients if each.is_default and each.active), None)
    if recipient is None:
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.NO_RECIPIENT, now)
        return 0
    if recipient.has_expired(now):
        _put_off(selectors.unpackaged_referrals(now), ReferralProblem.CERTIFICATE_EXPIRED, now)
        return 0
    return sum(_pack(group, recipient, now) for group in selectors.groups_due(recipient, now))


def _pack(group: Sequence[int], recipient: PoliceRecipient, now: datetime) -> int:
    """Build the package of a group and return the number of packages.

    If that fails, each case gets a package of its own, so that one case cannot block the others.
    """
    try:
        with transaction.atomic():
            return _make(group, recipient, now)
    except sealing.NoPrivateKey:
        problem = ReferralProblem.NO_KEYS
        logger.error("Police packages cannot be built: this process has no private keys.")
    except (CertificateRefused, BrokenArchive, TypstError, sealing.SealError, OSError) as error:
        # The exception's text may quote content of the report.
        problem = ReferralProblem.NOT_MADE
        logger.error("Police package could not be built: %s.", type(error).__name__)
        cases = selectors.by_case(selectors.unpackaged_referrals(now).filter(pk__in=group))
        if len(cases) > 1:
            return sum(_pack(case, recipient, now) for case in cases)
    _put_off(selectors.unpackaged_referrals(now).filter(pk__in=group), problem, now)
    return 0


def _make(group: Sequence[int], recipient: PoliceRecipient, now: datetime) -> bool:
    # Every transaction locks the cases first: a concurrent run or withdrawal waits and then sees the result.
    reports = Report.objects.filter(referrals__in=list(group)).order_by("pk").distinct().values_list("pk", flat=True)
    list(Report.objects.select_for_update(no_key=True).filter(pk__in=list(reports)).order_by("pk"))
    rows = selectors.unpackaged_referrals(now).filter(pk__in=group).select_for_update(of=("self",))
    referrals = sorted(
        (referral for referral in rows if _is_signed(referral, now)),
        key=lambda referral: (referral.report_id, referral.pk),
    )
    if not referrals:
        return False
    package = PolicePackage.objects.create(
        created_at=now, recipient=recipient, format=_format_for(recipient), sha256=_UNWRITTEN, size=0
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


def _is_signed(referral: Referral, now: datetime) -> bool:
    """Return whether the staff site has made the decision; otherwise it is put off, and nothing is opened for it."""
    if orders.is_referral_signed(referral):
        return True
    logger.error("Referral %s is not handed over: it was added or changed outside the staff site.", referral.pk)
    _put_off([referral], ReferralProblem.DECISION_UNSIGNED, now)
    return False


def _members(package: PolicePackage, referrals: Sequence[Referral], now: datetime) -> list[Member]:
    """Return the package's files, the report first and the manifest last; decryption is logged for each case."""
    cases: list[dict[str, Any]] = []
    files: list[Member] = []
    by_report: dict[Report, list[Referral]] = {}
    for referral in referrals:
        by_report.setdefault(referral.report, []).append(referral)
    created_at, created_by = as_utc(now), f"{HOTLINE} (portal)"
    with translation.override(LANGUAGE):
        for report, of_report in by_report.items():
            opened_case = open_case(report, of_report)
            pictures = _pictures(package, report, of_report, now)
            _log_opening(package, report, of_report, opened_case, now)
            items = [(referral.item, referral) for referral in of_report if not referral.is_for_pictures]
            cases.append(describe_case(report, items, opened_case, pictures))
            files += [Member(f"files/{picture.name}", picture.data, created_at, created_by) for picture in pictures]
    content = describe_package(reference=package.reference, created_at=now, cases=cases)
    data = Member("case.json", encryption.as_json(content), created_at, created_by)
    recipient = package.recipient.in_full
    pdf = render_pdf(content, recipient=recipient, members=[data, *files])
    members = [Member("report.pdf", pdf, created_at, created_by), data, *files]
    custody = {case["reference"]: case["custody"] for case in cases}
    manifest = encryption.build_manifest(
        reference=package.reference, created_at=created_at, recipient=recipient, members=members, custody=custody
    )
    return [*members, manifest]


def _pictures(
    package: PolicePackage, report: Report, referrals: Sequence[Referral], now: datetime
) -> list[SuspectedFile]:
    """Return the locked pictures of a case that a supervisor has referred; they are assigned to this package."""
    if not any(referral.is_for_pictures for referral in referrals):
        return []
    files = files_for_handover(report=report, package=package.uuid, now=now)
    package.pictures += Upload.objects.filter(packed_in=package.uuid, report=report).values_list("pk", flat=True)
    return files


def _log_opening(
    package: PolicePackage, report: Report, referrals: Sequence[Referral], opened_case: OpenedCase, now: datetime
) -> None:
    data: dict[str, audit_log.AuditValue] = {"package": package.pk, "reference": package.reference}
    if opened_case.words or opened_case.reasons:
        audit_log.record(action="police.words_opened", subject=report, actor=None, now=now, data=data)
    if opened_case.unreadable:
        package.unreadable_reports.append(report.pk)
    for referral in referrals:
        audit_log.record(
            action="police.packed", subject=report, actor=None, now=now, data=data | {"item": referral.item_id}
        )


def _keep(package: PolicePackage, members: Sequence[Member], now: datetime) -> None:
    """Encrypt the package, verify that it can be decrypted, and store it sealed."""
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
        PoliceFile.PASSWORD.seal(file, password.encode())
    PoliceFile.FILE.seal(file, encrypted)
    package.members = [member.as_dict() for member in members]
    package.sha256, package.size = hashlib.sha256(encrypted).hexdigest(), len(encrypted)
    if package.recipient.delivery == PoliceDelivery.EMAIL:
        queue_mail(package, file, encrypted, now)
    package.save()
    file.save(force_insert=True)


def queue_mail(package: PolicePackage, file: PoliceFile, encrypted: bytes, now: datetime) -> None:
    """Queue the package's e-mail, unless it contains pictures or is too large; the caller saves both rows.

    Pictures are erased on delivery, and acceptance by a mail server does not prove delivery: the message may be
    returned.
    """
    if package.pictures:
        package.email_problem = PackageProblem.PICTURES
        return
    if len(encrypted) > MAX_EMAIL_BYTES:
        package.email_problem = PackageProblem.TOO_LARGE
        return
    package.email_problem, package.due_at = "", now
    package.attempts, package.failing_since, package.error = 0, None, ""
    file.outgoing = encrypted


def _format_for(recipient: PoliceRecipient) -> PackageFormat:
    return PackageFormat.CMS if recipient.certificate else PackageFormat.ZIP


def _put_off(waiting: Iterable[Referral], problem: ReferralProblem, now: datetime) -> None:
    for referral in waiting:
        if problem in REFUSED_ORDERS and referral.problem != problem:
            data: dict[str, audit_log.AuditValue] = {"referral": referral.pk, "problem": problem.value}
            audit_log.record(action="police.order_refused", subject=referral.report, actor=None, now=now, data=data)
        services.postpone_referral(referral=referral, problem=problem, due_at=now + RETRY_INTERVAL)
