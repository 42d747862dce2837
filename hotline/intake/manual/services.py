"""Stores manually entered reports."""

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
    """The form was already used for `report`, with different content. Nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.pk)
        self.report = report


def digest_of(*, token: str, draft: ReportDraft, channel: Channel, received_on: datetime) -> bytes:
    """Return the idempotency key, built from the token and the content of the form.

    The same form with changed content therefore has another key.
    """
    content = {**asdict(draft), "receipt": "", "channel": channel.value, "received_on": received_on.isoformat()}
    text = state_digest(token) + json.dumps(content, sort_keys=True)
    return sha256(text.encode()).digest()


def enter_report(
    *, draft: ReportDraft, channel: Channel, received_on: datetime, token: str, actor: User, now: datetime
) -> Report:
    """Store a report that was received at `received_on` (rounded to the hour) and entered by `actor` at `now`.

    Repeated calls store one report. `token` is the form's token, `channel` one of `MANUAL_CHANNELS`. Raises
    FormAlreadyUsed.
    """
    digest = digest_of(token=token, draft=draft, channel=channel, received_on=received_on)
    submission = replace(draft.submission(), channel=channel)
    try:
        with transaction.atomic():
            report = submit_report(submission=submission, state_digest=digest, now=received_on, actor=actor)
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
