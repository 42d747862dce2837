"""Legal holds and retention rules, set by supervisors and recorded in the audit trail. A hold prevents erasure of its report."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import WrongState
from hotline.models import HoldReason, LegalHold, LegalMinimum, Report, RetentionRule
from hotline.permissions import MANAGE_LEGAL_HOLD
from hotline.retention.policy import violated_minimum
from hotline.states import ReportState

MAX_REASON_LENGTH = 2000


class LegalHoldNotAllowed(ActionRefused):
    reason = _("Only a supervisor may do this.")


class HoldReasonMissing(ActionRefused):
    field = "held"
    reason = _("Choose the reason for the legal hold.")


class HoldTextMissing(ActionRefused):
    field = "hold_words"
    reason = _("Enter the reason in a few words, at most 2,000 characters.")


class AlreadyOnHold(ActionRefused):
    reason = _("A legal hold is already in force.")


class TooLate(ActionRefused):
    reason = _("This case is already anonymised, so there is nothing to hold.")


def set_hold(*, report_id: int, reason: str, words: str, actor: User, now: datetime) -> LegalHold:
    """Keep all data of a report until the hold is released. `words` are sealed, and required if `reason` is “other”.

    Raises LegalHoldNotAllowed, HoldReasonMissing, HoldTextMissing (also if too long), AlreadyOnHold, TooLate. An erasure in progress is
    rolled back, unless it only has to commit. Then this waits for it and holds the remaining data.
    """
    _require_duty(actor)
    if reason not in HoldReason.values:
        raise HoldReasonMissing
    words = words.strip()
    if (reason == HoldReason.OTHER and not words) or len(words) > MAX_REASON_LENGTH:
        raise HoldTextMissing
    hold = LegalHold(report_id=report_id, reason=reason, set_by=actor, set_at=now)
    if words:
        LegalHold.REASON.seal(hold, words.encode())
    try:
        with transaction.atomic():
            if _lock_against_erasing(report_id) == ReportState.ANONYMISED:
                raise TooLate
            hold.save(force_insert=True)
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
    """Release a hold. Raises LegalHoldNotAllowed, or WrongState if it is already released."""
    _require_duty(actor)
    with transaction.atomic():
        standing = LegalHold.objects.filter(pk=hold.pk, released_at=None)
        if not standing.update(released_at=now, released_by=actor, sealed_reason=None):
            raise WrongState
        audit_log.record(
            action="legal_hold.released", subject=hold.report, actor=actor, now=now, data={"hold": hold.pk}
        )


def open_reason(*, hold: LegalHold, actor: User, now: datetime) -> str:
    """Return the text of the hold and log the access. Raises LegalHoldNotAllowed, WrongState without a text, SealError."""
    _require_duty(actor)
    if hold.sealed_reason is None:
        raise WrongState
    text = LegalHold.REASON.open(hold)
    audit_log.record(action="legal_hold.opened", subject=hold.report, actor=actor, now=now, data={"hold": hold.pk})
    return text.decode()


def _require_duty(actor: User) -> None:
    if not has_role_permission(actor, MANAGE_LEGAL_HOLD):
        raise LegalHoldNotAllowed


def _lock_against_erasing(report_id: int) -> str:
    """Return the state of the report and prevent its erasure until the transaction ends. Raises Report.DoesNotExist.

    FOR KEY SHARE, the lock of a foreign key, which Django does not offer. Erasure continues to its last step, where it finds the hold. Work
    on the case is not blocked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM hotline_report WHERE id = %s FOR KEY SHARE", [report_id])
        found = cursor.fetchone()
    if found is None:
        raise Report.DoesNotExist
    return str(found[0])


class ShorterThanTheLaw(Exception):
    """The rule is shorter than the legal minimum `minimum`. Nothing was written."""

    def __init__(self, minimum: LegalMinimum) -> None:
        super().__init__(str(minimum))
        self.minimum = minimum


class GeneralRule(Exception):
    """A general rule cannot be deleted: its part would be kept indefinitely. Nothing was written."""


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
    """Delete a rule; a more general rule applies instead. Raises GeneralRule."""
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
