"""Of the demonstration: a case that came by telephone, with a note and a second look, and a rule that fits one of the cases."""

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth.models import User

from clicksafely.common import receipts
from clicksafely.common.cookieless import seal_state
from clicksafely.common.roles import SUPERVISOR
from hotline.intake.manual.services import enter_report
from hotline.intake.manual.session_draft import PURPOSE
from hotline.intake.web.report_draft import Draft
from hotline.models import Channel, Report, RuleKind, TriageRule
from hotline.review.claims import claim_case
from hotline.review.notes import write_note
from hotline.review.reopen_services import ReopenReason, close_again, reopen_case
from hotline.triage.rules.services import save_rule

RULE = TriageRule(
    kind=RuleKind.PATTERN,
    value="cdn.example.net/x/*",
    set_host="edge.example.com",
    do_not_fetch=True,
    note="Огледало: садржај долази са другог хоста.",
)
NOTE = "Мајка је звала са посла; моли да јој се не враћа позив."


def make_rule(*, now: datetime) -> None:
    """The rule, where there is a supervisor to have made it."""
    supervisor = User.objects.filter(groups__name=SUPERVISOR.code).first()
    if supervisor:
        rule = TriageRule(kind=RULE.kind, value=RULE.value, set_host=RULE.set_host, do_not_fetch=True, note=RULE.note)
        save_rule(rule=rule, actor=supervisor, now=now)


def enter_by_telephone(*, draft: Draft, actor: User, now: datetime) -> Report:
    """Enter what a caller said an hour after the call."""
    token = seal_state({"receipt": draft.receipt, "drawn": secrets.token_hex(8)}, purpose=PURPOSE)
    return enter_report(
        draft=draft, channel=Channel.TELEPHONE, came_in=now, token=token, actor=actor, now=now + timedelta(hours=1)
    )


def look_again(*, report: Report, actor: User, now: datetime) -> None:
    """Open an ended case again, because the caller called again; note it and close it."""
    reopen_case(report_id=report.pk, actor=actor, reason=ReopenReason.NEW_FACTS, now=now)
    report = claim_case(report_id=report.pk, actor=actor, now=now)
    write_note(report=report, actor=actor, text=NOTE, row=uuid4(), now=now)
    close_again(report=report, actor=actor, now=now + timedelta(minutes=5))


def draft_of(*, category: str, language: str, what: str, addresses: str) -> Draft:
    """What a caller said, with a receipt that is told to nobody."""
    return Draft(category=category, language=language, receipt=receipts.draw(), what=what, addresses=addresses)
