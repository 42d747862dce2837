"""Queries of case review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission
from hotline.availability.selectors import running_count
from hotline.lifecycle.closings import closings_to_check, without_opinions
from hotline.models import (
    UNDO_WINDOW,
    Assessment,
    Channel,
    Closing,
    ClosingAct,
    ClosingState,
    Complaint,
    ContentItem,
    FileHash,
    HashMatch,
    IncomingMail,
    OwnPictureMatch,
    PartnerReport,
    PolicePackage,
    Question,
    QuestionSet,
    Referral,
    ReferralState,
    Report,
    Upload,
    UploadState,
)
from hotline.models.routing import MANUAL_ROUTES
from hotline.permissions import DECIDE_DISPUTE
from hotline.priority import URGENT, PriorityReason
from hotline.states import FINAL, ItemState, Queue, ReportState, Round, Verdict

# Reports of a flood without a reason that counts come last, after other reports without a reason.
FLOOD = Q(priority=0, priority_reasons__contains=[PriorityReason.FLOOD.value])
# Longer queues are shown as "1,000+", because counting a million rows is slow.
COUNT_CAP = 1000
# Audit actions of a second person who checks a decision.
_OF_A_CHECK = frozenset(
    {
        "report.claimed",
        "report.taken_over",
        "report.released",
        "report.claim_expired",
        "words.opened",
        "thread.opened",
        "notes.opened",
        "upload.revealed",
        "address.opened",
        "item.opened_elsewhere",
    }
)


# Audit actions that tell what another person decided.
_TELLING = frozenset({"report.state", "closing.proposed", "closing.undone", "referral.urgent", "upload.suspected"})


def is_claimed(report: Report, now: datetime) -> bool:
    """Return whether the case has a holder at `now`."""
    return report.claimed_by_id is not None and report.claimed_until is not None and report.claimed_until > now


def holds(report: Report, user: User, now: datetime) -> bool:
    """Return whether `user` holds the case at `now`."""
    return report.claimed_by_id == user.pk and is_claimed(report, now)


def workable_cases(user: User) -> QuerySet[Report]:
    """Return the cases whose open work `user` may do.

    Users cannot give the second opinion on their own first one. The reason of an urgent referral to the police reveals
    the first opinion. Users who have read it cannot give the second one, because it would not be blind.
    """
    mine = Assessment.objects.filter(
        author=user, item__reports=OuterRef("pk"), item__state__in=[ItemState.IN_SECOND_REVIEW, ItemState.DISPUTED]
    )
    waiting = [ClosingState.PROPOSED, ClosingState.MADE]
    closings = Closing.objects.filter(report=OuterRef("pk"), author=user, effective_at__isnull=True, state__in=waiting)
    opinion = [Queue.SECOND, Queue.ARBITRATION] if has_role_permission(user, DECIDE_DISPUTE) else [Queue.SECOND]
    is_blind = ~Q(queue=Queue.SECOND) | ~Exists(_reasons_read_by(user).filter(subject_id=OuterRef("pk")))
    return Report.objects.filter(
        Q(queue__in=[Queue.REVIEW, Queue.ACTION]) | Q(queue__in=opinion) & ~Exists(mine) & ~Exists(closings) & is_blind
    )


def has_read_reason(report: Report, user: User) -> bool:
    """Return whether `user` has read why a person sent content of the case to the police at once."""
    return _reasons_read_by(user).filter(subject_id=report.pk).exists()


def _reasons_read_by(user: User) -> QuerySet[AuditEvent]:
    read = AuditEvent.objects.filter(subject_table=Report._meta.db_table, action="referral.reason_opened")
    return read.filter(actor_id=user.pk)


def claimable_cases(user: User, now: datetime) -> QuerySet[Report]:
    """Return the workable cases without a holder."""
    return workable_cases(user).filter(Q(claimed_by__isnull=True) | Q(claimed_until__lte=now))


def second_opinions(user: User, now: datetime) -> QuerySet[Report]:
    """Return the free cases in which `user` may give a second opinion, the oldest first.

    Random checks are among them and look the same, so that they stay blind.
    """
    return claimable_cases(user, now).filter(queue=Queue.SECOND).order_by("id")


def closed_unassessed_by(user: User) -> Exists:
    """Return the condition that `user` closed, or proposed to close, the case without assessment and did not undo it."""
    closings = Closing.objects.filter(report=OuterRef("pk"), author=user, act=ClosingAct.ASIDE)
    return Exists(closings.exclude(state=ClosingState.UNDONE))


@dataclass(frozen=True)
class QueueCount:
    """Number of waiting cases (at most `COUNT_CAP`), and the hour of the oldest one (UTC, None if there is none)."""

    waiting: int
    oldest: datetime | None

    @property
    def capped(self) -> bool:
        return self.waiting >= COUNT_CAP


@dataclass(frozen=True)
class WorkCounts:
    """Queue counts of "My work"."""

    urgent: QueueCount
    review: QueueCount
    second: QueueCount
    arbitration: QueueCount
    action: QueueCount
    monitoring: QueueCount


def work_counts(user: User) -> WorkCounts:
    """Return the capped counts of all queues.

    A closed case in a queue was drawn for a check. The count of second opinions contains it, except for the author of the
    decision, who must not learn of it.
    """
    queued = Report.objects.filter(queue__isnull=False)
    waiting = queued.exclude(state=ReportState.CLOSED)
    own_checks = closings_to_check().filter(author=user).values("report")
    seconds = queued.filter(queue=Queue.SECOND).exclude(state=ReportState.CLOSED, pk__in=own_checks)
    return WorkCounts(
        urgent=_figure(waiting.filter(priority__gte=URGENT)),
        review=_figure(waiting.filter(queue=Queue.REVIEW)),
        second=_figure(seconds),
        arbitration=_figure(waiting.filter(queue=Queue.ARBITRATION)),
        action=_figure(waiting.filter(queue=Queue.ACTION)),
        monitoring=QueueCount(running_count(), None),
    )


def has_audit_event(
    action: str, *, report: Report, user: User, since: datetime, data: Mapping[str, object] | None = None
) -> bool:
    """Return whether `user` has an audit event `action` (with this `data`) on the case after `since`."""
    done = AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk, at__gt=since)
    return done.filter(action=action, actor_id=user.pk, data__contains=data or {}).exists()


def cases_of(user: User, now: datetime) -> QuerySet[Report]:
    """Return the cases that `user` holds, the most urgent first."""
    return Report.objects.filter(claimed_by=user, claimed_until__gt=now).order_by("-priority", "id")


def claimed_cases(now: datetime) -> QuerySet[Report]:
    """Return all held cases with their holders, for supervisors."""
    return (
        Report.objects.filter(claimed_by__isnull=False, claimed_until__gt=now)
        # See `work_counts`.
        .exclude(state=ReportState.CLOSED)
        .select_related("claimed_by")
        .order_by("claimed_until")
    )


def cases_with_news() -> QuerySet[Report]:
    """Return cases with an unread message that are ended, reopened, or waiting outside the queue."""
    outside = Q(queue__isnull=True) | Q(reopened_at__isnull=False)
    return Report.objects.filter(outside, has_news=True).order_by("-id")


def urgent_referrals() -> QuerySet[Referral]:
    """Return urgent police referrals without a supervisor's review, the newest first."""
    alone = Referral.objects.filter(urgent=True, reviewed_at__isnull=True)
    return alone.select_related("report", "author").order_by("-id")


