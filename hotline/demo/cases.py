"""Demonstration cases: invented reports under reserved domains, created through the services."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID, uuid4

from PIL import Image, ImageDraw

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.http.cookieless_forms import seal_state
from clicksafely.common.sandbox.runner import TASK_RESULT_SECONDS
from clicksafely.common.staff.roles import ANALYST, SUPERVISOR
from hotline.complaints import services as complaints
from hotline.demo.data import DOMAIN, Row, data
from hotline.demo.history import load_history
from hotline.demo.outcomes import deliver_to_police, notify_host, play_checks
from hotline.hosting.lookup import full_hour
from hotline.intake.api.keys import Seeds
from hotline.intake.api.parsers import read_report
from hotline.intake.api.partner_services import make_key, save_partner
from hotline.intake.api.services import accept_report
from hotline.intake.email.services import ingest_message
from hotline.intake.iccam.services import import_content
from hotline.intake.manual.services import enter_report
from hotline.intake.manual.session_draft import PURPOSE
from hotline.intake.pictures import read_picture
from hotline.intake.services import store_upload, submit_report
from hotline.intake.web.report_draft import ReportDraft
from hotline.lifecycle.closings import offer_checks
from hotline.lifecycle.welfare_counters import day_of
from hotline.models import (
    AbuseContact,
    ActionKind,
    Channel,
    Complaint,
    ComplaintAbout,
    ComplaintOutcome,
    ExposureCount,
    FileHash,
    HashList,
    HashOrigin,
    Host,
    HostAddress,
    IccamContent,
    IccamOrigin,
    IccamReport,
    IncomingMail,
    ListLayout,
    ListMeaning,
    Partner,
    PartnerKey,
    Report,
    Route,
    RuleKind,
    SpecialAddress,
    TriageRule,
)
from hotline.referral.iccam import mapping, queue
from hotline.referral.iccam.schemas import Content
from hotline.referral.quarantine.services import suspect_upload
from hotline.referral.routing import HOME, hosting_region_of
from hotline.referral.services import due_referrals, mark_sent
from hotline.review.assessments import assess_item, record_actions
from hotline.review.case_services import change_category
from hotline.review.claims import claim_case, release_expired_claims
from hotline.review.close_without_assessment import close_reports
from hotline.review.notes import write_note
from hotline.review.openings import open_addresses
from hotline.review.referral_services import refer
from hotline.review.reopen_services import ReopenReason, close_reopened_case, reopen_case
from hotline.review.sealed_content import open_report_text, open_thread, send_reply
from hotline.review.welfare import break_length
from hotline.states import ItemState, ReportState
from hotline.statistics.rebuild import rebuild_statistics
from hotline.triage.hash_lists.files import store_file
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.list_services import ListDetails, add_list
from hotline.triage.hash_lists.matching import sweep_unmatched
from hotline.triage.rules.services import save_rule
from hotline.triage.services import triage_report

HOURS_APART = 31
ANALYSTS = ANALYST.demo_accounts
ICCAM_ASSESSMENT = {"classification": 2, "ageCategorization": 1, "genderCategorization": 1}
INVENTED_HASHES = 500
EXPOSURE_DAYS = 30
# Daily numbers, from a quiet day to the limit.
USUAL = (9, 17, 22, 26, 31, 41)
SATURDAY = 5


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """Load the cases unless reports exist. Nothing is sent or looked up.

    Requires the demonstration accounts of two analysts and the supervisor.
    """
    if Report.objects.exists():
        return
    load_history(now=now, analysts=[User.objects.get(username=username) for username in ANALYSTS])
    for number in load_cases(now=now):
        yield number, len(data("cases")["ended"])
    rebuild_statistics(now=now)


def load_cases(*, now: datetime) -> Iterator[int]:
    """Create the cases, oldest first, one for every 31 hours before `now`; yield the number created.

    Some cases are open, none of them urgent, so that an urgent report by a visitor comes first. Requires the
    demonstration accounts of two analysts and the supervisor.
    """
    cases = data("cases")["ended"]
    load_hosts(now=now)
    make_rule(now=now - timedelta(hours=HOURS_APART * (len(cases) + 1)))
    first, second = (User.objects.get(username=username) for username in ANALYSTS)
    for number, case in enumerate(cases, start=1):
        _play(case, first, second, now - timedelta(hours=HOURS_APART * (len(cases) - number + 1)), now)
        yield number
    for waiting in data("cases")["waiting"]:
        received = now - timedelta(hours=waiting["hours"])
        _leave_waiting(waiting["case"], [first, second][: waiting["opinions"]], received)
    release_expired_claims(now=now)
    send_unreadable(now=now - timedelta(hours=3))
    load_hash_list(now=now - timedelta(hours=2))
    load_complaints(now=now)
    load_exposures(people=[first, second], now=now)
    # Look-ups start now, so that none counts as stalled.
    Host.objects.filter(next_lookup_at__lt=now).update(next_lookup_at=now)


def _play(case: Row, first: User, second: User, received: datetime, now: datetime) -> None:
    report = _arrive(case, received)
    triage_report(report_id=report.pk, now=received)
    looked_at = received + timedelta(hours=2)
    if "subject" in case:
        claim_case(report_id=report.pk, actor=first, now=looked_at)
        open_report_text(report=report, actor=first, now=looked_at)
        change_category(report=report, category=case["category"], actor=first, now=looked_at)
    if "answers" not in case:
        close_reports(report_ids=[report.pk], state=ReportState.SPAM, actor=first, now=looked_at)
        return
    for upload in report.uploads.all():
        suspect_upload(upload=upload, actor=first, now=looked_at)
    _assess(report, first, case["answers"], looked_at)
    report.refresh_from_db()
    if report.state == ReportState.SECOND_REVIEW:
        decided = looked_at + timedelta(hours=1)
        _assess(report, second, case["answers"], decided)
        for item in report.items.filter(state=ItemState.ASSESSED):
            if case.get("packed"):
                deliver_to_police(report=report, item=item, actor=second, now=decided)
            elif case.get("told"):
                notify_host(report=report, item=item, actor=second, now=decided)
            elif "routes" in case:
                refer(
                    report=report,
                    item=item,
                    actor=second,
                    routes=[Route(route) for route in case["routes"]],
                    now=decided,
                    unsure=True,
                )
                for referral in (
                    referral for route in case["routes"] for referral in due_referrals(route=route, now=decided)
                ):
                    mark_sent(referral=referral, now=decided)
                play_checks(item=item, gone_after=case.get("gone_after"), now=now)
            else:
                record_actions(
                    report=report,
                    item=item,
                    actor=second,
                    kinds=[ActionKind(kind) for kind in case.get("actions", ())],
                    now=decided,
                    confirmed=True,
                )
    # The decisions drawn for a check differ in every run.
    if offer_checks(now=looked_at + timedelta(minutes=30)):
        _assess(report, second, case["answers"], looked_at + timedelta(hours=1))
    if "reply" in case:
        send_reply(report=report, actor=second, text=case["reply"], now=looked_at + timedelta(hours=2))
    if "iccam_id" in case:
        note_exchanged(report=report, content_id=case["iccam_id"], now=looked_at + timedelta(hours=2))
    if case.get("by_telephone"):
        look_again(report=report, actor=second, now=looked_at + timedelta(hours=3))


def _leave_waiting(case: Row, assessed_by: list[User], received: datetime) -> None:
    report = _arrive(case, received)
    triage_report(report_id=report.pk, now=received)
    for hours, analyst in enumerate(assessed_by, start=1):
        _assess(report, analyst, case.get("answers", {}), received + timedelta(hours=hours))


def _arrive(case: Row, now: datetime) -> Report:
    if case.get("by_telephone"):
        draft = ReportDraft(
            category=case["category"],
            language=case["language"],
            receipt=receipts.generate_code(),
            what=case["what"],
            addresses=case["addresses"],
        )
        return enter_by_telephone(draft=draft, actor=User.objects.get(username=ANALYSTS[0]), now=now)
    if case.get("from_iccam"):
        return send_over_iccam(content_id=case["iccam_id"], address=case["addresses"], memo=case["what"], now=now)
    if "reference" in case:
        return send_as_partner(
            category=case["category"],
            language=case["language"],
            address=case["addresses"],
            words=case["what"],
            reference=case["reference"],
            now=now,
        )
    if "subject" in case:
        return send_by_mail(
            subject=case["subject"], text=case["what"], number=data("cases")["ended"].index(case), now=now
        )
    draft = ReportDraft(
        case["category"], case["language"], receipts.generate_code(), case["addresses"], what=case["what"]
    )
    return _send_by_form(draft=draft, with_shape=case.get("suspected", False), now=now)


def _assess(report: Report, actor: User, answers: dict[str, str], now: datetime) -> None:
    claim_case(report_id=report.pk, actor=actor, now=now)
    _open_everything(report, actor, now)
    for item in report.items.all():
        assess_item(report=report, item=item, actor=actor, answers=answers, now=now)


def _open_everything(report: Report, actor: User, now: datetime) -> None:
    """Open what a verdict needs. The pictures of the cases are locked."""
    open_report_text(report=report, actor=actor, now=now)
    open_thread(report=report, actor=actor, now=now)
    open_addresses(report=report, items=report.items.all(), actor=actor, now=now)


def load_hosts(*, now: datetime) -> None:
    """Store the hosts with lookup results that are valid for a year. Existing hosts and contacts stay unchanged."""
    hour = full_hour(now)
    Host.objects.bulk_create(
        [
            Host(
                **host | {"addresses": _addresses(host)},
                address_count=len(host["addresses"]),
                looked_up_at=hour,
                expires_at=hour + timedelta(days=365),
            )
            for host in data("hosts")["hosts"]
        ],
        ignore_conflicts=True,
    )
    contacts = [AbuseContact(**contact) for contact in data("hosts")["contacts"]]
    AbuseContact.objects.bulk_create(contacts, ignore_conflicts=True)


def _addresses(host: Row) -> list[Any]:
    facts = (host["country"], host["asn"], host["organisation"], SpecialAddress.RESERVED.value)
    return [HostAddress(ip, *facts).as_dict() for ip in host["addresses"]]


def _send_by_form(*, draft: ReportDraft, with_shape: bool, now: datetime) -> Report:
    """Send a report; `with_shape`: with a drawn picture."""
    state_digest = secrets.token_bytes(32)
    submission = draft.submission()
    if with_shape:
        submission = replace(submission, uploads=[_store_shape(now)])
    submit_report(submission=submission, state_digest=state_digest, now=now)
    return Report.objects.get(state_digest=state_digest)


def _store_shape(now: datetime) -> UUID:
    image = Image.new("RGB", (480, 320), "white")
    ImageDraw.Draw(image).polygon([(40, 290), (240, 30), (440, 290)], fill="teal")
    drawn = BytesIO()
    image.save(drawn, "PNG")
    data = drawn.getvalue()
    picture = read_picture(data, media_type="image/png", seconds=TASK_RESULT_SECONDS)
    return store_upload(image=picture.image, file=picture.file, now=now).uuid


def send_by_mail(*, subject: str, text: str, number: int, now: datetime) -> Report:
    """Receive a report from an invented e-mail address.

    Every second message has a drawing attached, of which only hashes are kept.
    """
    message = EmailMessage()
    message["From"] = f"Citalac {number} <citalac{number}@example.net>"
    message["To"] = f"prijava@{DOMAIN}"
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<demonstration-{number}@example.net>"
    message.set_content(text)
    if number % 2:
        message.add_attachment(
            _drawing(number), maintype="image", subtype="png", filename=f"snimak-ekrana-{number}.png"
        )
    report = ingest_message(raw=message.as_bytes(), now=now).report
    if report is None:
        raise ValueError("a demonstration message created no report")
    return report


def send_unreadable(*, now: datetime) -> IncomingMail:
    """Receive a message without header lines, which awaits review."""
    return ingest_message(raw=data("texts")["unreadable_message"].encode(), now=now)


def _drawing(number: int) -> bytes:
    """Return a drawn shape."""
    image = Image.new("RGB", (120, 80), "#e8ecf7")
    ImageDraw.Draw(image).ellipse((20 + number, 15, 70 + number, 65), fill="#3d5a99")
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def send_as_partner(*, category: str, language: str, address: str, words: str, reference: str, now: datetime) -> Report:
    """Receive a report of the partner over the API."""
    value = {
        "category": category,
        "language": language,
        "addresses": [address],
        "words": words,
        "reference": reference,
    }
    return accept_report(
        key=_partner_key(now), incoming=read_report(value, "", now=now), seeds=Seeds.fresh(), place=0, now=now
    ).report


def _partner_key(now: datetime) -> PartnerKey:
    texts = data("texts")["partner"]
    partner = Partner.objects.filter(name=texts["name"]).first()
    if partner is None:
        partner = Partner(name=texts["name"], contact=texts["contact"])
        save_partner(partner=partner, actor=None, now=now)
        make_key(partner=partner, label=texts["key_label"], actor=None, now=now)
    return partner.keys.earliest("id")


def send_over_iccam(*, content_id: int, address: str, memo: str, now: datetime) -> Report:
    """Receive content of a partner hotline over ICCAM."""
    content = Content(
        content_id=content_id,
        report_id=content_id - 1,
        address=address,
        hosting_country=HOME,
        assigned_country=HOME,
        memo=memo,
        assessment=ICCAM_ASSESSMENT,
    )
    report = import_content(content=content, now=now)
    if report is None:
        report = Report.objects.get(iccam_reports__contents__content_id=content_id)
    return report


def note_exchanged(*, report: Report, content_id: int, now: datetime) -> None:
    """Record a closed case as reported to ICCAM.

    A partner's report has the actions, and the hotline's own report has the hosting country.
    """
    item = report.items.get()
    queue.link_items()
    actions = mapping.actions(item.actions.values_list("kind", flat=True), outcome=item.outcome)
    iccam_columns = {
        "reported_state": ItemState.ENDED,
        "reported_actions": item.actions.count(),
        "ended_at": now,
        "classification": 2,
    }
    if IccamContent.objects.filter(item=item).update(actions=actions, **iccam_columns):
        IccamReport.objects.filter(report=report).update(exchanged_at=now)
        return
    row = IccamReport.objects.create(
        report=report,
        origin=IccamOrigin.OURS,
        reference=report.reference,
        iccam_id=content_id - 1,
        created_at=now,
        tried_at=now,
        exchanged_at=now,
    )
    row.contents.create(
        item=item, content_id=content_id, assigned_country=hosting_region_of(item).country, **iccam_columns
    )


def make_rule(*, now: datetime) -> None:
    """Create the triage rule if a supervisor exists."""
    supervisor = User.objects.filter(groups__name=SUPERVISOR.code).first()
    if supervisor:
        rule = TriageRule(kind=RuleKind.PATTERN, do_not_fetch=True, **data("texts")["rule"])
        save_rule(rule=rule, actor=supervisor, now=now)


def enter_by_telephone(*, draft: ReportDraft, actor: User, now: datetime) -> Report:
    """Enter a telephone report an hour after the call."""
    token = seal_state({"receipt": draft.receipt, "drawn": secrets.token_hex(8)}, purpose=PURPOSE)
    return enter_report(
        draft=draft, channel=Channel.TELEPHONE, received_on=now, token=token, actor=actor, now=now + timedelta(hours=1)
    )


def look_again(*, report: Report, actor: User, now: datetime) -> None:
    """Open a closed case again after a second call, add a note and close it."""
    reopen_case(report_id=report.pk, actor=actor, reason=ReopenReason.NEW_FACTS, now=now)
    report = claim_case(report_id=report.pk, actor=actor, now=now)
    _open_everything(report, actor, now)
    write_note(report=report, actor=actor, text=data("texts")["telephone_note"], row=uuid4(), now=now)
    close_reopened_case(report=report, actor=actor, now=now + timedelta(minutes=5))


def load_complaints(*, now: datetime) -> None:
    """Load the complaints. Requires the demonstration account of the supervisor."""
    texts = data("texts")["complaints"]
    supervisor = User.objects.get(username="supervisor")
    _file_complaint(ComplaintAbout.REPORT, texts["waiting"], "sr", now - timedelta(days=8))
    complaint = _file_complaint(ComplaintAbout.NOTICE, texts["about_notice"], "en", now - timedelta(days=20))
    if complaint is not None:
        complaints.answer_complaint(
            complaint=complaint,
            text=texts["answer"],
            outcome=ComplaintOutcome.UPHELD,
            actor=supervisor,
            now=now - timedelta(days=15),
        )


def _file_complaint(about: ComplaintAbout, text: str, language: str, now: datetime) -> Complaint | None:
    new = complaints.NewComplaint(
        number=receipts.generate_code(),
        form_digest=secrets.token_bytes(32),
        about=about,
        text=text,
        contact="",
        language=language,
    )
    return complaints.file_complaint(new=new, now=now)


def load_hash_list(*, now: datetime) -> HashList:
    """Import the hash list through the services and match the files of all cases."""
    uploaded_digests = [
        file.open_digests().sha256 for file in FileHash.objects.filter(origin=HashOrigin.UPLOAD).order_by("pk")[:1]
    ]
    made_up = [hashlib.sha256(f"demonstration {number}".encode()).digest() for number in range(INVENTED_HASHES)]
    digests = sorted([*(one for one in uploaded_digests if one), *made_up])
    stored = store_file([b"".join([digest.hex().encode() + b"\n" for digest in digests])])
    texts = data("texts")["hash_list"]
    details = ListDetails(meaning=ListMeaning.OTHER.value, layout=ListLayout.SHA256.value, **texts)
    added = add_list(details=details, stored=stored, replaces=False, actor=None, now=now)
    import_list(list_id=added.pk, clock=lambda: now)
    sweep_unmatched(now=now, seconds=10)
    added.refresh_from_db()
    return added


def load_exposures(*, people: Sequence[User], now: datetime) -> None:
    """Create exposure counts of working days for `people`, the same in every demonstration. The first person is working now."""
    random = Random(40)  # noqa: S311 - figures, no secrets
    days = [now - timedelta(days=number) for number in range(1, EXPOSURE_DAYS)]
    ExposureCount.objects.bulk_create(
        [_exposure(user, at, random) for user in people for at in days if day_of(at).weekday() < SATURDAY],
        # Some days have counts of the cases that were assessed on them.
        update_conflicts=True,
        unique_fields=["user", "day"],
        update_fields=["pictures", "messages", "texts", "breaks", "break_began_at", "break_ends_at"],
    )
    began, last = now - timedelta(minutes=68), now - timedelta(minutes=2)
    ExposureCount.objects.update_or_create(
        user=people[0], day=day_of(now), defaults={"texts": 6, "stretch_began_at": began, "last_at": last}
    )


def _exposure(user: User, at: datetime, random: Random) -> ExposureCount:
    total = random.choice(USUAL)
    rested = at - timedelta(minutes=random.randrange(240)) if total > USUAL[0] else None
    return ExposureCount(
        user=user,
        day=day_of(at),
        pictures=total // 3,
        messages=total // 6,
        texts=total - total // 3 - total // 6,
        breaks=1 if rested else 0,
        break_began_at=rested,
        break_ends_at=rested + break_length() if rested else None,
    )
