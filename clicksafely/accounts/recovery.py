"""Recovery of an account whose second factors are lost: a supervisor requests it, an administrator approves it."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts import enrolment
from clicksafely.accounts.models import AccountRecovery, User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.permissions import administers_accounts, has_role_permission

REQUEST: Final = "accounts.request_recovery"
VALID: Final = timedelta(days=1)
# Each half has 39 random bits, and is useless without the other.
HALF_LENGTH: Final = 8


class RecoveryNotPermitted(ActionRefused):
    """The actor may not act here, or would act as both people."""

    reason = _(
        "A supervisor requests and another person, an administrator, approves. Neither may act for the own account."
    )


def open_recoveries(now: datetime) -> QuerySet[AccountRecovery]:
    """Return the requests that can be approved, oldest first."""
    rows = AccountRecovery.objects.select_related("user", "requested_by").order_by("requested_at")
    return rows.filter(requested_at__gt=now - VALID)


def may_request(user: Any) -> bool:
    """Return whether `user` may request recoveries."""
    return has_role_permission(user, REQUEST)


def request_recovery(*, username: str, actor: User, now: datetime) -> str:
    """Request the recovery of an account and return the supervisor's half of the code, shown once. Raises ActionRefused."""
    if not may_request(actor):
        raise RecoveryNotPermitted
    half = enrolment.random_code(HALF_LENGTH)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(username=username, is_active=True, is_staff=True).first()
        if user is None or user.pk == actor.pk:
            raise ActionRefused([FieldFault("username", _("There is no other active account with this user name."))])
        AccountRecovery.objects.filter(user=user).delete()
        recovery = AccountRecovery(user=user, requested_by=actor, requested_at=now)
        recovery.HALF.seal(recovery, half.encode())
        recovery.save()
        audit_log.record(action="staff.recovery_requested", subject=user, actor=actor, now=now)
    return half


def approve_recovery(*, recovery: AccountRecovery, actor: User, now: datetime) -> str:
    """Replace all second factors of the account by one code, and return the administrator's half of it, shown once.

    Sessions of the account lose access. Raises ActionRefused, SealError.
    """
    with transaction.atomic():
        request = _locked(recovery, now)
        if not administers_accounts(actor) or actor.pk in {request.user_id, request.requested_by_id}:
            raise RecoveryNotPermitted
        half = enrolment.random_code(HALF_LENGTH)
        enrolment.delete_second_factors(user=request.user)
        code = request.HALF.open(request).decode() + half
        enrolment.set_recovery_codes(user=request.user, codes=(code,))
        audit_log.record(
            action="staff.recovery_approved",
            subject=request.user,
            actor=actor,
            now=now,
            data={"requested_by": request.requested_by_id},
        )
        request.delete()
    return half


def reject_recovery(*, recovery: AccountRecovery, actor: User, now: datetime) -> None:
    """Delete a request: an administrator, or the supervisor who made it. Raises ActionRefused."""
    with transaction.atomic():
        request = _locked(recovery, now)
        if not administers_accounts(actor) and actor.pk != request.requested_by_id:
            raise RecoveryNotPermitted
        audit_log.record(action="staff.recovery_rejected", subject=request.user, actor=actor, now=now)
        request.delete()


def _locked(recovery: AccountRecovery, now: datetime) -> AccountRecovery:
    request = AccountRecovery.objects.select_for_update().filter(pk=recovery.pk, requested_at__gt=now - VALID).first()
    if request is None:
        raise ActionRefused
    return request