def failed_referrals() -> QuerySet[Referral]:
    """Return failed referrals whose content still waits for a decision, the newest first."""
    failed = Referral.objects.filter(state=ReferralState.FAILED, item__state=ItemState.ASSESSED, is_for_pictures=False)
    return failed.select_related("report", "item").order_by("-id")


def manual_referrals(user: User) -> QuerySet[Referral]:
    """Return referrals that `user` may hand over by hand, the oldest first."""
    due = Referral.objects.filter(state=ReferralState.DUE, route__in=MANUAL_ROUTES)
    return without_opinions(due, user).select_related("report").order_by("due_at", "id")


def items_of(report: Report) -> list[ContentItem]:
    """Return the items of a case in the reporter's order, with assessments, actions, and decisions to check as
    `checks`.
    """
    checked = Prefetch("closings", queryset=closings_to_check(), to_attr="checks")
    items = report.items.prefetch_related("assessments", "actions", checked)
    return list(items.order_by("report_items__position"))


def partner_report(report: Report) -> PartnerReport | None:
    """Return the PartnerReport of a report sent by a partner, or None."""
    if report.channel != Channel.API:
        return None
    return PartnerReport.objects.select_related("partner").filter(report=report).first()


def ending_with(item: ContentItem, report: Report) -> int:
    """Return how many other open reports end together with `item`, at most `COUNT_CAP`."""
    unfinished = ContentItem.objects.filter(reports=OuterRef("pk")).exclude(pk=item.pk).exclude(state=ItemState.ENDED)
    others = item.reports.exclude(pk=report.pk).exclude(state__in=[*FINAL, ReportState.RECEIVED])
    return others.filter(~Exists(unfinished)).order_by()[:COUNT_CAP].count()


