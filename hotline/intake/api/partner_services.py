"""Services for partners and their API keys."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.exceptions import ActionRefused
from hotline.intake.api import keys
from hotline.models import Partner, PartnerKey


class LabelTaken(ActionRefused):
    """The partner has a valid key with this label."""

    field = "label"
    reason = _("A valid key with this name already exists. Choose another name or revoke that key first.")


def save_partner(*, partner: Partner, actor: User | None, now: datetime) -> None:
    """Create or update a partner. `actor` is None for demonstration data.

    Making a partner inactive waits for its reports in progress; no report is stored afterwards.
    """
    is_new = partner.pk is None
    with transaction.atomic():
        if is_new:
            partner.created_at = now
        elif not partner.active:
            # A report in progress holds a shared lock of its key.
            list(partner.keys.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        partner.save()
        data: dict[str, audit_log.AuditValue] = {"active": partner.active, "reports_per_hour": partner.reports_per_hour}
        audit_log.record(
            action="partner.created" if is_new else "partner.changed", subject=partner, actor=actor, now=now, data=data
        )


def make_key(*, partner: Partner, label: str, actor: User | None, now: datetime) -> str:
    """Create a key and return it in clear text. It cannot be shown again.

    `actor` is None for the management command. Raises LabelTaken.
    """
    drawn = keys.draw_key()
    try:
        with transaction.atomic():
            key = partner.keys.create(
                label=label, prefix=drawn.prefix, digest=drawn.digest, created_at=now, created_by=actor
            )
            data: dict[str, audit_log.AuditValue] = {"key": key.pk, "prefix": key.prefix}
            audit_log.record(action="partner_key.created", subject=partner, actor=actor, now=now, data=data)
    except IntegrityError as error:
        if partner.keys.filter(label=label, revoked_at=None).exists():
            raise LabelTaken from error
        raise
    return drawn.text


def revoke_key(*, key: PartnerKey, actor: User, now: datetime) -> bool:
    """Revoke the key, also for requests in progress. Returns whether it was valid until now."""
    with transaction.atomic():
        revoked = PartnerKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
        if revoked:
            audit_log.record(
                action="partner_key.revoked", subject=key.partner, actor=actor, now=now, data={"key": key.pk}
            )
    return bool(revoked)


def record_use(*, key: PartnerKey, now: datetime) -> None:
    """Store the hour of the last use of the key."""
    hour = hour_of(now)
    if key.last_used_at is None or key.last_used_at < hour:
        PartnerKey.objects.filter(pk=key.pk).update(last_used_at=hour)
