"""Unlocks pictures that were locked by mistake: a mere resemblance, or an erroneous list."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.models import Algorithm, FileHash, ListMeaning, Report, UnlockReason, Upload
from hotline.referral.quarantine.selectors import active_suspicion
from hotline.triage.hash_lists.list_services import ListRefused
from hotline.triage.hash_lists.selectors import find_matches, lists_in_use


class UnlockReasonMissing(ListRefused):
    message = _("Choose why.")


class NotLocked(ListRefused):
    message = _("This picture is not locked any more.")


class OwnCase(ListRefused):
    message = _(
        "You hold this case. Whoever opens a picture is never the one who unlocked it: give the case back first."
    )


class StillSuspected(ListRefused):
    message = _("A colleague suspects this picture too: another supervisor has to withdraw that at the case first.")


class AlreadyHandedOver(ListRefused):
    message = _("The police have this picture already.")


class StillListed(ListRefused):
    message = _(
        "This very file is on a list in use: that is no resemblance. If the list is wrong, switch it off or replace it first."
    )


def unlock_upload(*, upload: Upload, reason: str, actor: User, now: datetime) -> None:
    """Unlock a picture for the holder of the case. The decision uses the current lists, and the picture is not viewed.

    `reason` is an UnlockReason. Raises UnlockReasonMissing, OwnCase, AlreadyHandedOver, StillSuspected, StillListed (an
    active list of abuse material has an equal MD5 or SHA digest) or NotLocked.
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
    found = find_matches(list(FileHash.objects.filter(upload=upload)), lists)
    return any(match.algorithm != Algorithm.PDQ for match in found)
