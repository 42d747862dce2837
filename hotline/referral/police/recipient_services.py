"""Writes who at the police gets packages, each change in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.models import PoliceRecipient, Referral, ReferralProblem, ReferralState, Route
from hotline.referral.police.certificates import read_certificate

# What a change of a recipient may have mended.
RECOVERABLE_PROBLEMS = (ReferralProblem.NO_RECIPIENT, ReferralProblem.CERTIFICATE_EXPIRED)


def save_recipient(*, recipient: PoliceRecipient, actor: User | None, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed recipient, checked by its form; `changed` are the names of the fields.

    The one that gets the packages from now on takes that from the one that did. What waited for such a change is tried at once.
    Raises CertificateRefused.
    """
    certificate = read_certificate(recipient.certificate) if recipient.certificate else None
    recipient.valid_until = certificate.not_valid_after_utc if certificate else None
    with transaction.atomic():
        action = f"police.recipient_{'created' if recipient._state.adding else 'changed'}"
        if recipient.is_default:
            PoliceRecipient.objects.filter(is_default=True).exclude(pk=recipient.pk).update(is_default=False)
        recipient.save()
        audit_log.record(action=action, subject=recipient, actor=actor, now=now, data={"fields": sorted(changed)})
        waiting = Referral.objects.filter(route=Route.POLICE, state=ReferralState.DUE, problem__in=RECOVERABLE_PROBLEMS)
        waiting.update(due_at=now)
