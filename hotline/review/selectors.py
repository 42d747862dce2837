"""Named reads of the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_duty
from hotline.models import (
    Assessment,
    Channel,
    ContentItem,
    PartnerReport,
    Question,
    QuestionSet,
    Referral,
    ReferralState,
    Report,
)
from hotline.monitoring.selectors import running_count
from hotline.permissions import SETTLE_DISPUTE
from hotline.states import FINAL, ItemState, Queue, ReportState, Round, Verdict

# Cases at or above this priority are shown as urgent.
URGENT = 100
# A queue longer than this is shown as "1,000+": nobody needs the exact figure, and counting a million rows is slow.
COUNT_CAP = 1000


def is_held(report: Report, now: datetime) -> bool:
    """Whether somebody holds the case at `now`."""
    return report.claimed_by_id is not None and report.claimed_until is not None and report.claimed_until > now


def workable(user: User) -> QuerySet[Report]:
    """Cases whose present work this person may do: nobody gives a second opinion on their own first one."""
    mine = Assessment.objects.filter(
        author=user, item__reports=OuterRef("pk"), item__state__in=[ItemState.IN_SECOND_REVIEW, ItemState.DISPUTED]
    )
    opinion = [Queue.SECOND, Queue.ARBITRATION] if has_duty(user, SETTLE_DISPUTE) else [Queue.SECOND]
    return Report.objects.filter(Q(queue__in=[Queue.REVIEW, Queue.ACTION]) | Q(queue__in=opinion) & ~Exists(mine))


def claimable(user: User, now: datetime) -> QuerySet[Report]:
    """Of these, the ones that nobody holds."""
    return workable(user).filter(Q(claimed_by__isnull=True) | Q(claimed_until__lte=now))


@dataclass(frozen=True)
class QueueFigure:
    """How many wait (at most `COUNT_CAP`), and since which hour the oldest does (UTC; None where none waits)."""

    waiting: int
    oldest: datetime | None

    @property
    def capped(self) -> bool:
        return self.waiting >= COUNT_CAP


@dataclass(frozen=True)
class DeskFigures:
    """What the desk says at a glance."""

    urgent: QueueFigure
    review: QueueFigure
    second: QueueFigure
    arbitration: QueueFigure
    action: QueueFigure
    monitoring: QueueFigure


def desk_figures() -> DeskFigures:
    """The figures of the desk; a handful of capped counts."""
    waiting = Report.objects.filter(queue__isnull=False)
    by_queue = {queue: _figure(waiting.filter(queue=queue)) for queue in Queue}
    return DeskFigures(
        urgent=_figure(waiting.filter(priority__gte=URGENT)),
        review=by_queue[Queue.REVIEW],
        second=by_queue[Queue.SECOND],
        arbitration=by_queue[Queue.ARBITRATION],
        action=by_queue[Queue.ACTION],
        monitoring=QueueFigure(running_count(), None),
    )


def has_done(
    action: str, *, report: Report, user: User, since: datetime, data: Mapping[str, object] | None = None
) -> bool:
    """Whether `user` has done `action` (with this `data`) at the case after `since`."""
    done = AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk, at__gt=since)
    return done.filter(action=action, actor_id=user.pk, data__contains=data or {}).exists()


def cases_of(user: User, now: datetime) -> QuerySet[Report]:
    """The cases this person holds, the most urgent first."""
    return Report.objects.filter(claimed_by=user, claimed_until__gt=now).order_by("-priority", "id")


def held_cases(now: datetime) -> QuerySet[Report]:
    """All held cases with their holders, for supervisors."""
    return (
        Report.objects.filter(claimed_by__isnull=False, claimed_until__gt=now)
        .select_related("claimed_by")
        .order_by("claimed_until")
    )


def cases_with_news() -> QuerySet[Report]:
    """Cases with an unread message of their reporter that had ended, or that wait outside the queue for their content."""
    outside = Q(queue__isnull=True) | Q(reopened_at__isnull=False)
    return Report.objects.filter(outside, has_news=True).order_by("-id")


def urgent_referrals() -> QuerySet[Referral]:
    """What somebody sent to the police alone and no supervisor has looked at, the newest first."""
    alone = Referral.objects.filter(urgent=True, reviewed_at__isnull=True)
    return alone.select_related("report", "author").order_by("-id")


def failed_referrals() -> QuerySet[Referral]:
    """Hand-overs that did not go out and whose content still waits for a decision, the newest first."""
    failed = Referral.objects.filter(state=ReferralState.FAILED, item__state=ItemState.ASSESSED, of_pictures=False)
    return failed.select_related("report", "item").order_by("-id")


def items_of(report: Report) -> list[ContentItem]:
    """The items of a case in the reporter's order, with their assessments and actions."""
    return list(report.items.prefetch_related("assessments", "actions").order_by("report_items__position"))