def earlier_decisions(item: ContentItem) -> dict[str, int]:
    """Return the verdicts about other items of the same domain: {verdict: count, at most `COUNT_CAP`}."""
    if not item.registrable_domain:
        return {}
    others = ContentItem.objects.filter(registrable_domain=item.registrable_domain).exclude(pk=item.pk).order_by()
    counts = {verdict.value: others.filter(verdict=verdict)[:COUNT_CAP].count() for verdict in Verdict}
    return {verdict: count for verdict, count in counts.items() if count}


def active_question_set() -> QuestionSet:
    """Return the question set for first assessments."""
    return QuestionSet.objects.get(active=True)


def questions_for(item: ContentItem) -> list[Question]:
    """Return the questions for the next assessment of `item`, with answers.

    Later rounds use the first assessment's set.
    """
    first = next(iter(item.assessments.all()), None)
    of = {"question_set": first.question_set_id} if first else {"question_set__active": True}
    return list(Question.objects.filter(**of).prefetch_related("answers"))


def sees_assessments(item: ContentItem, user: User) -> bool:
    """Return whether `user` may see earlier answers about `item`. Users who still owe a blind opinion may not."""
    if item.state == ItemState.IN_SECOND_REVIEW or is_checked(item):
        return any(assessment.author_id == user.pk for assessment in item.assessments.all())
    return True


def is_checked(item: ContentItem) -> bool:
    """Return whether a second person still has to check the decision that ended `item`."""
    return item.state == ItemState.ENDED and bool(checks_of(item))


def checks_of(item: ContentItem) -> list[Closing]:
    """Return the decisions about `item` that a second person has to check, prefetched by `items_of` if possible."""
    prefetched: list[Closing] | None = getattr(item, "checks", None)
    return list(closings_to_check().filter(item=item)) if prefetched is None else prefetched


def unseen_authors(report: Report, items: Iterable[ContentItem], user: User) -> set[int]:
    """Return the authors of opinions and proposals that `user` has yet to judge. Their notes are hidden from `user`."""
    blind = [item for item in items if not sees_assessments(item, user)]
    authors = {assessment.author_id for item in blind for assessment in item.assessments.all()}
    closing = proposed_closing(report)
    return authors | ({closing.author_id} - {user.pk} if closing else set())


def proposed_closing(report: Report) -> Closing | None:
    """Return the closing that waits for a second person."""
    if not report.proposed_end:
        return None
    return Closing.objects.filter(report=report, state=ClosingState.PROPOSED).first()


def proposals(user: User) -> QuerySet[Closing]:
    """Return proposed closings that `user` may confirm, the oldest first."""
    waiting = Closing.objects.filter(state=ClosingState.PROPOSED).exclude(author=user)
    return waiting.select_related("report").order_by("pk")


def undoable_closings(user: User, now: datetime) -> QuerySet[Closing]:
    """Return closings that `user` made and may still undo, the newest first."""
    closings = Closing.objects.filter(author=user, created_at__gt=now - UNDO_WINDOW, state=ClosingState.MADE)
    return closings.filter(second__isnull=True).select_related("report", "item").order_by("-pk")


def waiting_checks(user: User) -> int:
    """Return how many decisions of other users wait for a check, at most `COUNT_CAP`."""
    return closings_to_check().exclude(author=user)[:COUNT_CAP].count()


def timeline(report: Report, items: Iterable[ContentItem], user: User) -> list[AuditEvent]:
    """Return the last 200 events of a case, newest first, without events that reveal the first opinion.

    Before a user has given the second opinion, states are hidden too: those after "illegal" and "not illegal" differ.
    """
    items = list(items)
    blind = {item.pk for item in items if not sees_assessments(item, user)}
    is_blind = bool(unseen_authors(report, items, user))
    events = AuditEvent.objects.filter(subject_table=Report._meta.db_table, subject_id=report.pk).order_by("-id")[:200]
    own_checks = [check for item in items for check in checks_of(item) if check.author_id == user.pk]
    return [
        event
        for event in events
        if (event.data.get("item") not in blind or event.actor_id == user.pk)
        and not (is_blind and event.actor_id != user.pk and event.action in _TELLING)
        and not any(_gives_check_away(event, check) for check in own_checks)
    ]


