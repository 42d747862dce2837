"""Closing cases without assessment, by one person or with confirmation by a second."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.crypto import salted_hmac
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from hotline.lifecycle.closings import needs_two_people, record_closing, snapshot
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.transitions import UNCLAIMED, advance_report, move_report
from hotline.models import (
    Channel,
    Closing,
    ClosingAct,
    ClosingState,
    Direction,
    LocationKind,
    Report,
    SealedText,
    TextField,
)
from hotline.review import duplicates, selectors
from hotline.review.claims import lock_claimed_case, restore_claim
from hotline.review.exceptions import ClosingsDiffer, FourEyes, TooManyTogether
from hotline.review.openings import unopened_in
from hotline.review.sealed_content import check_opened
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, PROPOSABLE, ItemState, Queue, ReportState, Round, report_outcome

_OPEN = frozenset({ReportState.TRIAGED, ReportState.IN_REVIEW})
# The maximum number of reports closed together, also if all pages of the list are chosen. "My work" offers as many to undo.
MAX_TOGETHER = 100
# The maximum number of proposals confirmed in one transaction.
MAX_CONFIRMED = 500
# Addresses are compared as canonical items.
_NOT_COMPARED = frozenset({"addresses_as_typed"})


class LeftOut(TextChoices):
    """Reason for which a report is not closed together with others; the first applicable one."""

    TWO_PEOPLE = "two_people", pgettext_lazy("not closed", "about child sexual abuse or present danger")
    CHILD = "child", pgettext_lazy("not closed", "from a child or about the reporter")
    PICTURES = "pictures", pgettext_lazy("not closed", "with pictures")
    NAMED = "named", pgettext_lazy("not closed", "with a contact or the name of a profile")
    MESSAGE = "message", pgettext_lazy("not closed", "with a message of the reporter")
    NO_FEED = "no_feed", pgettext_lazy("not closed", "not sent by a partner")
    UNOPENED = "unopened", pgettext_lazy("not closed", "not opened by you")


@dataclass
class BulkClosingResult:
    """Ids of the reports that were closed, were refused, or were left out: {reason: ids}."""

    done: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    left_out: dict[LeftOut, list[int]] = field(default_factory=dict)


def close_reports(*, report_ids: Sequence[int], state: str, actor: User, now: datetime) -> BulkClosingResult:
    """Close the reports that a person may close together, unread.

    Reports held by a colleague, decided, waiting for another case, or with a pending first opinion are refused. Those with a `LeftOut`
    are left out in every category: see `close_report` and `propose_closing`. `state` is one of
    `CLOSED_WITHOUT_ASSESSMENT` other than "duplicate", otherwise WrongState is raised. Raises TooManyTogether.
    """
    if state not in CLOSED_WITHOUT_ASSESSMENT - {ReportState.DUPLICATE}:
        raise WrongState
    if len(report_ids) > MAX_TOGETHER:
        raise TooManyTogether(MAX_TOGETHER)
    result = BulkClosingResult()
    with transaction.atomic():
        reports = list(Report.objects.select_for_update().filter(pk__in=report_ids).order_by("pk"))
        unopened = unopened_in([report.pk for report in reports], actor)
        for report in reports:
            if not _may_end(report, actor, now):
                result.refused.append(report.pk)
            elif reason := reason_to_leave_out(report, state):
                result.left_out.setdefault(reason, []).append(report.pk)
            else:
                _close(report, state, actor, now, has_opened=not unopened[report.pk])
                result.done.append(report.pk)
    return result


def reason_to_leave_out(report: Report, state: str) -> LeftOut | None:
    """Return why `report` is not closed as `state` together with others, or None."""
    if needs_two_people(report):
        return LeftOut.TWO_PEOPLE
    if report.in_child_words or report.about_me:
        return LeftOut.CHILD
    if report.uploads.exists() or report.file_hashes.exists() or report.own_pictures.exists():
        return LeftOut.PICTURES
    if report.texts.filter(field=TextField.CONTACT).exists() or report.items.filter(kind=LocationKind.APP).exists():
        return LeftOut.NAMED
    if report.messages.filter(direction=Direction.REPORTER).exists():
        return LeftOut.MESSAGE
    if state == ReportState.NOT_ASSESSED and report.channel != Channel.API:
        return LeftOut.NO_FEED
    return None


def close_report(*, report_id: int, state: str, actor: User, now: datetime, original: str = "") -> None:
    """Close one report that `actor` has opened and that one person may close.

    A duplicate needs `original`, the number of the report that it repeats. Raises WrongState (also if two people have to
    close it), InvalidOriginal or ContentNotOpened.
    """
    if state not in PROPOSABLE - {ReportState.CLOSED}:
        raise WrongState
    with transaction.atomic():
        columns: dict[str, Any] = {}
        if state == ReportState.DUPLICATE:
            columns["original"] = duplicates.lock_with_original(report_id=report_id, number=original)
        report = Report.objects.select_for_update().get(pk=report_id)
        if not _may_end(report, actor, now) or needs_two_people(report):
            raise WrongState
        has_opened = check_opened(report=report, actor=actor)
        _close(report, state, actor, now, has_opened=has_opened, **columns)


def _close(report: Report, state: str, actor: User, now: datetime, *, has_opened: bool, **columns: Any) -> None:
    before = snapshot(report, actor=actor, now=now)
    move_report(report=report, to=state, actor=actor, now=now, queue=None, closed_at=now, **columns, **UNCLAIMED)
    record_closing(report=report, act=ClosingAct.ASIDE, actor=actor, before=before, has_opened=has_opened, now=now)


def propose_closing(*, report_id: int, end: str, actor: User, now: datetime, original: str = "") -> Closing:
    """Propose to close a held case that needs two people. The case moves to the second-review queue.

    `end` is one of `PROPOSABLE`. "closed" is allowed only if other cases have decided all of its content. "duplicate" needs
    `original`, the number of the report that it repeats. Raises NotClaimHolder, WrongState, InvalidOriginal, or
    ContentNotOpened if `actor` has not opened everything.
    """
    if end not in PROPOSABLE:
        raise WrongState
    columns: dict[str, Any] = {}
    with transaction.atomic():
        if end == ReportState.DUPLICATE:
            columns["original"] = duplicates.lock_with_original(report_id=report_id, number=original)
        report = lock_claimed_case(report_id=report_id, actor=actor, now=now)
        if not _may_end(report, actor, now) or (end == ReportState.CLOSED and not _is_decided(report)):
            raise WrongState
        has_opened = check_opened(report=report, actor=actor)
        before = snapshot(report, actor=actor, now=now)
        move_report(
            report=report,
            to=ReportState.SECOND_REVIEW,
            actor=actor,
            now=now,
            queue=Queue.SECOND,
            proposed_end=end,
            **columns,
            **UNCLAIMED,
        )
        closing = Closing.objects.create(
            report=report,
            act=ClosingAct.ASIDE,
            end=end,
            state=ClosingState.PROPOSED,
            author=actor,
            author_opened=has_opened,
            created_at=now,
            fingerprint=_fingerprint(report),
            before=before,
        )
        audit_log.record(action="closing.proposed", subject=report, actor=actor, now=now, data={"end": end})
        return closing


def confirm_closing(*, report_id: int, actor: User, now: datetime) -> None:
    """Confirm the closing of a held case that another person proposed.

    Raises NotClaimHolder, WrongState (there is no proposal) or FourEyes. Raises InvalidOriginal if the original has
    become a duplicate itself, and ContentNotOpened if `actor` has not opened everything.
    """
    with transaction.atomic():
        duplicates.lock_with_chosen({report_id})
        report = lock_claimed_case(report_id=report_id, actor=actor, now=now)
        closing = _proposal(report, actor)
        _confirm(report, closing, actor, now, has_opened=check_opened(report=report, actor=actor))


def confirm_group(*, closing_ids: Sequence[int], actor: User, now: datetime) -> BulkClosingResult:
    """Confirm one person's proposals about near-identical reports.

    The proposals must agree in end state, category, content and text. Reports that `actor` has not opened are left out. Reports
    that a colleague holds or that have been decided are refused.

    Raises FourEyes, ClosingsDiffer if the proposals are not near-identical, InvalidOriginal, or ContentNotOpened if `actor` has
    opened none of the reports.
    """
    result = BulkClosingResult()
    with transaction.atomic():
        closings = Closing.objects.filter(pk__in=closing_ids[:MAX_CONFIRMED])
        ids = list(closings.values_list("report", flat=True))
        duplicates.lock_with_chosen(set(ids))
        reports = list(Report.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
        proposed = {closing.report_id: closing for closing in closings.filter(state=ClosingState.PROPOSED)}
        if any(closing.author_id == actor.pk for closing in proposed.values()):
            raise FourEyes
        alike = {(each.author_id, each.end, bytes(each.fingerprint) or each.pk) for each in proposed.values()}
        if len(alike) > 1:
            raise ClosingsDiffer
        unopened = unopened_in([report.pk for report in reports], actor)
        if reports and all(unopened.values()):
            unopened[reports[0].pk].check()
        for report in reports:
            free = not selectors.is_claimed(report, now) or report.claimed_by_id == actor.pk
            if not free or report.pk not in proposed or report.proposed_end != proposed[report.pk].end:
                result.refused.append(report.pk)
            elif unopened[report.pk]:
                result.left_out.setdefault(LeftOut.UNOPENED, []).append(report.pk)
            else:
                _confirm(report, proposed[report.pk], actor, now, has_opened=True)
                result.done.append(report.pk)
    return result


def refuse_closing(*, report_id: int, actor: User, now: datetime) -> None:
    """Refuse a proposed closing. The case returns to review and `actor` keeps it.

    Raises NotClaimHolder, WrongState or FourEyes.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report_id, actor=actor, now=now)
        _end_proposal(report, _proposal(report, actor), ClosingState.REFUSED, actor, now)


