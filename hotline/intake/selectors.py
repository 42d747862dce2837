"""Named reads of a reporter's side."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clicksafely.common import receipts
from clicksafely.common.models import AuditEvent
from clicksafely.common.sealing import ReporterKey
from hotline.intake.handed import Discretion, discretion_for, hand_overs, hours_told
from hotline.intake.phrases import (
    HOST,
    OPEN_AGAIN,
    PARTNER,
    REMOVED,
    STEPS_TAKEN,
    Phrase,
    handed_over,
    phrase_for,
    removed_after,
)
from hotline.models import Action, Direction, Message, Referral, Report, TextField
from hotline.models.report import BY_HAND
from hotline.states import FINAL, ReportState

# What is done with a report that is entered by hand before anybody works on it.
ENTERING = ("report.received", "report.entered")
# What is done for the reporter, on the reporter's wish: no work on the report.
ON_WISH = ("personal_data.given", "personal_data.erasure_asked")
# How long a report at least seems to be worked on when nobody had to: from 12 to 36 hours, and not the same for every report.
SHORTEST_WAIT_HOURS = 12
LONGEST_WAIT_HOURS = 36
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """Something that a reporter is told, and when it was; `exact`: to the hour, else the day."""

    at: datetime
    phrase: Phrase
    exact: bool = False


@dataclass(frozen=True)
class OpenMessage:
    """A message in clear, for one answer to one request; never stored."""

    mine: bool
    text: str
    sent_at: datetime


def is_received(state_digest: bytes) -> bool:
    """Whether the form with this state has become a report."""
    return Report.objects.filter(state_digest=state_digest).exists()


def find_case(receipt: str | None) -> Report | None:
    """The report of a normalised receipt. Where there is none, the same work is done, so that the time tells nothing."""
    digest = receipts.digest(receipt or receipts.draw())
    report = Report.objects.filter(receipt_digest=digest).first()
    return report if receipt else None


def has_contact(report: Report) -> bool:
    """Whether the reporter left a contact that is still kept."""
    return report.texts.filter(field=TextField.CONTACT).exists()


def open_thread(report: Report, receipt: str) -> list[OpenMessage]:
    """The dialogue, oldest first, opened with the reporter's own key."""
    messages = list(report.messages.all())
    if not messages:
        return []
    key = ReporterKey.derive(receipt, bytes(report.reporter_salt))
    table = Message._meta.db_table
    return [
        OpenMessage(
            mine=message.direction == Direction.REPORTER,
            text=key.open(message.sealed_reporter, table=table, field="text", row=message.uuid).decode(),
            sent_at=message.sent_at,
        )
        for message in messages
    ]


def told_events(report: Report, now: datetime) -> list[Event]:
    """What the reporter may know at `now`, newest first.

    An end that nobody at the desk worked for (the item was decided in another case) is told as late as if somebody had: an offender
    who reports his own address must not learn from the speed of the answer that it was known. Nor from a report that is open again: its
    earlier end is told only where it was told before.
    """
    taken_up = (
        AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk, actor_id__isnull=False)
        .exclude(action__in=(*ENTERING, *ON_WISH))
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    events = [Event(report.received_at, phrase_for(state=ReportState.RECEIVED), exact=True)]
    discretion = discretion_for(report)
    ended = _told_end(report, taken_up, discretion)
    if ended and report.reopened_at and ended >= report.reopened_at + HOUR:
        # It was open again before its end was told.
        ended = None
    if taken_up and (ended is None or taken_up <= ended):
        events.append(Event(taken_up, phrase_for(state=ReportState.IN_REVIEW)))
    elif taken_up is None and (seems := _seems_worked_on(report, ended)) and seems <= now:
        events.append(Event(seems, phrase_for(state=ReportState.MONITORING)))
    handed = [(at, handed_over(route, country)) for at, route, country in hand_overs(report, discretion)]
    events += [Event(at, phrase) for at, phrase in handed if at <= now]
    if ended and ended <= now:
        events.append(Event(ended, _end_phrase(report, discretion, [phrase for _, phrase in handed])))
        if report.reopened_at:
            # Kept by the hour, which may have begun before the end.
            events.append(Event(max(report.reopened_at, ended), OPEN_AGAIN))
    return sorted(events, key=lambda event: event.at)[::-1]


def _end_phrase(report: Report, discretion: Discretion, told: list[Phrase]) -> Phrase:
    kinds = Action.objects.filter(item__reports=report).values_list("kind", flat=True).distinct()
    phrase = phrase_for(state=report.reopened_from or report.state, outcome=report.outcome, kinds=kinds)
    hours = hours_told(report, discretion) if phrase == REMOVED else None
    if hours is not None:
        return removed_after(hours)
    # Whom it was handed to is not said twice.
    return STEPS_TAKEN if phrase in {PARTNER, HOST} and told else phrase


def _seems_worked_on(report: Report, ended: datetime | None) -> datetime | None:
    """When a report that nobody at the desk worked on, because its content was in other hands already, seems to be taken up."""
    if not Referral.objects.filter(item__reports=report).exists():
        return None
    at = _came_in(report) + _wait(report)
    known = report.state in {ReportState.REFERRED, ReportState.MONITORING} or (ended is not None and at < ended)
    return at if known else None


def _told_end(report: Report, taken_up: datetime | None, discretion: Discretion) -> datetime | None:
    """When the end of a report, the present or the one before it was opened again, is told; None where it has none, or none is told yet."""
    ended = report.closed_at if report.state in FINAL or report.reopened_at else None
    ended = discretion.told_at(ended) if ended else None
    if ended is None or (taken_up and taken_up <= ended):
        return ended
    return max(ended, _came_in(report) + _wait(report))


def _came_in(report: Report) -> datetime:
    """The hour it reached the hotline: what is entered by hand was received earlier."""
    entered = AuditEvent.objects.filter(
        subject_table=Report._meta.db_table, subject_id=report.pk, action="report.entered"
    )
    at = entered.values_list("at", flat=True).first() if report.channel in BY_HAND else None
    return at or report.received_at


def _wait(report: Report) -> timedelta:
    spread = LONGEST_WAIT_HOURS - SHORTEST_WAIT_HOURS + 1
    return timedelta(hours=SHORTEST_WAIT_HOURS + bytes(report.state_digest)[0] % spread)
