"""Concurrent identical submissions create one report without errors."""

import secrets
import threading
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from clicksafely.common.crypto import receipts
from hotline.intake.services import submit_report
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Report

AT_ONCE, ROUNDS = 4, 60


@pytest.mark.django_db(transaction=True)
def test_twins_make_one_report() -> None:
    states = [secrets.token_bytes(32) for _ in range(ROUNDS)]
    drafts = [
        ReportDraft(category="other", language="sr", receipt=receipts.generate_code(), what="x") for _ in range(ROUNDS)
    ]
    start, outcomes = threading.Barrier(AT_ONCE), []

    def send() -> None:
        for state, draft in zip(states, drafts, strict=True):
            submission = draft.submission()
            start.wait()
            try:
                outcomes.append(
                    submit_report(submission=submission, state_digest=state, now=timezone.now()) is not None
                )
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                outcomes.append(type(error).__name__)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {True: ROUNDS, False: ROUNDS * (AT_ONCE - 1)}
    assert Report.objects.count() == ROUNDS
