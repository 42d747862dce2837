"""Dates of a report whose content was decided in another case, drawn as if it had been reviewed by itself (ADR 0051)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from django.utils import timezone

from clicksafely.common.models import AuditEvent
from hotline.models import Action, Assessment, ContentItem, Report
from hotline.models.report import MANUAL_CHANNELS
from hotline.states import ItemState, Outcome, Round

# When analysts work: Monday to Friday, in the time zone of the site.
WORKDAYS = range(5)
OPENS, CLOSES = time(8), time(16)
# Minutes of working time, the fewest and the most: from the arrival to the review, from there to a decision that one assessment makes,
# or to a hand-over, and from there to the removal. The fewest of the first exceed the hour to which the arrival is rounded down.
TO_REVIEW = (90, 540)
TO_DECISION = (15, 90)
TO_HAND_OVER = (120, 720)
TO_REMOVAL = (240, 960)
HOUR = timedelta(hours=1)

GONE = frozenset({Outcome.REMOVED, Outcome.UNAVAILABLE, Outcome.MOVED})
BY_ONE_ASSESSMENT = frozenset({Outcome.NOT_ILLEGAL, Outcome.OUTSIDE_REMIT, Outcome.CANNOT_ASSESS})


@dataclass(frozen=True)
class FollowedItem:
    """An item of a report that was decided in another case, with the earliest times (UTC) that the report gives for its steps.

    `ends_at` is None as long as the item has not ended. `was_gone`: the content was gone before the report arrived.
    """

    item: ContentItem
    starts_at: datetime
    handed_over_at: datetime
    ends_at: datetime | None
    was_gone: bool

    @property
    def outcome(self) -> str:
        """What a first report of the item would have come to: content that was gone on arrival is not found."""
        return Outcome.CANNOT_ASSESS if self.was_gone else self.item.outcome


def followed_items(report: Report) -> list[FollowedItem]:
    """The items of `report` that were decided in other cases."""
    decided_here = Assessment.objects.filter(report=report).values("item")
    items = list(report.items.exclude(state=ItemState.UNASSESSED).exclude(pk__in=decided_here))
    if not items:
        return []
    came_in = arrived_at(report)
    assessments = list(Assessment.objects.filter(item__in=items).values_list("item", "round", "made_at"))
    actions = list(Action.objects.filter(item__in=items).values_list("item", "kind", "done_at"))
    followed = []
    for item in items:
        firsts = [at for pk, turn, at in assessments if pk == item.pk and turn == Round.FIRST]
        done = [at for pk, _kind, at in (*assessments, *actions) if pk == item.pk]
        gone = [at for pk, kind, at in actions if pk == item.pk and kind in GONE]
        was_gone = item.outcome in GONE and bool(gone) and max(gone) < came_in + HOUR
        followed.append(_follow(report, item, max([came_in, *firsts]), done, was_gone=was_gone))
    return followed


def earliest_end(report: Report) -> datetime | None:
    """Before when `report` does not end, all of whose items have; None where all were decided in this case."""
    return max((followed.ends_at for followed in followed_items(report) if followed.ends_at), default=None)


def arrived_at(report: Report) -> datetime:
    """The hour at which it reached the hotline: what is entered by hand was received earlier."""
    if report.channel not in MANUAL_CHANNELS:
        return report.received_at
    entered = AuditEvent.objects.filter(
        subject_table=Report._meta.db_table, subject_id=report.pk, action="report.entered"
    )
    return entered.values_list("at", flat=True).first() or report.received_at


def add_working_time(moment: datetime, left: timedelta) -> datetime:
    """The moment (UTC) when so much working time has passed since `moment`."""
    local = timezone.localtime(moment)
    while True:
        opens, closes = (datetime.combine(local, at, tzinfo=local.tzinfo) for at in (OPENS, CLOSES))
        if local.weekday() in WORKDAYS and local < closes:
            begins = max(local, opens)
            if begins + left < closes:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
        local = opens + timedelta(days=1)


def _follow(
    report: Report, item: ContentItem, known_at: datetime, done: list[datetime], *, was_gone: bool
) -> FollowedItem:
    starts_at = add_working_time(known_at, _draw(report, "review", TO_REVIEW))
    handed_over_at = add_working_time(starts_at, _draw(report, "hand-over", TO_HAND_OVER))
    if item.state != ItemState.ENDED:
        ends_at = None
    elif was_gone or item.outcome in BY_ONE_ASSESSMENT:
        ends_at = add_working_time(starts_at, _draw(report, "decision", TO_DECISION))
    elif item.outcome == Outcome.REFERRED:
        ends_at = handed_over_at
    else:
        ends_at = add_working_time(handed_over_at, _draw(report, "removal", TO_REMOVAL))
    return FollowedItem(item, starts_at, handed_over_at, max([ends_at, *done]) if ends_at else None, was_gone)


def _draw(report: Report, step: str, bounds: tuple[int, int]) -> timedelta:
    """A time within `bounds`, always the same for a report and a step; reporters never learn the UUID that it follows from."""
    fewest, most = (minutes * 60 for minutes in bounds)
    digest = sha256(report.uuid.bytes + step.encode()).digest()
    return timedelta(seconds=fewest + int.from_bytes(digest[:8]) % (most - fewest + 1))
