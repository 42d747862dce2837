"""Legal holds: set and released by supervisors, each in the audit trail; while one stands nothing of its report is erased."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import HoldReason, LegalHold, LegalMinimum, Report, RetentionRule
from hotline.permissions import MANAGE_LEGAL_HOLD
from hotline.retention.policy import violated_minimum
from hotline.states import ReportState

TABLE = LegalHold._meta.db_table
LONGEST_REASON = 2000


class LegalHoldNotAllowed(CaseError):
    message = _("Only a supervisor may do this.")


class HoldReasonMissing(CaseError):
    message = _("Choose why nothing of this case may be erased.")


class HoldTextMissing(CaseError):
    message = _("Write down the reason: a few words, at most 2,000 characters.")


class AlreadyOnHold(CaseError):
    message = _("A legal hold stands already.")


class TooLate(CaseError):
    message = _("This case has been anonymised already: there is nothing left to keep.")


def set_hold(*, report_id: int, reason: str, words: str, actor: User, now: datetime) -> LegalHold:
    """Keep everything of a report until the hold is released; `words` are sealed, and needed where `reason` is another one.

    Raises NotAllowed, HoldReasonMissing, HoldTextMissing, AlreadyOnHold, TooLate. Whatever is being erased at this moment is not, unless that
    is done but for its commit: then this waits for it, and what is left is held.
    """
    _require_duty(actor)
    if reason not in HoldReason.values:
        raise HoldReasonMissing
    words = words.strip()
    if (reason == HoldReason.OTHER and not words) or len(words) > LONGEST_REASON:
        raise HoldTextMissing
    row = uuid4()
    sealed = sealing.seal(words.encode(), ring="hotline", table=TABLE, field="reason", row=row) if words else None
    try:
        with transaction.atomic():
            if _lock_against_erasing(report_id) == ReportState.ANONYMISED:
                raise TooLate
            hold = LegalHold.objects.create(
                uuid=row, report_id=report_id, reason=reason, sealed_reason=sealed, set_by=actor, set_at=now
            )
            audit_log.record(
                action="legal_hold.set",
                subject=hold.report,
                actor=actor,
                now=now,
                data={"hold": hold.pk, "held": reason},
            )
    except IntegrityError as error:
        raise AlreadyOnHold from error
    return hold


def release_hold(*, hold: LegalHold, actor: User, now: datetime) -> None:
    """Let retention go on with the report. Raises NotAllowed, or WrongState where the hold is released already."""
    _require_duty(actor)
    with transaction.atomic():
        standing = LegalHold.objects.filter(pk=hold.pk, released_at=None)
        if not standing.update(released_at=now, released_by=actor, sealed_reason=None):
            raise WrongState
        audit_log.record(
            action="legal_hold.released", subject=hold.report, actor=actor, now=now, data={"hold": hold.pk}
        )


def open_reason(*, hold: LegalHold, actor: User, now: datetime) -> str:
    """Read what was written when the hold was set; logged. Raises NotAllowed, WrongState where nothing was, SealError."""
    _require_duty(actor)
    if hold.sealed_reason is None:
        raise WrongState
    text = sealing.open_sealed(hold.sealed_reason, ring="hotline", table=TABLE, field="reason", row=hold.uuid)
    audit_log.record(action="legal_hold.opened", subject=hold.report, actor=actor, now=now, data={"hold": hold.pk})
    return text.decode()


def _require_duty(actor: User) -> None:
    if not has_role_permission(actor, MANAGE_LEGAL_HOLD):
        raise LegalHoldNotAllowed


def _lock_against_erasing(report_id: int) -> str:
    """The state of the report, which cannot be erased until the transaction ends. Raises Report.DoesNotExist.

    The lock that a foreign key takes, which Django has no word for: it lets erasing go on to its last step, where it finds the hold,
    and nobody who only works the case waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM hotline_report WHERE id = %s FOR KEY SHARE", [report_id])
        found = cursor.fetchone()
    if found is None:
        raise Report.DoesNotExist
    return str(found[0])


class ShorterThanTheLaw(Exception):
    """A rule that lets go earlier than the law allows; `minimum` is what it breaks. Nothing was written."""

    def __init__(self, minimum: LegalMinimum) -> None:
        super().__init__(str(minimum))
        self.minimum = minimum


class GeneralRule(Exception):
    """Without its general rule a part would be kept for ever. Nothing was written."""


def save_rule(*, rule: RetentionRule, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed rule, checked by its form; `changed` are the names of the fields. Raises ShorterThanTheLaw."""
    minimum = violated_minimum(rule)
    if minimum is not None:
        raise ShorterThanTheLaw(minimum)
    with transaction.atomic():
        action = "retention_rule.created" if rule._state.adding else "retention_rule.changed"
        rule.save()
        data: dict[str, audit_log.AuditValue] = {"fields": sorted(changed), "part": rule.part, "days": rule.days}
        audit_log.record(action=action, subject=rule, actor=actor, now=now, data=data)


def remove_rule(*, rule: RetentionRule, actor: User, now: datetime) -> None:
    """Take a rule away; what it was for falls to a more general one. Raises GeneralRule."""
    if rule.is_general:
        raise GeneralRule
    with transaction.atomic():
        audit_log.record(
            action="retention_rule.removed",
            subject=rule,
            actor=actor,
            now=now,
            data={"part": rule.part, "days": rule.days},
        )
        rule.delete()
