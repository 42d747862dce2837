"""Simulated dates of a report whose content was decided in another case (ADR 0051)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from hotline.models import Assessment, ContentItem, Report
from hotline.models.report import MANUAL_CHANNELS
from hotline.states import ItemState, Outcome, Round

# Working days of analysts: Monday to Friday, in the site's time zone.
WORKDAYS = range(5)
OPENS, CLOSES = time(8), time(16)
# Minimum and maximum minutes of working time: from arrival to review, from review to a decision or hand-over, and from there to removal.
# The first minimum exceeds an hour, because arrivals are rounded down to the hour.
TO_REVIEW = (90, 540)
TO_DECISION = (15, 90)
TO_HAND_OVER = (120, 720)
TO_REMOVAL = (240, 960)
HOUR = timedelta(hours=1)

GONE = frozenset({Outcome.REMOVED, Outcome.UNAVAILABLE, Outcome.MOVED})
# The kind of an action whose recipient `hotline_disclosure_actions` does not name: the police or a help service.
UNNAMED = ""
BY_ONE_ASSESSMENT = frozenset({Outcome.NOT_ILLEGAL, Outcome.OUTSIDE_REMIT, Outcome.CANNOT_ASSESS})


class PersonEvent(NamedTuple):
    """An audit event of a person about a report."""

    action: str
    at: datetime


class ItemAction(NamedTuple):
    """An action about an item. `kind` is an `ActionKind`, or UNNAMED for a recipient that reporters never read."""

    item: int
    kind: str
    done_at: datetime


@dataclass(frozen=True)
class FollowedItem:
    """An item that was decided in another case, with the earliest times (UTC) of its steps for this report.

    `ends_at` is None while the item is open. `was_unavailable`: the content was gone before the report arrived.
    """

    item: ContentItem
    starts_at: datetime
    handed_over_at: datetime
    ends_at: datetime | None
    was_unavailable: bool

    @property
    def outcome(self) -> str:
        """Return the outcome for a first report of the item: CANNOT_ASSESS if the content was gone on arrival."""
        return Outcome.CANNOT_ASSESS if self.was_unavailable else self.item.outcome


class CaseTrail:
    """Events of people in the case of a report and actions about its content, each read from the database once.

    The public site reads neither the audit trail nor actions. Functions of the database return those of one report.
    """

    def __init__(self, report: Report) -> None:
        self.report = report

    @cached_property
    def events(self) -> list[PersonEvent]:
        """The audit events by which people entered, took up or opened the report, the oldest first."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT action, at FROM hotline_person_events(%s)", [self.report.pk])
            return [PersonEvent(*row) for row in cursor.fetchall()]

    @cached_property
    def actions(self) -> list[ItemAction]:
        """The actions about the report's content, in all cases."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT item_id, kind, done_at FROM hotline_disclosure_actions(%s)", [self.report.pk])
            return [ItemAction(*row) for row in cursor.fetchall()]

    @property
    def arrived_at(self) -> datetime:
        """The hour of arrival at the hotline; reports entered by hand were received earlier."""
        if self.report.channel not in MANUAL_CHANNELS:
            return self.report.received_at
        return next((event.at for event in self.events if event.action == "report.entered"), self.report.received_at)


def followed_items(trail: CaseTrail) -> list[FollowedItem]:
    """Return the items of the report that were decided in other cases."""
    report = trail.report
    assessed_items = Assessment.objects.filter(report=report).values("item")
    others = report.items.exclude(state=ItemState.UNASSESSED).exclude(pk__in=assessed_items)
    items = list(others.only("state", "outcome"))
    if not items:
        return []
    arrived, actions = trail.arrived_at, trail.actions
    assessments = list(Assessment.objects.filter(item__in=items).values_list("item", "round", "created_at"))
    followed = []
    for item in items:
        firsts = [at for pk, turn, at in assessments if pk == item.pk and turn == Round.FIRST]
        done = [at for pk, _kind, at in (*assessments, *actions) if pk == item.pk]
        gone = [at for pk, kind, at in actions if pk == item.pk and kind in GONE]
        was_unavailable = item.outcome in GONE and bool(gone) and max(gone) < arrived + HOUR
        followed.append(_follow(report, item, max([arrived, *firsts]), done, was_unavailable=was_unavailable))
    return followed


def earliest_end(report: Report) -> datetime | None:
    """Return the earliest end of `report` with closed items; None if all were decided in this case."""
    followed = followed_items(CaseTrail(report))
    return max((each.ends_at for each in followed if each.ends_at), default=None)


def add_working_time(moment: datetime, remaining: timedelta) -> datetime:
    """Return the time (UTC) at which `remaining` working time has passed since `moment`."""
    local = timezone.localtime(moment)
    while True:
        opens, closes = (datetime.combine(local, at, tzinfo=local.tzinfo) for at in (OPENS, CLOSES))
        if local.weekday() in WORKDAYS and local < closes:
            begins = max(local, opens)
            if begins + remaining < closes:
                return (begins + remaining).astimezone(UTC)
            remaining -= closes - begins
        local = opens + timedelta(days=1)


def add_working_days(day: date, days: int) -> date:
    """Return the working day that is `days` working days after `day`."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() in WORKDAYS
    return day


def _follow(
    report: Report, item: ContentItem, known_at: datetime, done: list[datetime], *, was_unavailable: bool
) -> FollowedItem:
    starts_at = add_working_time(known_at, _draw(report, "review", TO_REVIEW))
    handed_over_at = add_working_time(starts_at, _draw(report, "hand-over", TO_HAND_OVER))
    if item.state != ItemState.ENDED:
        ends_at = None
    elif was_unavailable or item.outcome in BY_ONE_ASSESSMENT:
        ends_at = add_working_time(starts_at, _draw(report, "decision", TO_DECISION))
    elif item.outcome == Outcome.REFERRED:
        ends_at = handed_over_at
    else:
        ends_at = add_working_time(handed_over_at, _draw(report, "removal", TO_REMOVAL))
    return FollowedItem(item, starts_at, handed_over_at, max([ends_at, *done]) if ends_at else None, was_unavailable)


def _draw(report: Report, step: str, bounds: tuple[int, int]) -> timedelta:
    """Return a duration within `bounds`, constant for a report and step. It derives from the UUID, which reporters never see."""
    fewest, most = (minutes * 60 for minutes in bounds)
    digest = sha256(report.uuid.bytes + step.encode()).digest()
    return timedelta(seconds=fewest + int.from_bytes(digest[:8]) % (most - fewest + 1))
