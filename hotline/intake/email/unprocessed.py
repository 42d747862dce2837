"""Services for messages that did not become reports: logged opening, handling, bulk dismissal."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import IncomingMail, MailState, Report
from hotline.permissions import HANDLE_MAIL
from hotline.review.exceptions import InvalidAnswers

CHOOSE_RESULT = _("Choose the result.")


class AlreadyHandled(ActionRefused):
    reason = _("This message has already been handled.")


def open_mail(*, mail: IncomingMail, actor: User, now: datetime) -> dict[str, Any]:
    """Decrypt a message, in the form of `services.sealed_content`. The access is logged and counted as exposure.

    Raises PermissionDenied, SealError.
    """
    _require_duty(actor)
    with transaction.atomic():
        content: dict[str, Any] = json.loads(IncomingMail.CONTENT.open(mail))
        audit_log.record(
            action="mail.opened", subject=mail.report or mail, actor=actor, now=now, data={"mail": mail.pk}
        )
        count_exposure(actor=actor, kind=ExposureKind.MESSAGES, now=now)
        return content


def handle_mail(*, mail_id: int, state: str, reference: str, actor: User, now: datetime) -> None:
    """Record the result for an unprocessed message: nothing to report, or the number of a report entered by hand.

    Raises PermissionDenied, AlreadyHandled, or InvalidAnswers (under `state` or `reference`).
    """
    _require_duty(actor)
    if state not in {MailState.REPORTED, MailState.NOTHING}:
        raise InvalidAnswers({"state": CHOOSE_RESULT})
    report = _find(reference) if state == MailState.REPORTED else None
    with transaction.atomic():
        mail = IncomingMail.objects.select_for_update(of=("self",)).get(pk=mail_id)
        if mail.state != MailState.OPEN:
            raise AlreadyHandled
        mail.state, mail.handled_by, mail.handled_at = state, actor, now
        mail.report = report or mail.report
        mail.save(update_fields=["state", "handled_by", "handled_at", "report"])
        audit_log.record(action="mail.handled", subject=mail, actor=actor, now=now, data={"state": state})


def dismiss_mails(*, mail_ids: Sequence[int], actor: User, now: datetime) -> int:
    """Dismiss several messages. Returns the number dismissed. Messages already handled are skipped."""
    done = 0
    for mail_id in mail_ids:
        try:
            handle_mail(mail_id=mail_id, state=MailState.NOTHING, reference="", actor=actor, now=now)
        except AlreadyHandled:
            continue
        done += 1
    return done


def _require_duty(actor: User) -> None:
    if not has_role_permission(actor, HANDLE_MAIL):
        raise PermissionDenied


def _find(reference: str) -> Report:
    number = reference.strip().rpartition("-")[2]
    if not number:
        raise InvalidAnswers({"reference": _("Enter the number of the report.")})
    report = Report.objects.filter(pk=int(number[:18])).first() if number.isdecimal() and number.isascii() else None
    if report is None:
        raise InvalidAnswers({"reference": _("There is no report with this number.")})
    return report
