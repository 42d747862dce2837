"""Verification of the audit chain from the staff site: a row for each run, verified in parts by a task."""

import hmac
import time
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log, chain
from clicksafely.common.audit.chain import ChainFault, ChainHead
from clicksafely.common.clock import database_now
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditVerification
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue.enqueue import enqueue_task

VERIFY = "common.add_auditverification"
# Links in one transaction, after which the progress is visible.
PART = 10 * chain.BATCH


class VerificationNotAllowed(ActionRefused):
    """The actor may not verify the chain."""

    reason = _("Your role does not verify the audit trail.")


class VerificationRunning(ActionRefused):
    """Another verification is not finished."""

    reason = _("A verification is already running. Its result will appear on this page.")


def request_verification(*, expected: ChainHead | None, actor: AbstractBaseUser, now: datetime) -> AuditVerification:
    """Add a verification of the whole chain, which the task `common.verify_audit_chain` carries out.

    `expected` is an earlier head that must be in the chain. Raises VerificationNotAllowed, VerificationRunning.
    """
    if not has_role_permission(actor, VERIFY):
        raise VerificationNotAllowed
    start = ChainHead(0, chain.GENESIS)
    try:
        with transaction.atomic():
            run = AuditVerification.objects.create(
                requested_at=now,
                requested_by=actor.pk,
                expected=str(expected or ""),
                links=chain.current_head().seq,
                head_mac=start.mac,
                seal=b"",
            )
            audit_log.record(action="audit.verification_requested", subject=run, actor=actor, now=now)
    except IntegrityError as error:
        raise VerificationRunning from error
    transaction.on_commit(lambda: enqueue_task("common.verify_audit_chain"))
    return run


def continue_verification(*, seconds: float) -> None:
    """Verify parts of the unfinished run, if any, for at most about `seconds`. Several processes take turns."""
    deadline = time.monotonic() + seconds
    while _verify_part() and time.monotonic() < deadline:
        pass


@transaction.atomic
def _verify_part() -> bool:
    """Verify one part; return whether more remains for this process."""
    run = AuditVerification.objects.select_for_update(skip_locked=True).filter(finished_at__isnull=True).first()
    if run is None:
        return False
    head = ChainHead(run.head_seq, bytes(run.head_mac))
    if not hmac.compare_digest(bytes(run.seal), chain.seal_progress(run.pk, head, met_expected=run.met_expected)):
        # A new run, or the row was changed in the database.
        head, run.met_expected = ChainHead(0, chain.GENESIS), False
    expected = ChainHead.parse(run.expected) if run.expected else None
    part = chain.verify_links(head, links=PART, expected=expected)
    run.head_seq, run.head_mac = part.head.seq, part.head.mac
    run.met_expected = run.met_expected or part.met_expected
    if part.fault or part.is_end:
        fault = part.fault
        if fault is None and expected and not run.met_expected:
            fault = chain.missing_head(expected, part.head)
        _finish(run, fault, now=database_now())
    run.seal = chain.seal_progress(run.pk, part.head, met_expected=run.met_expected)
    run.save()
    return run.finished_at is None


def _finish(run: AuditVerification, fault: ChainFault | None, *, now: datetime) -> None:
    run.finished_at = now
    run.unlinked, run.unlinked_since = chain.count_all_unlinked()
    if fault:
        run.fault, run.fault_link, run.fault_event = fault.kind, fault.link, fault.event
    data: dict[str, audit_log.AuditValue] = {
        "links": run.head_seq,
        "head": run.head_mac.hex(),
        "fault": run.fault,
        "link": run.fault_link,
        "event": run.fault_event,
    }
    audit_log.record(action="audit.verified", subject=run, actor=None, now=now, data=data)