def _gives_check_away(event: AuditEvent, check: Closing) -> bool:
    """Return whether an event reveals the check of a decision to the person who made the decision."""
    return event.at >= check.created_at and event.actor_id != check.author_id and event.action in _OF_A_CHECK


def names_of(events: Iterable[AuditEvent]) -> dict[int, str]:
    """Return {user id: name} of all actors."""
    actors = {event.actor_id for event in events if event.actor_id is not None}
    return dict(User.objects.filter(pk__in=actors).values_list("pk", "username"))


def opinions(item: ContentItem) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the assessments of an item as labels: (round, [(question, answer)])."""
    assessments = item.assessments.order_by("pk").prefetch_related("question_set__questions__answers")
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
        for assessment in assessments
    ]


def _figure(waiting: QuerySet[Report]) -> QueueCount:
    count = waiting.order_by()[:COUNT_CAP].count()
    oldest = waiting.order_by("id").values_list("received_at", flat=True).first() if count else None
    return QueueCount(count, oldest)


FILES_SHOWN = 20


@dataclass(frozen=True)
class CaseFiles:
    """The first `FILES_SHOWN` files of a case, matched files first, and the number of further files."""

    files: list[FileHash]
    beyond: int

    @property
    def without_picture(self) -> list[FileHash]:
        """The files that have hashes but no picture."""
        return [file for file in self.files if file.upload_id is None]


def files_of(report: Report) -> CaseFiles:
    """Return the files of a case with their matches (`file.matches.all`, each with its list)."""
    on_lists = Exists(HashMatch.objects.filter(file_hash=OuterRef("pk")))
    matches = Prefetch("matches", HashMatch.objects.select_related("hash_list").order_by("distance", "pk"))
    files = list(report.file_hashes.order_by(on_lists.desc(), "pk").prefetch_related(matches)[:FILES_SHOWN])
    beyond = report.file_hashes.count() - FILES_SHOWN if len(files) == FILES_SHOWN else 0
    return CaseFiles(files, beyond)


class CaseOfPicture(NamedTuple):
    """Another case with the same picture. `is_own` if the code came with the shown case. `distance` is in bits, 0 for the same file."""

    case: Report
    is_own: bool
    distance: int


@dataclass(frozen=True)
class OwnPictures:
    """The number of codes of own pictures of a case, and at most `FILES_SHOWN` other cases, the nearest first."""

    count: int
    matches: list[CaseOfPicture]


def own_pictures_of(report: Report) -> OwnPictures:
    """Return the unverified codes of a case and their matches in both directions."""
    matches = OwnPictureMatch.objects.filter(Q(report=report) | Q(own_picture__report=report))
    nearest = matches.select_related("own_picture__report", "report").order_by("distance", "pk")[:FILES_SHOWN]
    found = [
        CaseOfPicture(match.own_picture.report, False, match.distance)
        if match.report_id == report.pk
        else CaseOfPicture(match.report, True, match.distance)
        for match in nearest
    ]
    return OwnPictures(report.own_pictures.count(), found)


def is_locked(upload: Upload) -> bool:
    """Return whether the picture is locked. This queries the database and ignores the state of `upload`."""
    return Upload.objects.filter(pk=upload.pk, locked_at__isnull=False).exists()


def is_ready(upload: Upload) -> bool:
    """Return whether the picture is re-encoded. This queries the database and ignores the state of `upload`."""
    return Upload.objects.filter(pk=upload.pk, state=UploadState.READY).exists()


def is_hash_checked(upload: Upload) -> bool:
    """Return whether the picture was matched against the active lists. A picture without hashes cannot be matched."""
    return not FileHash.objects.filter(upload=upload, matched_at=None).exists()


def audited_subjects(report_id: int) -> list[tuple[str, int]]:
    """Return the subjects (table, ID) of audit events of a case: packages for the police, complaints and e-mails."""
    packages = PolicePackage.objects.filter(items__referral__report=report_id).distinct().values_list("pk", flat=True)
    complaints = Complaint.objects.filter(report=report_id).values_list("pk", flat=True)
    mails = IncomingMail.objects.filter(report=report_id).values_list("pk", flat=True)
    found = ((PolicePackage, packages), (Complaint, complaints), (IncomingMail, mails))
    return [(model._meta.db_table, pk) for model, pks in found for pk in pks]