def partner_report(report: Report) -> PartnerReport | None:
    """What a partner sent the report as; None where none did."""
    if report.channel != Channel.API:
        return None
    return PartnerReport.objects.select_related("partner").filter(report=report).first()


def ending_with(item: ContentItem, report: Report) -> int:
    """How many open reports other than `report` end when `item` does, at most `COUNT_CAP`."""
    unfinished = ContentItem.objects.filter(reports=OuterRef("pk")).exclude(pk=item.pk).exclude(state=ItemState.ENDED)
    others = item.reports.exclude(pk=report.pk).exclude(state__in=[*FINAL, ReportState.RECEIVED])
    return others.filter(~Exists(unfinished)).order_by()[:COUNT_CAP].count()


def earlier_decisions(item: ContentItem) -> dict[str, int]:
    """What was said about other items of the same domain: {verdict: how many, at most `COUNT_CAP`}; empty where nothing was."""
    if not item.registrable_domain:
        return {}
    others = ContentItem.objects.filter(registrable_domain=item.registrable_domain).exclude(pk=item.pk).order_by()
    counts = {verdict.value: others.filter(verdict=verdict)[:COUNT_CAP].count() for verdict in Verdict}
    return {verdict: count for verdict, count in counts.items() if count}


def active_question_set() -> QuestionSet:
    """The questions that a first assessment answers."""
    return QuestionSet.objects.get(active=True)


def questions_for(item: ContentItem) -> list[Question]:
    """The questions, with their answers, that the next assessment of `item` answers: those of its first one, where there is one."""
    first = next(iter(item.assessments.all()), None)
    of = {"question_set": first.question_set_id} if first else {"question_set__active": True}
    return list(Question.objects.filter(**of).prefetch_related("answers"))


def sees_assessments(item: ContentItem, user: User) -> bool:
    """Whether earlier answers about `item` may be shown: not to somebody whose unseen opinion is still asked for."""
    if item.state == ItemState.IN_SECOND_REVIEW:
        return any(assessment.author_id == user.pk for assessment in item.assessments.all())
    return True


def unseen_authors(items: Iterable[ContentItem], user: User) -> set[int]:
    """Who has given a first opinion that `user` must not know of yet; what they noted is kept from `user` too."""
    blind = [item for item in items if not sees_assessments(item, user)]
    return {assessment.author_id for item in blind for assessment in item.assessments.all()}


def timeline(report: Report, items: Iterable[ContentItem], user: User) -> list[AuditEvent]:
    """The last 200 events of a case and its items, newest first, without those that would tell a second reviewer the first opinion."""
    blind = {item.pk for item in items if not sees_assessments(item, user)}
    events = AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk).order_by("-id")[:200]
    return [event for event in events if event.data.get("item") not in blind]


def names_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """{user id: name} of everybody who acted."""
    actors = {event.actor_id for event in events if event.actor_id is not None}
    return dict(User.objects.filter(pk__in=actors).values_list("pk", "username"))


def opinions(item: ContentItem) -> list[tuple[str, list[tuple[str, str]]]]:
    """The assessments of an item in words: (round, [(question, answer)])."""
    given = item.assessments.order_by("pk").prefetch_related("question_set__questions__answers")
    return [
        (
            str(Round(assessment.round).label),
            [
                (question.label, answer.label)
                for question in assessment.question_set.questions.all()
                for answer in question.answers.all()
                if assessment.answers.get(question.code) == answer.code
            ],
        )
        for assessment in given
    ]


def _figure(waiting: QuerySet[Report]) -> QueueFigure:
    count = waiting.order_by()[:COUNT_CAP].count()
    oldest = waiting.order_by("id").values_list("received_at", flat=True).first() if count else None
    return QueueFigure(count, oldest)
