"""Unlocks pictures that were locked by mistake: a mere resemblance, or an erroneous list."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from hotline.models import FileHash, ListMeaning, Report, UnlockReason, Upload
from hotline.referral.quarantine.selectors import active_suspicion
from hotline.triage.hash_lists.selectors import find_exact_matches, lists_in_use


class UnlockReasonMissing(ActionRefused):
    reason = _("Choose a reason.")


class NotLocked(ActionRefused):
    reason = _("This picture is no longer locked.")


class OwnCase(ActionRefused):
    reason = _(
        "You hold this case. A picture must not be unlocked and opened by the same person. Return the case to "
        "the queue first."
    )


class StillSuspected(ActionRefused):
    reason = _(
        "A colleague also suspects this picture. Another supervisor has to withdraw that suspicion on "
        "the case page first."
    )


class AlreadyHandedOver(ActionRefused):
    reason = _("The police have this picture already.")


class StillListed(ActionRefused):
    reason = _("This exact file is on a list in use. If the list is wrong, switch it off or replace it first.")


def unlock_upload(*, upload: Upload, reason: str, actor: User, now: datetime) -> None:
    """Unlock a picture for the holder of the case. The decision uses the current lists, and the picture is not viewed.

    `reason` is an UnlockReason. Raises UnlockReasonMissing, OwnCase, AlreadyHandedOver, StillSuspected or NotLocked.
    Raises StillListed if an active list of abuse material has an equal MD5 or SHA digest.
    """
    if reason not in UnlockReason.values:
        raise UnlockReasonMissing
    with transaction.atomic():
        # The lock serialises this with matching and with claims of the case.
        report = Report.objects.select_for_update(no_key=True).get(uploads=upload)
        if report.claimed_by_id == actor.pk:
            raise OwnCase
        if Upload.objects.filter(pk=upload.pk, handed_over_at__isnull=False).exists():
            raise AlreadyHandedOver
        if active_suspicion(upload):
            raise StillSuspected
        if _is_listed(upload):
            raise StillListed
        if not Upload.objects.filter(pk=upload.pk, locked_at__isnull=False).update(locked_at=None, packed_in=None):
            raise NotLocked
        data: dict[str, audit_log.AuditValue] = {"upload": upload.pk, "reason": reason}
        audit_log.record(action="upload.unlocked", subject=report, actor=actor, now=now, data=data)


def _is_listed(upload: Upload) -> bool:
    lists = [hash_list for hash_list in lists_in_use() if hash_list.meaning == ListMeaning.CSAM]
    return bool(find_exact_matches(list(FileHash.objects.filter(upload=upload)), lists))