def withdraw_closing(*, report_id: int, actor: User, now: datetime) -> None:
    """Withdraw the actor's own proposal. The case returns to review.

    Raises WrongState, also if a colleague holds the case.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report_id)
        closing = Closing.objects.filter(report=report, state=ClosingState.PROPOSED, author=actor).first()
        if closing is None or selectors.is_claimed(report, now):
            raise WrongState
        _end_proposal(report, closing, ClosingState.UNDONE, actor, now)


def _may_end(report: Report, actor: User, now: datetime) -> bool:
    # A report outside the queues ends with its content, which another case decides.
    if (
        report.state not in _OPEN
        or report.queue is None
        or (selectors.is_claimed(report, now) and report.claimed_by_id != actor.pk)
    ):
        return False
    # A first opinion given in this case would never get a second one.
    return not report.assessments.filter(round=Round.FIRST).exclude(item__state=ItemState.ENDED).exists()


def _is_decided(report: Report) -> bool:
    return not report.items.exclude(state=ItemState.ENDED).exists()


def _proposal(report: Report, actor: User) -> Closing:
    closing = Closing.objects.filter(report=report, state=ClosingState.PROPOSED).first()
    if closing is None or not report.proposed_end:
        raise WrongState
    if closing.author_id == actor.pk:
        raise FourEyes
    return closing


def _confirm(report: Report, closing: Closing, actor: User, now: datetime, *, has_opened: bool) -> None:
    columns: dict[str, Any] = {}
    if closing.end == ReportState.CLOSED:
        if not _is_decided(report):
            raise WrongState
        columns["outcome"] = report_outcome(set(report.items.values_list("outcome", flat=True)))
    elif closing.end == ReportState.DUPLICATE:
        duplicates.check_original(report_id=report.pk, original_id=report.original_id)
    move_report(
        report=report,
        to=closing.end,
        actor=actor,
        now=now,
        queue=None,
        proposed_end="",
        closed_at=now,
        **columns,
        **UNCLAIMED,
    )
    _decide(closing, ClosingState.MADE, now, second=actor, second_opened=has_opened, effective_at=now)
    audit_log.record(action="closing.confirmed", subject=report, actor=actor, now=now, data={"end": closing.end})


def _end_proposal(report: Report, closing: Closing, state: ClosingState, actor: User, now: datetime) -> None:
    held = report.claimed_by_id == actor.pk
    second = {"second": actor} if state == ClosingState.REFUSED else {}
    _decide(closing, state, now, **second)
    audit_log.record(
        action="closing.refused" if second else "closing.withdrawn",
        subject=report,
        actor=actor,
        now=now,
        data={"end": closing.end},
    )
    columns = {"proposed_end": "", "original_id": closing.before.get("original")}
    move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now, queue=Queue.REVIEW, **columns, **UNCLAIMED)
    advance_report(report=report, actor=actor, now=now)
    if held:
        restore_claim(report=report, actor=actor, now=now)


def _decide(closing: Closing, state: ClosingState, now: datetime, **columns: Any) -> None:
    decided = Closing.objects.filter(pk=closing.pk, state=ClosingState.PROPOSED)
    if not decided.update(state=state, decided_at=now, fingerprint=b"", **columns):
        raise WrongState


def _fingerprint(report: Report) -> bytes:
    """Return a keyed digest of the report's content.

    It is empty for reports with files or messages, and for those whose text cannot be decrypted. They are not compared.
    """
    if report.file_hashes.exists() or report.uploads.exists() or report.messages.exists():
        return b""
    texts: list[str] = []
    try:
        for text in report.texts.filter(field=TextField.WORDS):
            texts = [
                f"{name}={_plain(value)}"
                for name, value in sorted(json.loads(SealedText.CONTENT.open(text)).items())
                if name not in _NOT_COMPARED
            ]
    except SealError:
        return b""
    # An item of kind DESCRIBED belongs to this report alone.
    places = report.items.exclude(kind=LocationKind.DESCRIBED).values_list("digest", flat=True)
    items = sorted(bytes(digest).hex() for digest in places)
    if not items and not texts:
        return b""
    same = [report.category, report.danger_now, report.about_me, report.original_id, items, texts]
    return salted_hmac("hotline.closing", json.dumps(same), algorithm="sha256").digest()


def _plain(value: object) -> str:
    """Return the letters and digits of `value`, case-folded."""
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())
