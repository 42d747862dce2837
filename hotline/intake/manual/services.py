"""Keeps a report that is entered by hand, on the way that all reports take."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import state_digest
from hotline.intake.services import submit_report
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Channel, Report


class FormAlreadyUsed(Exception):
    """With this form `report` was entered, which said something else. Nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.pk)
        self.report = report


def digest_of(*, token: str, draft: ReportDraft, channel: Channel, came_in: datetime) -> bytes:
    """The idempotency key: of the form and of what it says, so that the same form with other words in it is not taken for the same."""
    said = {**asdict(draft), "receipt": "", "channel": channel.value, "came_in": came_in.isoformat()}
    text = state_digest(token) + json.dumps(said, sort_keys=True)
    return sha256(text.encode()).digest()


def enter_report(
    *, draft: ReportDraft, channel: Channel, came_in: datetime, token: str, actor: User, now: datetime
) -> Report:
    """Keep a report that came at `came_in` (it is kept by the hour) and that `actor` enters `now`; however often it is sent, it is one.

    `token` is the form's own, `channel` one of `BY_HAND`. Raises FormAlreadyUsed.
    """
    digest = digest_of(token=token, draft=draft, channel=channel, came_in=came_in)
    submission = replace(draft.submission(), channel=channel)
    try:
        with transaction.atomic():
            report = submit_report(submission=submission, state_digest=digest, now=came_in, actor=actor)
            if report is None:
                return Report.objects.get(state_digest=digest)
            audit_log.record(
                action="report.entered", subject=report, actor=actor, now=now, data={"channel": channel.value}
            )
    except IntegrityError as error:
        used = Report.objects.filter(receipt_digest=receipts.receipt_digest(draft.receipt)).first()
        if used is None:
            raise
        raise FormAlreadyUsed(used) from error
    return report
