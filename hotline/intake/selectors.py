"""Queries of the reporter's status page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import ReporterKey
from hotline.intake.endings import REMOVED, EndTrail, ending_for
from hotline.intake.reporter_disclosure import (
    PoliceDisclosure,
    disclosed_hours_to_removal,
    disclosed_referrals,
    police_disclosure_for,
)
from hotline.intake.status_messages import (
    OPEN_AGAIN,
    WAITING,
    WORKED_ON,
    Claim,
    StatusMessage,
    handed_over,
    removed_after,
)
from hotline.lifecycle.closings import effective_since, is_in_effect
from hotline.lifecycle.review_dates import CaseTrail, FollowedItem, add_working_days, followed_items
from hotline.models import UNDO_WINDOW, Assessment, Direction, Message, Report, TextField
from hotline.models.report import REPORTER_COLUMNS
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, FINAL, ItemState, Outcome, ReportState, report_outcome

# Audit actions by which a person opens a report, and those by which a person takes up a case.
OPENING = ("words.opened", "thread.opened", "upload.revealed", "address.opened")
TAKING_UP = ("report.claimed", "report.taken_over")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ReporterEvent:
    """An event on the status page.

    `exact` shows the time to the hour, otherwise the day. `is_end` marks the end of the report.
    """

    at: datetime
    phrase: StatusMessage
    exact: bool = False
    is_end: bool = False


@dataclass(frozen=True)
class DecryptedMessage:
    """A message in clear text with the states of its pictures, for a single response. It is never stored."""

    mine: bool
    text: str
    sent_at: datetime
    pictures: Sequence[str] = ()


def is_received(state_digest: bytes) -> bool:
    """Return whether the form with this state digest has become a report."""
    return Report.objects.filter(state_digest=state_digest).exists()


def find_case(receipt: str | None) -> Report | None:
    """Return the report of a normalised receipt.

    An invalid receipt takes the same time, so that the time reveals nothing.
    """
    digest = receipts.receipt_digest(receipt or receipts.generate_code())
    report = Report.objects.only(*REPORTER_COLUMNS).filter(receipt_digest=digest).first()
    return report if receipt else None


def has_address(report: Report) -> bool:
    """Return whether the report names an address or app. The public site does not read which."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_has_address(%s)", [report.pk])
        (found,) = cursor.fetchone()
    return bool(found)


def has_contact(report: Report) -> bool:
    """Return whether the reporter's contact is stored."""
    return report.texts.filter(field=TextField.CONTACT).exists()


def is_message_stored(report: Report, row: UUID) -> bool:
    """Return whether the report has the message with this UUID."""
    return report.messages.filter(uuid=row).exists()


def picture_states(report: Report) -> dict[int | None, list[str]]:
    """Return the states (UploadState) of the report's pictures by message, in the order of upload.

    The key of pictures of the form is None. Pictures are left out once the text is erased. Pictures with the police
    outlast the others, which the reporter must not notice. A later message clears `text_erased_at`, but the erased text
    does not come back.
    """
    if report.text_erased_at:
        return {}
    states: dict[int | None, list[str]] = {}
    for message, state in report.uploads.order_by("pk").values_list("message", "state"):
        states.setdefault(message, []).append(state)
    if None in states and not report.texts.filter(field=TextField.WORDS).exists():
        del states[None]
    return states


def open_thread(
    report: Report, receipt: str, pictures: Mapping[int | None, Sequence[str]] = MappingProxyType({})
) -> list[DecryptedMessage]:
    """Return the dialogue, oldest first, decrypted with the reporter's own key. `pictures` are those of `picture_states`."""
    messages = list(report.messages.only("report", "uuid", "direction", "sealed_reporter", "sent_at"))
    if not messages:
        return []
    key = ReporterKey.derive(receipt, bytes(report.reporter_salt))
    return [
        DecryptedMessage(
            mine=message.direction == Direction.REPORTER,
            text=key.open(message.sealed_reporter, **Message.TEXT.binding(message)).decode(),
            sent_at=message.sent_at,
            pictures=pictures.get(message.pk, ()),
        )
        for message in messages
    ]


def reporter_events(report: Report, now: datetime) -> list[ReporterEvent]:
    """Return the events disclosed to the reporter at `now`, newest first.

    Decisions and referrals of another case are shown with dates of this report (ADR 0051). An offender who reports his
    own address must not learn that it was known. The earlier end of a reopened report is shown only if it was shown
    before reopening.
    """
    trail = CaseTrail(report)
    original = _original_of(report)
    discretion, followed = police_disclosure_for(report), followed_items(trail)
    end = _disclosed_end(trail, original, discretion, followed, now)
    taken_up = _taken_up_at(trail, original)
    if end and report.reopened_at and end.at >= report.reopened_at + HOUR:
        # The report was reopened before its end was disclosed.
        end = None
    last = end.at if end else now
    events = []
    if begun := min(filter(None, [taken_up, *(each.starts_at for each in followed)]), default=None):
        events.append(ReporterEvent(begun, WORKED_ON))
    handed = [
        (at, handed_over(route, country)) for at, route, country in disclosed_referrals(report, discretion, followed)
    ]
    handed = [(at, phrase) for at, phrase in handed if at <= last]
    events = [event for event in events if event.at <= last] + [ReporterEvent(at, phrase) for at, phrase in handed]
    if end:
        # A recipient that an earlier event names is not named again.
        phrase = ending_for(end.claims - {Claim.TO_HOST, Claim.TO_PARTNER} if handed else end.claims)
        if (
            phrase == REMOVED
            and (hours := disclosed_hours_to_removal(report, discretion, followed, removed_at=end.at)) is not None
        ):
            phrase = removed_after(REMOVED, hours)
        events.append(ReporterEvent(end.at, phrase, is_end=True))
        if report.reopened_at:
            # The time is rounded to the hour, which may have begun before the end.
            events.append(ReporterEvent(max(report.reopened_at, end.at), OPEN_AGAIN))
    received = ReporterEvent(report.received_at, WAITING, exact=True)
    return [*sorted((event for event in events if event.at <= now), key=lambda event: event.at)[::-1], received]


