"""Queries of the reporter's status page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.utils import timezone

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.models import AuditEvent
from hotline.intake.reporter_disclosure import (
    PoliceDisclosure,
    disclosed_hours_to_removal,
    disclosed_referrals,
    police_disclosure_for,
)
from hotline.intake.status_messages import (
    FINISHED,
    HOST,
    OPEN_AGAIN,
    PARTNER,
    REMOVED,
    StatusMessage,
    handed_over,
    removed_after,
    status_message_for,
)
from hotline.lifecycle.closings import effective_since, is_in_effect
from hotline.lifecycle.review_dates import FollowedItem, add_working_days, followed_items
from hotline.models import Action, Direction, Message, Report, TextField
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, FINAL, ItemState, Outcome, ReportState, report_outcome

# Audit actions of entering a report by hand. They are not work on the report.
ENTERING = ("report.received", "report.entered")
# Audit actions of the reporter's data requests. They are not work on the report.
DATA_REQUEST_ACTIONS = ("personal_data.exported", "personal_data.erasure_requested")
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
    digest = receipts.receipt_digest(receipt or receipts.generate_receipt())
    report = Report.objects.filter(receipt_digest=digest).first()
    return report if receipt else None


def has_contact(report: Report) -> bool:
    """Return whether the reporter's contact is stored."""
    return report.texts.filter(field=TextField.CONTACT).exists()


def is_message_stored(report: Report, row: UUID) -> bool:
    """Return whether the report has the message with this UUID."""
    return report.messages.filter(uuid=row).exists()


def picture_states(report: Report) -> dict[int | None, list[str]]:
    """Return the states (UploadState) of the report's pictures by message, None for the form, in the order of upload.

    None after their erasure. Pictures with the police outlast the others, which the reporter must not notice: a later message clears
    `text_erased_at`, but the erased text stays away.
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
    messages = list(report.messages.all())
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
    taken_up = (
        AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk, actor_id__isnull=False)
        .exclude(action__in=(*ENTERING, *DATA_REQUEST_ACTIONS))
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    discretion, followed = police_disclosure_for(report), followed_items(report)
    end = _told_end(report, discretion, followed, now)
    if end and report.reopened_at and end.at >= report.reopened_at + HOUR:
        # The report was reopened before its end was disclosed.
        end = None
    last = end.at if end else now
    events = []
    if begun := min(filter(None, [taken_up, *(each.starts_at for each in followed)]), default=None):
        events.append(ReporterEvent(begun, status_message_for(state=ReportState.IN_REVIEW)))
    handed = [
        (at, handed_over(route, country)) for at, route, country in disclosed_referrals(report, discretion, followed)
    ]
    handed = [(at, phrase) for at, phrase in handed if at <= last]
    events = [event for event in events if event.at <= last] + [ReporterEvent(at, phrase) for at, phrase in handed]
    if end:
        phrase = end.phrase
        if (
            phrase == REMOVED
            and (hours := disclosed_hours_to_removal(report, discretion, followed, removed_at=end.at)) is not None
        ):
            phrase = removed_after(hours)
        elif phrase in {PARTNER, HOST} and handed:
            # The recipient is already named by an earlier event.
            phrase = FINISHED
        events.append(ReporterEvent(end.at, phrase, is_end=True))
        if report.reopened_at:
            # The time is rounded to the hour, which may have begun before the end.
            events.append(ReporterEvent(max(report.reopened_at, end.at), OPEN_AGAIN))
    received = ReporterEvent(report.received_at, status_message_for(state=ReportState.RECEIVED), exact=True)
    return [*sorted((event for event in events if event.at <= now), key=lambda event: event.at)[::-1], received]


def next_date(event: ReporterEvent, now: datetime, *, urgent: bool) -> date | None:
    """Return the next working day on which the reporter should look for news after `event`, the newest one; None after the end.

    It depends on what the page shows and on nothing else. After that day it moves on by as many days.
    """
    days = 1 if urgent else event.phrase.days_to_news
    if event.is_end or not days:
        return None
    day, today = timezone.localdate(event.at), timezone.localdate(now)
    while day <= today:
        day = add_working_days(day, days)
    return day


def _told_end(
    report: Report, discretion: PoliceDisclosure, followed: list[FollowedItem], now: datetime
) -> ReporterEvent | None:
    """Return the disclosed end of a report, or the end before it was reopened. None if there is none yet.

    An end is disclosed when it has taken effect: it can no longer be undone, and no check is pending.
    """
    state = report.reopened_from or report.state
    at = report.closed_at if report.state in FINAL or report.reopened_at else None
    if at and not is_in_effect(report, now):
        return None
    if at and (since := effective_since(report)):
        at = max(at, since)
    outcome = report.outcome
    if at and state == ReportState.DUPLICATE:
        at, outcome = _end_of_duplicate(report, at, followed)
        state = ReportState.CLOSED if outcome else state
    elif any(each.was_unavailable for each in followed):
        outcome = _told_outcome(report, followed)
    at = discretion.published_time(at) if at else None
    if at is None:
        return None
    kinds = Action.objects.filter(item__reports=report).values_list("kind", flat=True).distinct()
    return ReporterEvent(at, status_message_for(state=state, outcome=outcome, kinds=kinds), is_end=True)


def _end_of_duplicate(report: Report, closed_at: datetime, followed: list[FollowedItem]) -> tuple[datetime | None, str]:
    """Return when and with which outcome a duplicate ends for its reporter: with its items.

    None while one of them is open.
    """
    ends = [each.ends_at for each in followed if each.ends_at]
    if ends and len(ends) == report.report_items.count():
        return max(closed_at, *ends), report_outcome({each.outcome for each in followed})
    others = (
        Report.objects.filter(items__in=report.items.all())
        .exclude(pk=report.pk)
        .exclude(state__in=CLOSED_WITHOUT_ASSESSMENT)
    )
    # The report duplicates a report of another address, or of none. No item determines its end.
    return (None, "") if others.exists() else (closed_at, "")


def _told_outcome(report: Report, followed: list[FollowedItem]) -> str:
    """Return the outcome as if content that was gone before the report arrived had been unknown."""
    told = {each.item.pk: each.outcome for each in followed}
    ended = report.items.filter(state=ItemState.ENDED).values_list("pk", "outcome")
    return report_outcome({told.get(pk, outcome) for pk, outcome in ended} or {Outcome.CANNOT_ASSESS})
