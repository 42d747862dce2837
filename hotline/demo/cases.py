"""Synthetic cases for a demonstration: harmless made-up addresses under reserved domains, through the same services as real ones.

Some wait, none of them urgent: whoever tries the portal finds a desk at work, and a report of danger that they make themselves before all others.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from clicksafely.common import receipts
from hotline.availability.demo import play_checks
from hotline.complaints.demo import load_complaints
from hotline.demo.case_data import CASES, HOURS_APART, WAITING, Case
from hotline.hosting.demo import load_hosts
from hotline.intake.api.demo import send_as_partner
from hotline.intake.email.demo import send_by_mail, send_unreadable
from hotline.intake.iccam.demo import note_exchanged, send_over_iccam
from hotline.intake.manual.demo import draft_of, enter_by_telephone, look_again, make_rule
from hotline.intake.web.demo import send_by_form
from hotline.intake.web.report_draft import Draft
from hotline.lifecycle.closings import offer_checks
from hotline.models import Category, Host, Report
from hotline.referral.police.demo import hand_to_police
from hotline.referral.quarantine.services import suspect_upload
from hotline.referral.services import due, mark_sent
from hotline.referral.takedown.demo import tell_host
from hotline.review.assessments import assess_item, record_actions
from hotline.review.case_services import change_category
from hotline.review.claims import claim_case, release_expired_claims
from hotline.review.close_without_assessment import set_aside
from hotline.review.demo import load_exposures
from hotline.review.referral_services import refer
from hotline.review.sealed_content import open_words, send_reply
from hotline.states import ItemState, ReportState
from hotline.triage.hash_lists.demo import load_hash_list
from hotline.triage.services import triage_report

# Answers after which nothing is done; two people give them about a CSAM report, and both open it.
NO_ACTION = frozenset({"not_illegal", "not_found", "outside_remit"})
ANALYSTS = ("analyst1", "analyst2")


def load_cases(*, now: datetime) -> Iterator[int]:
    """Make the cases, oldest first, one for every 31 hours before `now`; yields how many are made.

    Needs the demonstration accounts of two analysts and the supervisor.
    """
    load_hosts(now=now)
    make_rule(now=now - timedelta(hours=HOURS_APART * (len(CASES) + 1)))
    first, second = (User.objects.get(username=username) for username in ANALYSTS)
    for number, case in enumerate(CASES, start=1):
        _play(case, first, second, now - timedelta(hours=HOURS_APART * (len(CASES) - number + 1)), now)
        yield number
    for waiting in WAITING:
        _leave_waiting(waiting.case, [first, second][: waiting.opinions], now - timedelta(hours=waiting.hours))
    release_expired_claims(now=now)
    send_unreadable(now=now - timedelta(hours=3))
    load_hash_list(now=now - timedelta(hours=2))
    load_complaints(now=now)
    load_exposures(people=[first, second], now=now)
    # Nobody has looked anything up in those weeks: that begins now, and is not late.
    Host.objects.filter(next_lookup_at__lt=now).update(next_lookup_at=now)


def _play(case: Case, first: User, second: User, received: datetime, now: datetime) -> None:
    report = _arrive(case, received)
    triage_report(report_id=report.pk, now=received)
    looked_at = received + timedelta(hours=2)
    if case.subject:
        claim_case(report_id=report.pk, actor=first, now=looked_at)
        open_words(report=report, actor=first, now=looked_at)
        change_category(report=report, category=case.category, actor=first, now=looked_at)
    if case.answers is None:
        set_aside(report_ids=[report.pk], state=ReportState.SPAM, actor=first, now=looked_at)
        return
    for upload in report.uploads.all():
        suspect_upload(upload=upload, actor=first, now=looked_at)
    _assess(report, first, case.answers, looked_at)
    report.refresh_from_db()
    if report.state == ReportState.SECOND_REVIEW:
        decided = looked_at + timedelta(hours=1)
        _assess(report, second, case.answers, decided)
        for item in report.items.filter(state=ItemState.ASSESSED):
            if case.packed:
                hand_to_police(report=report, item=item, actor=second, now=decided)
            elif case.told:
                tell_host(report=report, item=item, actor=second, now=decided)
            elif case.routes:
                refer(report=report, item=item, actor=second, routes=case.routes, now=decided, unsure=True)
                for referral in (referral for route in case.routes for referral in due(route=route, now=decided)):
                    mark_sent(referral=referral, now=decided)
                play_checks(item=item, gone_after=case.gone_after, now=now)
            else:
                record_actions(report=report, item=item, actor=second, kinds=case.actions, now=decided, confirmed=True)
    # In every run some others of the decisions are drawn for a check.
    if offer_checks(now=looked_at + timedelta(minutes=30)):
        _assess(report, second, case.answers, looked_at + timedelta(hours=1))
    if case.reply:
        send_reply(report=report, actor=second, text=case.reply, now=looked_at + timedelta(hours=2))
    if case.iccam_id:
        note_exchanged(report=report, content_id=case.iccam_id, now=looked_at + timedelta(hours=2))
    if case.by_telephone:
        look_again(report=report, actor=second, now=looked_at + timedelta(hours=3))


def _leave_waiting(case: Case, assessed_by: list[User], received: datetime) -> None:
    report = _arrive(case, received)
    triage_report(report_id=report.pk, now=received)
    for hours, analyst in enumerate(assessed_by, start=1):
        _assess(report, analyst, case.answers or {}, received + timedelta(hours=hours))


def _arrive(case: Case, now: datetime) -> Report:
    if case.by_telephone:
        draft = draft_of(category=case.category, language=case.language, what=case.what, addresses=case.addresses)
        return enter_by_telephone(draft=draft, actor=User.objects.get(username=ANALYSTS[0]), now=now)
    if case.from_iccam:
        return send_over_iccam(content_id=case.iccam_id, address=case.addresses, memo=case.what, now=now)
    if case.reference:
        return send_as_partner(
            category=case.category.value,
            language=case.language,
            address=case.addresses,
            words=case.what,
            reference=case.reference,
            now=now,
        )
    if case.subject:
        return send_by_mail(subject=case.subject, text=case.what, number=CASES.index(case), now=now)
    return _send(case, now)


def _send(case: Case, now: datetime) -> Report:
    draft = Draft(case.category, case.language, receipts.draw(), case.addresses, what=case.what)
    return send_by_form(draft=draft, with_shape=case.suspected, now=now)


def _assess(report: Report, actor: User, answers: dict[str, str], now: datetime) -> None:
    claim_case(report_id=report.pk, actor=actor, now=now)
    if report.category == Category.CSAM and answers.get("classification") in NO_ACTION:
        open_words(report=report, actor=actor, now=now)
    for item in report.items.all():
        assess_item(report=report, item=item, actor=actor, answers=answers, now=now)
