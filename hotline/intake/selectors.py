"""Named reads of a reporter's side."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clicksafely.common import receipts
from clicksafely.common.models import AuditEvent
from clicksafely.common.sealing import ReporterKey
from hotline.intake.phrases import Phrase, phrase_for
from hotline.models import Action, Direction, Message, Report, TextField
from hotline.states import FINAL, ReportState

# How long a report at least seems to be worked on when nobody had to: from 12 to 36 hours, and not the same for every report.
SHORTEST_WAIT_HOURS = 12
LONGEST_WAIT_HOURS = 36


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
    who reports his own address must not learn from the speed of the answer that it was known.
    """
    taken_up = (
        AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk, actor_id__isnull=False)
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    events = [Event(report.received_at, phrase_for(state=ReportState.RECEIVED), exact=True)]
    if taken_up:
        events.append(Event(taken_up, phrase_for(state=ReportState.IN_REVIEW)))
    ended = report.closed_at if report.state in FINAL else None
    if ended and not taken_up:
        ended = max(ended, report.received_at + _wait(report))
    if ended and ended <= now:
        kinds = Action.objects.filter(item__reports=report).values_list("kind", flat=True).distinct()
        events.append(Event(ended, phrase_for(state=report.state, outcome=report.outcome, kinds=kinds)))
    return events[::-1]


def _wait(report: Report) -> timedelta:
    spread = LONGEST_WAIT_HOURS - SHORTEST_WAIT_HOURS + 1
    return timedelta(hours=SHORTEST_WAIT_HOURS + bytes(report.state_digest)[0] % spread)
