"""Actions on suspected pictures: lock, unlock, refer to the police, erase."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from hotline.categories import SEXUAL_ABUSE
from hotline.lifecycle.picture_files import erase_picture, open_picture
from hotline.lifecycle.transitions import update_priority
from hotline.models import FileHash, Referral, ReferralState, Report, Route, Suspicion, SuspicionWithdrawReason, Upload
from hotline.permissions import MANAGE_QUARANTINE
from hotline.priority import PriorityReason
from hotline.referral import services as referrals
from hotline.referral.quarantine import selectors
from hotline.referral.routing import hosting_region_of


# Refusals; every message is for staff.
class PictureErased(ActionRefused):
    reason = _("The police already have this picture. Nothing about it can be changed.")


class NotSuspected(ActionRefused):
    reason = _("This picture is no longer under suspicion.")


class OwnSuspicion(ActionRefused):
    reason = _("You raised this suspicion yourself. Another supervisor must decide.")


class OwnCase(ActionRefused):
    reason = _(
        "You hold this case. A picture cannot be unlocked by a person who may open it. Give the case back first."
    )


class ForSupervisors(ActionRefused):
    reason = _("Only a supervisor may do this.")


class WithdrawReasonMissing(ActionRefused):
    field = "reason"
    reason = _("Choose a reason.")


class NothingToHandOver(ActionRefused):
    reason = _("This case has no locked pictures waiting for the police.")


class HandoverPending(ActionRefused):
    reason = _("The pictures are already being sent to the police.")


@dataclass(frozen=True, kw_only=True)
class SuspectedFile:
    """A decrypted picture for a package. It is never stored in this form, and `data` is not in its repr.

    `sha256` (hexadecimal) is of `data`, our copy without metadata; `received_sha256` is of the received file,
    empty if unknown. `suspected_by` is a username, empty if a list named the picture.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    size: int
    mime_type: str
    received_sha256: str
    suspected_by: str
    locked_at: datetime


def suspect_upload(*, upload: Upload, actor: User, now: datetime) -> Suspicion:
    """Lock a picture because `actor` suspects child sexual abuse material.

    Repeated calls return the active suspicion. Locking needs no claim on the case: it is the safe side. The priority
    of an open case rises. Raises PictureErased.
    """
    hour = hour_of(now)
    with transaction.atomic():
        report, upload = _lock(upload)
        if upload.handed_over_at:
            raise PictureErased
        standing = selectors.active_suspicion(upload)
        if standing:
            return standing
        Upload.objects.filter(pk=upload.pk, locked_at=None).update(locked_at=hour)
        suspicion = Suspicion.objects.create(upload=upload, author=actor, raised_at=now)
        data: dict[str, audit_log.AuditValue] = {"upload": upload.pk, "suspicion": suspicion.pk}
        audit_log.record(action="upload.suspected", subject=report, actor=actor, now=now, data=data)
        _weigh(report, suspected=True)
    return suspicion


def withdraw_suspicion(*, upload: Upload, reason: str, actor: User, now: datetime) -> None:
    """Withdraw a suspicion; the picture is unlocked unless an abuse list has named it too.

    `reason` is a SuspicionWithdrawReason. The supervisor must neither have raised the suspicion nor hold the case:
    unlocking must not serve to view the picture. Raises ForSupervisors, WithdrawReasonMissing, NotSuspected,
    OwnSuspicion, OwnCase, PictureErased.
    """
    if not has_role_permission(actor, MANAGE_QUARANTINE):
        raise ForSupervisors
    if reason not in SuspicionWithdrawReason.values:
        raise WithdrawReasonMissing
    with transaction.atomic():
        report, upload = _lock(upload)
        suspicion = selectors.active_suspicion(upload)
        if upload.handed_over_at:
            raise PictureErased
        if suspicion is None:
            raise NotSuspected
        if suspicion.author_id == actor.pk:
            raise OwnSuspicion
        if report.claimed_by_id == actor.pk:
            raise OwnCase
        Suspicion.objects.filter(pk=suspicion.pk).update(withdrawn_by=actor, withdrawn_at=now, withdraw_reason=reason)
        stays = selectors.is_on_abuse_list(upload)
        if not stays:
            Upload.objects.filter(pk=upload.pk).update(locked_at=None, packed_in=None)
        data: dict[str, audit_log.AuditValue] = {
            "upload": upload.pk,
            "suspicion": suspicion.pk,
            "because": reason,
            "locked": stays,
        }
        audit_log.record(action="upload.suspicion_withdrawn", subject=report, actor=actor, now=now, data=data)
        if not Suspicion.objects.filter(upload__report=report, withdrawn_at=None).exists():
            _weigh(report, suspected=False)
        on_its_way = selectors.open_handover(report)
        if on_its_way and not selectors.pictures_awaiting(report).exists():
            referrals.withdraw_referral(referral=on_its_way, actor=actor, now=now)


