"""Changes of police recipients, each recorded in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.models import PoliceRecipient, Referral, ReferralProblem, ReferralState, Route
from hotline.referral import orders
from hotline.referral.police.certificates import read_certificate

# Problems that a change of the recipient may solve.
RECOVERABLE_PROBLEMS = (
    ReferralProblem.NO_RECIPIENT,
    ReferralProblem.CERTIFICATE_EXPIRED,
    ReferralProblem.RECIPIENT_UNSIGNED,
)


def save_recipient(*, recipient: PoliceRecipient, actor: User | None, now: datetime, changed: Iterable[str]) -> None:
    """Store and sign a new or changed recipient, validated by its form; `changed` are the names of the fields.

    A new default recipient replaces the former one. Referrals that failed for lack of a recipient are retried at
    once. Raises CertificateRefused, NoSigningKey.
    """
    certificate = read_certificate(recipient.certificate) if recipient.certificate else None
    recipient.valid_until = certificate.not_valid_after_utc if certificate else None
    with transaction.atomic():
        action = f"police.recipient_{'created' if recipient._state.adding else 'changed'}"
        if recipient.is_default:
            for former in PoliceRecipient.objects.filter(is_default=True).exclude(pk=recipient.pk):
                _replace(former, now)
        orders.sign_recipient(recipient, now=now)
        recipient.save()
        audit_log.record(action=action, subject=recipient, actor=actor, now=now, data={"fields": sorted(changed)})
        waiting = Referral.objects.filter(route=Route.POLICE, state=ReferralState.DUE, problem__in=RECOVERABLE_PROBLEMS)
        waiting.update(due_at=now)


def _replace(former: PoliceRecipient, now: datetime) -> None:
    """Take the packages from a former recipient. One that was changed outside the staff site is not signed again."""
    is_unchanged = orders.is_recipient_signed(former)
    former.is_default = False
    if is_unchanged:
        orders.sign_recipient(former, now=now)
    former.save(update_fields=["is_default", "signed_at", "signature"])