def next_date(event: ReporterEvent, now: datetime, *, urgent: bool) -> date | None:
    """Return the next working day on which the reporter should look for news after `event`, the newest one.

    Returns None after the end. It depends only on the content of the page. After that day it moves on by as many days.
    """
    days = 1 if urgent else event.phrase.days_to_news
    if event.is_end or not days:
        return None
    day, today = timezone.localdate(event.at), timezone.localdate(now)
    while day <= today:
        day = add_working_days(day, days)
    return day


class _End(NamedTuple):
    """The end of a report with the time of its disclosure and the claims of its text."""

    at: datetime
    claims: frozenset[Claim]


def _original_of(report: Report) -> CaseTrail | None:
    """Return the case that the report duplicates."""
    original = (
        Report.objects.only(*REPORTER_COLUMNS).filter(pk=report.original_id).first() if report.original_id else None
    )
    return CaseTrail(original) if original else None


def _disclosed_end(
    case: CaseTrail,
    original: CaseTrail | None,
    discretion: PoliceDisclosure,
    followed: list[FollowedItem],
    now: datetime,
) -> _End | None:
    """Return the disclosed end of a report, or the end before it was reopened. None if there is none yet.

    An end is disclosed when it has taken effect: it can no longer be undone, and no check is pending.
    """
    report = case.report
    state = report.anonymised_from or report.reopened_from or report.state
    at = report.closed_at if report.state in FINAL or report.reopened_at else None
    if at is None or not is_in_effect(report, now):
        return None
    kinds = frozenset(action.kind for action in case.actions)
    trail = EndTrail(state, report.outcome, kinds, _is_opened(case, at), _is_assessed(report))
    if since := effective_since(report):
        at = max(at, since)
    if state == ReportState.DUPLICATE:
        end = _end_of_duplicate(report, original, at, trail, followed, now)
    elif any(each.was_unavailable for each in followed):
        end = _End(at, replace(trail, outcome=_disclosed_outcome(report, followed)).claims)
    else:
        end = _End(at, trail.claims)
    published_at = discretion.published_time(end.at) if end else None
    return _End(published_at, end.claims) if end and published_at else None


def _end_of_duplicate(
    report: Report,
    original: CaseTrail | None,
    closed_at: datetime,
    trail: EndTrail,
    followed: list[FollowedItem],
    now: datetime,
) -> _End | None:
    """Return the end of a duplicate.

    It is the end of its content if other cases have decided all of it. Otherwise it is the end of its original. None
    while these are open. Earlier versions closed duplicates without an original.
    """
    ends = [each.ends_at for each in followed if each.ends_at]
    if ends and len(ends) == report.report_items.count():
        outcome = report_outcome({each.outcome for each in followed})
        return _End(max(closed_at, *ends), replace(trail, state=ReportState.CLOSED, outcome=outcome).claims)
    if original:
        # An original is no duplicate.
        end = _disclosed_end(original, None, police_disclosure_for(original.report), followed_items(original), now)
        if end is None:
            return None
        claims = end.claims
        if trail.is_opened:
            claims = claims - {Claim.UNOPENED} | {Claim.OPENED, Claim.EXAMINED}
        return _End(max(closed_at, end.at), claims)
    others = (
        Report.objects.filter(items__in=report.items.all())
        .exclude(pk=report.pk)
        .exclude(state__in=CLOSED_WITHOUT_ASSESSMENT)
    )
    # The report duplicates a report of another address, or of none. No item determines its end.
    return None if others.exists() else _End(closed_at, trail.claims)


def _taken_up_at(trail: CaseTrail, original: CaseTrail | None) -> datetime | None:
    """Return when a person took up the case, or when a closing as duplicate of such a case took effect."""
    report = trail.report
    if begun := _times(trail, *TAKING_UP, *OPENING):
        return begun[0]
    if report.state != ReportState.DUPLICATE or original is None or report.closed_at is None:
        return None
    if not _times(original, *TAKING_UP):
        return None
    # Not before the closing has taken effect.
    return report.closed_at + UNDO_WINDOW


def _is_opened(trail: CaseTrail, until: datetime) -> bool:
    """Return whether a person opened a part of the report until then, or entered the report."""
    return any(at <= until for at in _times(trail, *OPENING, "report.entered"))


def _is_assessed(report: Report) -> bool:
    return Assessment.objects.filter(item__reports=report).exists()


def _times(trail: CaseTrail, *actions: str) -> list[datetime]:
    """Return the times of the audit events of people about the report with these actions, the oldest first."""
    return [event.at for event in trail.events if event.action in actions]


def _disclosed_outcome(report: Report, followed: list[FollowedItem]) -> str:
    """Return the outcome as if content that was gone before the report arrived had been unknown."""
    outcomes = {each.item.pk: each.outcome for each in followed}
    ended = report.items.filter(state=ItemState.ENDED).values_list("pk", "outcome")
    return report_outcome({outcomes.get(pk, outcome) for pk, outcome in ended} or {Outcome.CANNOT_ASSESS})