def refer_suspected(*, report: Report, actor: User, now: datetime) -> Referral:
    """Refer the locked pictures of a case to the police by a supervisor's decision, without viewing them.

    The referral is attached to the case's first item, whose state does not change. Raises ForSupervisors,
    NothingToHandOver, HandoverPending, NoSigningKey.
    """
    if not has_role_permission(actor, MANAGE_QUARANTINE):
        raise ForSupervisors
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        item = report.items.order_by("report_items__position").first()
        if item is None or not selectors.pictures_awaiting(report).exists():
            raise NothingToHandOver
        if selectors.open_handover(report):
            raise HandoverPending
        referral = referrals.save_decision(
            Referral(
                item=item,
                report=report,
                author=actor,
                route=Route.POLICE,
                state=ReferralState.DUE,
                country=hosting_region_of(item).country,
                created_at=now,
                due_at=now,
                is_for_pictures=True,
            )
        )
        audit_log.record(
            action="referral.pictures", subject=report, actor=actor, now=now, data={"referral": referral.pk}
        )
    return referral


def files_for_handover(*, report: Report, package: UUID, now: datetime) -> list[SuspectedFile]:
    """Decrypt the locked pictures of a case that the police do not have yet, for one package.

    It runs on a worker with the private key. The pictures are assigned to the package with the UUID `package`.
    `mark_handed_over` uses the last assignment. Raises SealError, FileNotFoundError; then nothing is stored.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
        uploads = list(selectors.pictures_awaiting(report).select_for_update(of=("self",)))
        files = [_file(upload) for upload in uploads]
        Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(packed_in=package)
        audit_log.record_many(
            [
                audit_log.AuditEntry("upload.packed", report, {"upload": upload.pk, "package": str(package)})
                for upload in uploads
            ],
            actor=None,
            now=now,
        )
    return files


def mark_handed_over(*, package: UUID, now: datetime) -> int:
    """Record the delivery of a package: its pictures are erased after the commit; returns their number.

    A legal hold does not prevent the erasure: the police have the pictures. Idempotent. Pictures that were
    unlocked, or assigned to a newer package, are skipped.
    """
    with transaction.atomic():
        packed = Upload.objects.filter(packed_in=package, locked_at__isnull=False, handed_over_at=None, erased_at=None)
        uploads = list(packed.select_for_update(of=("self",)).select_related("report").order_by("pk"))
        Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(handed_over_at=now)
        audit_log.record_many(
            [
                audit_log.AuditEntry(
                    "upload.handed_over", upload.report, {"upload": upload.pk, "package": str(package)}
                )
                for upload in uploads
            ],
            actor=None,
            now=now,
        )
        # A failed erasure is left to the periodic task: the delivery stays recorded.
        transaction.on_commit(partial(erase_handed_over, now=now), robust=True)
    return len(uploads)


def erase_handed_over(*, now: datetime) -> int:
    """Erase the files of delivered pictures, first the file, then its mark; returns the number of erased files.

    After a crash between the two, the next run repeats the step. The row stays as an empty marker with its hashes.
    """
    erased = 0
    for pk in list(selectors.pictures_to_erase().values_list("pk", flat=True)[: selectors.AT_ONCE]):
        with transaction.atomic():
            upload = (
                (
                    selectors.pictures_to_erase()
                    .select_for_update(skip_locked=True, of=("self",))
                    .select_related("report")
                )
                .filter(pk=pk)
                .first()
            )
            if upload is None:
                continue
            erase_picture(upload)
            Upload.objects.filter(pk=pk).update(erased_at=now)
            audit_log.record(action="upload.erased", subject=upload.report, actor=None, now=now, data={"upload": pk})
            erased += 1
    return erased


def _lock(upload: Upload) -> tuple[Report, Upload]:
    """Lock the case and its picture; concurrent actions on pictures of the case wait."""
    report = Report.objects.select_for_update().get(uploads=upload)
    return report, Upload.objects.select_for_update().get(pk=upload.pk)


def _weigh(report: Report, *, suspected: bool) -> None:
    """Set the priority: a suspected picture counts as a report of abuse, and the weight is added once."""
    counts = suspected and SEXUAL_ABUSE.isdisjoint(report.priority_reasons)
    update_priority(report, add=[PriorityReason.SUSPECTED] if counts else [], remove=[PriorityReason.SUSPECTED])


def _file(upload: Upload) -> SuspectedFile:
    data = open_picture(upload)
    row = FileHash.objects.filter(upload=upload).first()
    received = row.open_digests().sha256 if row else None
    suspicion = selectors.active_suspicion(upload)
    assert upload.locked_at is not None  # noqa: S101 - the selector chose it by that
    return SuspectedFile(
        name=f"picture-{upload.pk}.{upload.mime_type.rpartition('/')[2]}",
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        mime_type=upload.mime_type,
        received_sha256=received.hex() if received else "",
        suspected_by=suspicion.author.get_username() if suspicion else "",
        locked_at=upload.locked_at,
    )
